// These tests of @tegata/spiffe stand here because the kernel may not import a signer, not even in its tests.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, it, type TestContext } from "node:test";
import { promisify } from "node:util";
import {
  type Certificate,
  type CertificateTemplate,
  distinguishedName,
  formatCertificatePem,
  intermediateTemplate,
  parseCertificate,
  type PublicKeyAlgorithm,
  signCertificate,
  type Signer,
} from "@tegata/pki";
import {
  caTemplate,
  checkSigningCertificate,
  checkX509Svid,
  emptyBundle,
  encodeX509Svid,
  HELM_PROFILE,
  issueX509Svid,
  parseSpiffeId,
  parseTrustDomain,
  parseX509Svid,
  type SigningCa,
  SPIRE_PROFILE,
  svidTemplate,
  type TrustBundle,
  type TrustDomain,
  trustDomainId,
  verifyX509Svid,
  type X509Profile,
  x509SvidIdOf,
  x509SvidOf,
} from "@tegata/spiffe";
import { generateSigner, nodeVerifier } from "./index.ts";

const TD = parseTrustDomain("example.org");
const OTHER = parseTrustDomain("other.org");
const WEB = parseSpiffeId("spiffe://example.org/ns/default/sa/default");
const NOW = new Date("2024-01-01T01:00:10Z");
const CA_SERIAL = 123456789000000000000000000000000000000n;
const SVID_SERIAL = 0x0123456789abcdef0123456789abcdefn;
const run = promisify(execFile);
const hasOpenssl = await run("openssl", ["version"]).then(
  () => true,
  () => false,
);

/** The certificate of the walk-through that Tegata must reproduce; values that differ by key are zero. */
const EXPECTED = `Certificate:
Data:
Version: 3 (0x2)
Serial Number:
00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00
Signature Algorithm: sha256WithRSAEncryption
Issuer: C = ARPA, O = Example, CN = example.org, serialNumber = 123456789000000000000000000000000000000
Validity
Not Before: Jan 1 01:00:00 2024 GMT
Not After : Jan 1 05:00:10 2024 GMT
Subject: C = US, O = SPIRE
Subject Public Key Info:
Public Key Algorithm: id-ecPublicKey
Public-Key: (256 bit)
pub:
${hexLines(65, 15)}
ASN1 OID: prime256v1
NIST CURVE: P-256
X509v3 extensions:
X509v3 Key Usage: critical
Digital Signature, Key Encipherment, Key Agreement
X509v3 Extended Key Usage:
TLS Web Server Authentication, TLS Web Client Authentication
X509v3 Basic Constraints: critical
CA:FALSE
X509v3 Subject Key Identifier:
${hexLines(20, 20)}
X509v3 Authority Key Identifier:
${hexLines(20, 20)}
X509v3 Subject Alternative Name:
URI:spiffe://example.org/ns/default/sa/default
Signature Algorithm: sha256WithRSAEncryption
Signature Value:
${hexLines(256, 18)}`;

let ca: SigningCa;
let helmCa: SigningCa;
let key: Signer;
before(async () => {
  [ca, helmCa, key] = await Promise.all([authority(SPIRE_PROFILE), authority(HELM_PROFILE), generateSigner("ec-p256")]);
});

async function authority(profile: X509Profile, trustDomain: TrustDomain = TD): Promise<SigningCa> {
  const signer = await generateSigner(profile.caKeyAlgorithm);
  const { publicKeySpki } = signer;
  const template = caTemplate(
    {
      trustDomain,
      publicKeySpki,
      serialNumber: CA_SERIAL,
      ttlSeconds: profile.caTtlSeconds,
      subject: profile.caSubject,
    },
    NOW,
  );
  return { signer, certificate: parseCertificate(await signCertificate(template, signer)), verifier: nodeVerifier };
}

function request(fields: Partial<Parameters<typeof svidTemplate>[0]> = {}): Parameters<typeof svidTemplate>[0] {
  const { publicKeySpki } = key;
  return { spiffeId: WEB, publicKeySpki, serialNumber: SVID_SERIAL, ttlSeconds: 3600, ...fields };
}

function bundles(...entries: readonly (readonly [TrustDomain, Certificate])[]): Map<TrustDomain, TrustBundle> {
  return new Map(entries.map(([name, root]) => [name, { ...emptyBundle(name), x509Authorities: [root] }]));
}

/** A leaf that says something else than an X509-SVID may. */
async function leafWith(change: (template: CertificateTemplate) => CertificateTemplate): Promise<Certificate> {
  return parseCertificate(await signCertificate(change(svidTemplate(request(), ca.certificate, NOW)), ca.signer));
}

function withExtensions(extensions: Partial<CertificateTemplate["extensions"]>) {
  return (template: CertificateTemplate): CertificateTemplate => ({
    ...template,
    extensions: { ...template.extensions, ...extensions },
  });
}

describe("issuing X509-SVIDs", () => {
  it("gives the certificate of the walk-through, line for line", {
    skip: hasOpenssl ? false : "no openssl here",
  }, async (t) => {
    const leaf = await issueX509Svid(request({ ttlSeconds: HELM_PROFILE.svidTtlSeconds }), helmCa, NOW);
    assert.equal(await opensslText(t, leaf), EXPECTED);
  });

  it("gives certificates that OpenSSL verifies strictly", {
    skip: hasOpenssl ? false : "no openssl here",
  }, async (t) => {
    const dir = await folder(t);
    const leaf = await issueX509Svid(request({ dnsNames: ["web.example.org"] }), ca, NOW);
    await writeFile(join(dir, "ca.pem"), formatCertificatePem(ca.certificate.der));
    await writeFile(join(dir, "leaf.pem"), formatCertificatePem(leaf.der));
    const at = String(NOW.getTime() / 1000);
    const { stdout } = await run(
      "openssl",
      ["verify", "-x509_strict", "-attime", at, "-CAfile", "ca.pem", "leaf.pem"],
      {
        cwd: dir,
      },
    );
    assert.equal(stdout, "leaf.pem: OK\n");
  });

  it("makes the first DNS name the common name, and puts DNS names behind the ID", async () => {
    const { subject, extensions } = await issueX509Svid(request({ dnsNames: ["a.example", "b.example"] }), ca, NOW);
    const expected = distinguishedName([
      ["countryName", "US"],
      ["organizationName", "SPIRE"],
      ["commonName", "a.example"],
    ]);
    assert.deepEqual(subject, expected);
    assert.deepEqual(extensions.subjectAltNames, [
      { type: "uri", value: WEB },
      { type: "dns", value: "a.example" },
      { type: "dns", value: "b.example" },
    ]);
  });

  it("never outlives the CA", async () => {
    const leaf = await issueX509Svid(request({ ttlSeconds: 7 * 24 * 3600 }), ca, NOW);
    assert.deepEqual(leaf.notAfter, ca.certificate.notAfter);
    assert.deepEqual(leaf.notBefore, ca.certificate.notBefore);
  });

  it("does not issue after the CA has expired", () =>
    assert.rejects(issueX509Svid(request(), ca, new Date(NOW.getTime() + 25 * 3600_000)), { code: "ISSUER_EXPIRED" }));

  it("does not issue for another trust domain, nor for a trust domain itself", async () => {
    const invalid = { code: "X509_SVID_INVALID" };
    await assert.rejects(
      issueX509Svid(request({ spiffeId: parseSpiffeId("spiffe://other.org/web") }), ca, NOW),
      invalid,
    );
    await assert.rejects(issueX509Svid(request({ spiffeId: trustDomainId(TD) }), ca, NOW), invalid);
  });

  it("does not issue what had expired at once, nor for a weak key", async () => {
    for (const ttlSeconds of [0, -1, Number.NaN])
      await assert.rejects(issueX509Svid(request({ ttlSeconds }), ca, NOW), { code: "X509_SVID_INVALID" });
    const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
    const publicKeySpki = new Uint8Array(publicKey.export({ format: "der", type: "spki" }));
    await assert.rejects(issueX509Svid(request({ publicKeySpki }), ca, NOW), { code: "PUBLIC_KEY_WEAK" });
  });

  it("does not issue under a certificate that is no CA", async () => {
    const leaf = await issueX509Svid(request(), ca, NOW);
    const impostor: SigningCa = { certificate: leaf, signer: key, verifier: nodeVerifier };
    await assert.rejects(issueX509Svid(request(), impostor, NOW), { code: "X509_SVID_INVALID" });
  });

  it("does not hand out what another key signed", () =>
    assert.rejects(issueX509Svid(request(), { ...ca, signer: key }, NOW), { code: "ISSUED_CERTIFICATE_WRONG" }));

  for (const caKeyAlgorithm of ["rsa-2048", "ec-p256", "ec-p384"] as const satisfies PublicKeyAlgorithm[])
    it(`works with a CA key ${caKeyAlgorithm}`, async () => {
      const own = await authority({ ...SPIRE_PROFILE, caKeyAlgorithm });
      const svid = x509SvidOf([await issueX509Svid(request(), own, NOW)]);
      const path = verifyX509Svid(svid, bundles([TD, own.certificate]), { now: NOW, verifier: nodeVerifier });
      assert.equal(path.length, 2);
    });
});

describe("checking X509-SVIDs", () => {
  const uri = (value: string) => ({ type: "uri", value }) as const;
  /** What no validator accepts, and what only an issuer must not do. */
  const rejected: Readonly<
    Record<string, readonly ["always" | "issuing", (t: CertificateTemplate) => CertificateTemplate]>
  > = {
    "without a URI": ["always", withExtensions({ subjectAltNames: [{ type: "dns", value: "a.example" }] })],
    "with two URIs": ["always", withExtensions({ subjectAltNames: [uri(WEB), uri("spiffe://example.org/other")] })],
    "with a URI that is no SPIFFE ID": [
      "always",
      withExtensions({ subjectAltNames: [uri("https://example.org/web")] }),
    ],
    "with a malformed SPIFFE ID": ["always", withExtensions({ subjectAltNames: [uri("spiffe://example.org/web/")] })],
    "without a path in its ID": ["always", withExtensions({ subjectAltNames: [uri("spiffe://example.org")] })],
    "that is a CA": ["always", withExtensions({ basicConstraints: { ca: true } })],
    "that may sign CRLs": ["always", withExtensions({ keyUsage: ["digitalSignature", "cRLSign"] })],
    "that may sign certificates": [
      "always",
      withExtensions({ basicConstraints: { ca: true }, keyUsage: ["digitalSignature", "keyCertSign"] }),
    ],
    "for another workload": ["issuing", withExtensions({ subjectAltNames: [uri("spiffe://example.org/other")] })],
    "without key usage": ["issuing", withExtensions({ keyUsage: [] })],
    "that may not sign": ["issuing", withExtensions({ keyUsage: ["keyAgreement"] })],
    "for clients only": ["issuing", withExtensions({ extendedKeyUsage: ["clientAuth"] })],
    "for servers only": ["issuing", withExtensions({ extendedKeyUsage: ["serverAuth"] })],
  };
  for (const [what, [when, change]] of Object.entries(rejected))
    it(`rejects a leaf ${what}${when === "issuing" ? ", when issuing" : ""}`, async () => {
      const leaf = await leafWith(change);
      assert.throws(() => checkX509Svid(leaf, WEB), { code: "X509_SVID_INVALID" });
      if (when === "always") assert.throws(() => x509SvidIdOf(leaf), { code: "X509_SVID_INVALID" });
      else assert.ok(x509SvidIdOf(leaf));
    });

  const accepted: Readonly<Record<string, (t: CertificateTemplate) => CertificateTemplate>> = {
    "as it is": (template) => template,
    "without extended key usage": withExtensions({ extendedKeyUsage: [] }),
    "with more extended key usages": withExtensions({ extendedKeyUsage: ["serverAuth", "clientAuth", "codeSigning"] }),
    "with other names": withExtensions({
      subjectAltNames: [{ type: "dns", value: "a" }, uri(WEB), { type: "ip", value: "10.0.0.1" }],
    }),
    "with an empty subject": (template) => ({ ...template, subject: distinguishedName([]) }),
    "with digitalSignature only": withExtensions({ keyUsage: ["digitalSignature"] }),
  };
  for (const [what, change] of Object.entries(accepted))
    it(`accepts a leaf ${what}`, async () => checkX509Svid(await leafWith(change), WEB));

  it("knows which CA may sign for a trust domain", async () => {
    checkSigningCertificate(ca.certificate, TD);
    const invalid = { code: "X509_SVID_INVALID" };
    assert.throws(() => checkSigningCertificate(ca.certificate, OTHER), invalid);
    const template = caTemplate(
      {
        trustDomain: TD,
        publicKeySpki: key.publicKeySpki,
        serialNumber: 1n,
        ttlSeconds: 60,
        subject: SPIRE_PROFILE.caSubject,
      },
      NOW,
    );
    const sign = async (change: Partial<CertificateTemplate["extensions"]>) =>
      parseCertificate(await signCertificate(withExtensions(change)(template), key));
    checkSigningCertificate(await sign({ subjectAltNames: [] }), OTHER);
    for (const change of [
      { subjectAltNames: [uri("spiffe://example.org/ca")] },
      { subjectAltNames: [uri("spiffe://example.org"), uri("spiffe://example.org")] },
      { subjectAltNames: [uri("https://example.org")] },
      { keyUsage: [] },
      { keyUsage: ["cRLSign"] as const },
    ]) {
      const certificate = await sign(change);
      assert.throws(() => checkSigningCertificate(certificate, TD), invalid);
    }
  });
});

describe("verifying X509-SVIDs", () => {
  const options = { now: NOW, verifier: nodeVerifier };

  it("reads back the chain that was sent", async () => {
    const leaf = await issueX509Svid(request(), ca, NOW);
    const svid = x509SvidOf([leaf, ca.certificate]);
    assert.deepEqual(parseX509Svid(encodeX509Svid(svid)), svid);
    assert.equal(svid.spiffeId, WEB);
  });

  it("goes through intermediates to the root", async () => {
    const middle = await generateSigner("ec-p256");
    const template = intermediateTemplate(
      {
        subject: distinguishedName([["organizationName", "middle"]]),
        serialNumber: 7n,
        publicKeySpki: middle.publicKeySpki,
        lifetimeMs: 3600_000,
        issuer: ca.certificate,
        subjectAltNames: [{ type: "uri", value: trustDomainId(TD) }],
      },
      NOW,
    );
    const certificate = parseCertificate(await signCertificate(template, ca.signer));
    const leaf = await issueX509Svid(request(), { certificate, signer: middle, verifier: nodeVerifier }, NOW);
    const path = verifyX509Svid(x509SvidOf([leaf, certificate]), bundles([TD, ca.certificate]), options);
    assert.deepEqual(path, [leaf, certificate, ca.certificate]);
    assert.throws(() => verifyX509Svid(x509SvidOf([leaf]), bundles([TD, ca.certificate]), options), {
      code: "CERTIFICATE_PATH_INVALID",
    });
  });

  it("trusts the roots of the ID's own trust domain only", async () => {
    const evil = await authority(SPIRE_PROFILE, OTHER);
    const pretended = svidTemplate(
      request({ spiffeId: parseSpiffeId("spiffe://other.org/web") }),
      evil.certificate,
      NOW,
    );
    const leaf = parseCertificate(
      await signCertificate(withExtensions({ subjectAltNames: [{ type: "uri", value: WEB }] })(pretended), evil.signer),
    );
    const svid = x509SvidOf([leaf]);
    assert.throws(() => verifyX509Svid(svid, bundles([TD, ca.certificate], [OTHER, evil.certificate]), options), {
      code: "CERTIFICATE_PATH_INVALID",
    });
    assert.throws(() => verifyX509Svid(svid, bundles([OTHER, evil.certificate]), options), {
      code: "BUNDLE_NOT_FOUND",
    });
  });

  it("believes the certificate, not what stands beside it", async () => {
    const leaf = await issueX509Svid(request(), ca, NOW);
    const lie = { ...x509SvidOf([leaf]), spiffeId: parseSpiffeId("spiffe://other.org/web") };
    assert.throws(() => verifyX509Svid(lie, bundles([OTHER, ca.certificate]), options), { code: "BUNDLE_NOT_FOUND" });
  });

  it("ends when the SVID does", async () => {
    const svid = x509SvidOf([await issueX509Svid(request(), ca, NOW)]);
    const later = { ...options, now: new Date(NOW.getTime() + 3601_000) };
    assert.throws(() => verifyX509Svid(svid, bundles([TD, ca.certificate]), later), {
      code: "CERTIFICATE_PATH_INVALID",
    });
  });

  it("rejects chains that are empty, too long, or not certificates", () => {
    assert.throws(() => parseX509Svid(new Uint8Array()), { code: "X509_SVID_INVALID" });
    assert.throws(() => parseX509Svid(Uint8Array.of(0x30, 0)), { code: "CERTIFICATE_INVALID" });
    assert.throws(() => parseX509Svid(Uint8Array.of(0x30, 1)), { code: "DER_INVALID" });
    const long = new Uint8Array(20 * ca.certificate.der.length);
    for (let i = 0; i < 20; i++) long.set(ca.certificate.der, i * ca.certificate.der.length);
    assert.throws(() => parseX509Svid(long), { code: "X509_SVID_INVALID" });
  });
});

/** `openssl x509 -text` without indentation, with zeroes for bytes; differences between OpenSSL's versions removed. */
async function opensslText(t: TestContext, certificate: Certificate): Promise<string> {
  const file = join(await folder(t), "svid.pem");
  await writeFile(file, formatCertificatePem(certificate.der));
  const { stdout } = await run("openssl", ["x509", "-text", "-noout", "-in", file]);
  return stdout
    .trim()
    .split("\n")
    .map((line) =>
      line
        .trim()
        .replaceAll(/ +/g, " ")
        .replace(/^keyid:/, ""),
    )
    .map((line) => (/^(?:[0-9a-f]{2}:)*[0-9a-f]{2}:?$/i.test(line) ? line.replaceAll(/[0-9a-f]/gi, "0") : line))
    .map((line) => (/^(?:Issuer|Subject): /.test(line) ? line.replaceAll(/ ?= ?/g, " = ") : line))
    .join("\n");
}

function hexLines(count: number, perLine: number): string {
  const lines: string[] = [];
  for (let rest = count; rest > 0; rest -= perLine) {
    const line = Array.from({ length: Math.min(rest, perLine) }, () => "00").join(":");
    lines.push(rest > perLine ? `${line}:` : line);
  }
  return lines.join("\n");
}

async function folder(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "tegata-spiffe-"));
  t.after(() => rm(dir, { recursive: true }));
  return dir;
}
