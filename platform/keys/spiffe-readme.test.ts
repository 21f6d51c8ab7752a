import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { it } from "node:test";
import { parseCertificate, serialNumberFrom, signCertificate } from "@tegata/pki";
import {
  addAuthorities,
  caTemplate,
  decodeBundleJwks,
  emptyBundle,
  encodeBundleJwks,
  issueX509Svid,
  parseSpiffeId,
  parseTrustDomain,
  parseX509Svid,
  SPIRE_PROFILE,
  verifyX509Svid,
} from "@tegata/spiffe";
import { generateSigner, nodeVerifier } from "./index.ts";

// It stands here because the kernel may not import a signer, not even in its tests.
it("the example in the README of @tegata/spiffe works", async () => {
  const trustDomain = parseTrustDomain("example.org");
  const now = new Date("2026-05-01T12:00:00Z");
  const signer = await generateSigner(SPIRE_PROFILE.caKeyAlgorithm);
  const ca = caTemplate(
    {
      trustDomain,
      publicKeySpki: signer.publicKeySpki,
      serialNumber: serialNumberFrom(randomBytes(16)),
      ttlSeconds: SPIRE_PROFILE.caTtlSeconds,
      subject: SPIRE_PROFILE.caSubject,
    },
    now,
  );
  const certificate = parseCertificate(await signCertificate(ca, signer));
  const bundle = addAuthorities(emptyBundle(trustDomain), { x509Authorities: [certificate] });

  const workloadKey = await generateSigner("ec-p256");
  const leaf = await issueX509Svid(
    {
      spiffeId: parseSpiffeId("spiffe://example.org/ns/shop/sa/web"),
      publicKeySpki: workloadKey.publicKeySpki,
      serialNumber: serialNumberFrom(randomBytes(16)),
      ttlSeconds: SPIRE_PROFILE.svidTtlSeconds,
    },
    { certificate, signer, verifier: nodeVerifier },
    now,
  );

  // Elsewhere: what came over the wire, and the bundle that was fetched before.
  const svid = parseX509Svid(leaf.der);
  const bundles = new Map([[trustDomain, decodeBundleJwks(encodeBundleJwks(bundle), trustDomain)]]);
  const path = verifyX509Svid(svid, bundles, { now, verifier: nodeVerifier });

  assert.equal(svid.spiffeId, "spiffe://example.org/ns/shop/sa/web");
  assert.deepEqual(path, [leaf, certificate]);
});
