// The oracle registers its extensions by decorators.
import "reflect-metadata";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes, X509Certificate } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { promisify } from "node:util";
import { decodeUtf8 } from "@tegata/bytes";
import {
  type Certificate,
  type CertificateTemplate,
  checkCertificateRequest,
  checkIssuedCertificate,
  type Extensions,
  distinguishedName,
  formatCertificatePem,
  formatPem,
  intermediateTemplate,
  kubernetesSubject,
  leafTemplate,
  parseCertificate,
  parseCertificateRequest,
  parsePem,
  type PublicKeyAlgorithm,
  rootTemplate,
  serialNumberFrom,
  signCertificate,
  signCertificateRequest,
  type Signer,
  validateCertificatePath,
} from "@tegata/pki";
import * as x509 from "@peculiar/x509";
import { exportPkcs8Pem, generateSigner, nodeVerifier } from "./index.ts";

const NOW = new Date("2026-05-01T12:00:00Z");
const HOUR_MS = 3_600_000;
const ALGORITHMS: readonly PublicKeyAlgorithm[] = ["ec-p256", "ec-p384", "ed25519", "rsa-2048"];
const run = promisify(execFile);
const hasOpenssl = await run("openssl", ["version"]).then(
  () => true,
  () => false,
);

interface Ca {
  readonly signer: Signer;
  readonly certificate: Certificate;
}

async function root(algorithm: PublicKeyAlgorithm, name = "root v1"): Promise<Ca> {
  const signer = await generateSigner(algorithm);
  const template = rootTemplate(
    {
      subject: distinguishedName([["commonName", name]]),
      serialNumber: serial(),
      publicKeySpki: signer.publicKeySpki,
      lifetimeMs: 10 * HOUR_MS,
    },
    NOW,
  );
  return { signer, certificate: parseCertificate(await signCertificate(template, signer)) };
}

function serial(): bigint {
  return serialNumberFrom(randomBytes(16));
}

function leaf(ca: Ca, publicKeySpki: Uint8Array, rest: Partial<CertificateTemplate> = {}): CertificateTemplate {
  const template = leafTemplate(
    {
      subject: kubernetesSubject("web", ["shop"]),
      serialNumber: serial(),
      publicKeySpki,
      lifetimeMs: HOUR_MS,
      issuer: ca.certificate,
      usages: ["serverAuth", "clientAuth"],
      subjectAltNames: [
        { type: "dns", value: "web.example.org" },
        { type: "ip", value: "::1" },
        { type: "uri", value: "spiffe://example.org/web" },
      ],
    },
    NOW,
  );
  return { ...template, ...rest };
}

async function folder(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "tegata-keys-"));
  t.after(() => rm(dir, { recursive: true }));
  return dir;
}

describe("issuing", () => {
  for (const algorithm of ALGORITHMS) {
    it(`gives certificates that OpenSSL accepts strictly, ${algorithm}`, {
      skip: hasOpenssl ? false : "no openssl here",
    }, async (t) => {
      const ca = await root(algorithm);
      const subject = distinguishedName([["commonName", "intermediate"]]);
      const key = await generateSigner("ec-p256");
      const request = {
        subject,
        serialNumber: serial(),
        publicKeySpki: key.publicKeySpki,
        lifetimeMs: 5 * HOUR_MS,
        issuer: ca.certificate,
        pathLength: 0,
      };
      const intermediate = parseCertificate(await signCertificate(intermediateTemplate(request, NOW), ca.signer));
      const end = await signCertificate(leaf({ signer: key, certificate: intermediate }, key.publicKeySpki), key);
      const dir = await folder(t);
      await writeFile(join(dir, "root.pem"), formatCertificatePem(ca.certificate.der));
      await writeFile(join(dir, "intermediate.pem"), formatCertificatePem(intermediate.der));
      await writeFile(join(dir, "leaf.pem"), formatCertificatePem(end));
      const at = String(NOW.getTime() / 1000);
      const purpose = ["-purpose", "sslserver", "-verify_hostname", "web.example.org"];
      const chain = ["-CAfile", "root.pem", "-untrusted", "intermediate.pem"];
      const { stdout } = await run(
        "openssl",
        ["verify", "-x509_strict", "-attime", at, ...purpose, ...chain, "leaf.pem"],
        { cwd: dir },
      );
      assert.equal(stdout, "leaf.pem: OK\n");
    });

    it(`gives certificates that Node.js and @peculiar/x509 read and verify, ${algorithm}`, async () => {
      const ca = await root(algorithm);
      const der = await signCertificate(leaf(ca, ca.signer.publicKeySpki), ca.signer);
      const node = new X509Certificate(der);
      const issuer = new X509Certificate(ca.certificate.der);
      assert.ok(node.checkIssued(issuer) && node.verify(issuer.publicKey));
      assert.equal(node.subject, "O=shop\nCN=web");
      assert.equal(
        node.subjectAltName,
        "DNS:web.example.org, IP Address:0:0:0:0:0:0:0:1, URI:spiffe://example.org/web",
      );
      const peculiar = new x509.X509Certificate(new Uint8Array(der));
      assert.ok(
        await peculiar.verify({
          publicKey: new x509.X509Certificate(new Uint8Array(ca.certificate.der)),
          signatureOnly: true,
        }),
      );
      assert.equal(peculiar.getExtension(x509.BasicConstraintsExtension)?.ca, false);
    });

    it(`gives certificates that we accept ourselves, ${algorithm}`, async () => {
      const ca = await root(algorithm);
      const template = leaf(ca, ca.signer.publicKeySpki);
      const issued = checkIssuedCertificate(
        await signCertificate(template, ca.signer),
        template,
        ca.signer.publicKeySpki,
        nodeVerifier,
      );
      const path = validateCertificatePath(issued, {
        trustAnchors: [ca.certificate],
        intermediates: [],
        now: NOW,
        verifier: nodeVerifier,
        profile: "rfc5280",
        usage: "serverAuth",
        peerNames: [{ type: "dns", value: "web.example.org" }],
      });
      assert.equal(path.length, 2);
    });

    it(`gives requests that OpenSSL verifies, ${algorithm}`, {
      skip: hasOpenssl ? false : "no openssl here",
    }, async (t) => {
      const signer = await generateSigner(algorithm);
      const extensions: Extensions = { subjectAltNames: [{ type: "dns", value: "n1" }] };
      const der = await signCertificateRequest(
        { subject: kubernetesSubject("system:node:n1", ["system:nodes"]), extensions },
        signer,
      );
      const request = parseCertificateRequest(der);
      checkCertificateRequest(request, nodeVerifier);
      assert.deepEqual(request.extensions.subjectAltNames, extensions.subjectAltNames);
      const file = join(await folder(t), "csr.pem");
      await writeFile(file, formatPem("CERTIFICATE REQUEST", der));
      const { stderr, stdout } = await run("openssl", ["req", "-in", file, "-verify", "-noout", "-subject"]);
      assert.match(stdout + stderr, /verify OK/);
    });
  }

  it("reads requests that OpenSSL made", { skip: hasOpenssl ? false : "no openssl here" }, async (t) => {
    const file = join(await folder(t), "key.pem");
    await writeFile(file, decodeUtf8(exportPkcs8Pem(await generateSigner("ec-p256")).reveal()));
    const { stdout } = await run("openssl", [
      "req",
      "-new",
      "-key",
      file,
      "-subj",
      "/O=a/CN=b",
      "-addext",
      "subjectAltName=DNS:c",
    ]);
    const [block] = parsePem(stdout);
    assert.ok(block);
    const request = parseCertificateRequest(block.bytes);
    checkCertificateRequest(request, nodeVerifier);
    assert.deepEqual(request.extensions.subjectAltNames, [{ type: "dns", value: "c" }]);
  });

  it("does not hand out what another key signed", async () => {
    const [ca, other] = [await root("ec-p256"), await root("ec-p256")];
    const template = leaf(ca, ca.signer.publicKeySpki);
    const der = await signCertificate(template, other.signer);
    assert.throws(() => checkIssuedCertificate(der, template, ca.signer.publicKeySpki, nodeVerifier), {
      code: "ISSUED_CERTIFICATE_WRONG",
    });
    const changed = { ...template, notAfter: new Date(template.notAfter.getTime() + HOUR_MS) };
    const right = await signCertificate(template, ca.signer);
    assert.throws(() => checkIssuedCertificate(right, changed, ca.signer.publicKeySpki, nodeVerifier), {
      code: "ISSUED_CERTIFICATE_WRONG",
    });
  });

  it("keeps leaves within the validity of their CA", async () => {
    const ca = await root("ec-p256");
    const request = {
      subject: kubernetesSubject("a", []),
      serialNumber: 1n,
      publicKeySpki: ca.signer.publicKeySpki,
      lifetimeMs: 100 * HOUR_MS,
      issuer: ca.certificate,
      usages: ["clientAuth"] as const,
    };
    assert.deepEqual(leafTemplate(request, NOW).notAfter, ca.certificate.notAfter);
    assert.deepEqual(leafTemplate(request, NOW).notBefore, ca.certificate.notBefore);
    assert.throws(() => leafTemplate(request, new Date(NOW.getTime() + 11 * HOUR_MS)), { code: "ISSUER_EXPIRED" });
  });

  it("refuses a request that was signed by another key", async () => {
    const [a, b] = [await generateSigner("ec-p256"), await generateSigner("ec-p256")];
    const forged: Signer = { algorithm: a.algorithm, publicKeySpki: a.publicKeySpki, sign: (bytes) => b.sign(bytes) };
    const request = parseCertificateRequest(
      await signCertificateRequest({ subject: kubernetesSubject("x", []) }, forged),
    );
    assert.throws(() => checkCertificateRequest(request, nodeVerifier), { code: "CSR_SIGNATURE_INVALID" });
  });

  const invalid: Record<string, (template: CertificateTemplate) => Partial<CertificateTemplate>> = {
    "the serial number 0": () => ({ serialNumber: 0n }),
    "a serial number of 21 octets": () => ({ serialNumber: 1n << 159n }),
    "an end before its beginning": ({ notBefore }) => ({ notAfter: new Date(notBefore.getTime() - 1) }),
    "no name at all": ({ extensions: { subjectAltNames: _names, ...extensions } }) => ({
      subject: distinguishedName([]),
      extensions,
    }),
    "no issuer": () => ({ issuer: distinguishedName([]) }),
    "the right to sign without being a CA": ({ extensions }) => ({
      extensions: { ...extensions, keyUsage: ["keyCertSign"] },
    }),
  };
  for (const [what, change] of Object.entries(invalid))
    it(`does not sign a certificate with ${what}`, async () => {
      const ca = await root("ec-p256");
      const template = leaf(ca, ca.signer.publicKeySpki);
      await assert.rejects(signCertificate({ ...template, ...change(template) }, ca.signer), {
        code: "TEMPLATE_INVALID",
      });
    });

  it("makes serial numbers positive", () => {
    assert.equal(serialNumberFrom(new Uint8Array(16)), 1n);
    assert.equal(serialNumberFrom(new Uint8Array(16).fill(255)), (1n << 127n) - 1n);
  });
});
