import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import {
  checkIssuedCertificate,
  distinguishedName,
  leafTemplate,
  parseCertificate,
  rootTemplate,
  serialNumberFrom,
  signatureAlgorithmOf,
  signCertificate,
  validateCertificatePath,
} from "@tegata/pki";
import { DiskKeyStore, exportPkcs8Pem, generateSigner, nodeVerifier, signerFromPem } from "@tegata/keys";

it("the README's example works", async (t) => {
  const dir = await mkdtemp(join(tmpdir(), "tegata-keys-"));
  t.after(() => rm(dir, { recursive: true }));
  const signer = await generateSigner("ec-p256");
  const message = new TextEncoder().encode("what is signed");
  const signature = await signer.sign(message);
  const isRight = nodeVerifier.verify({
    algorithm: signatureAlgorithmOf(signer.algorithm),
    publicKeySpki: signer.publicKeySpki,
    message,
    signature,
  });
  const stored = exportPkcs8Pem(signer);
  const same = signerFromPem(stored);

  const keys = await DiskKeyStore.open(dir);
  await keys.generate("ca-2026", "ec-p384");
  const ca = await keys.get("ca-2026");

  assert.ok(isRight);
  assert.deepEqual(same.publicKeySpki, signer.publicKeySpki);
  assert.equal(ca?.algorithm, "ec-p384");
});

// It stands here because the kernel may not import a signer, not even in its tests.
it("the example in the README of @tegata/pki works", async () => {
  const now = new Date("2026-05-01T12:00:00Z");
  const caSigner = await generateSigner("ec-p256");
  const caTemplate = rootTemplate(
    {
      subject: distinguishedName([["commonName", "example-ca v1"]]),
      serialNumber: serialNumberFrom(randomBytes(16)),
      publicKeySpki: caSigner.publicKeySpki,
      lifetimeMs: 365 * 24 * 3_600_000,
    },
    now,
  );
  const ca = parseCertificate(await signCertificate(caTemplate, caSigner));

  const webSigner = await generateSigner("ec-p256");
  const template = leafTemplate(
    {
      subject: distinguishedName([["commonName", "web"]]),
      serialNumber: serialNumberFrom(randomBytes(16)),
      publicKeySpki: webSigner.publicKeySpki,
      lifetimeMs: 3_600_000,
      issuer: ca,
      usages: ["serverAuth"],
      subjectAltNames: [{ type: "dns", value: "web.example.org" }],
    },
    now,
  );
  const der = await signCertificate(template, caSigner);
  const web = checkIssuedCertificate(der, template, ca.publicKey.spki, nodeVerifier);

  const path = validateCertificatePath(web, {
    trustAnchors: [ca],
    intermediates: [],
    now,
    verifier: nodeVerifier,
    usage: "serverAuth",
    peerNames: [{ type: "dns", value: "web.example.org" }],
  });

  assert.deepEqual(path, [web, ca]);
});
