import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import {
  type Certificate,
  contextConstructed,
  der,
  derBitString,
  derBoolean,
  derInteger,
  derOctetString,
  derOid,
  derSequence,
  derTime,
  distinguishedName,
  type Extensions,
  leafTemplate,
  parseCertificate,
  parseCertificateRevocationList,
  rootTemplate,
  signCertificate,
  type Signer,
  validateCertificatePath,
} from "@tegata/pki";
import { generateSigner, nodeVerifier } from "./index.ts";

const NOW = new Date("2026-05-01T12:00:00Z");
const HOUR_MS = 3_600_000;
const CRL_NUMBER = "2.5.29.20";
const ISSUING_DISTRIBUTION_POINT = "2.5.29.28";
const REASON_CODE = "2.5.29.21";

interface Authority {
  readonly signer: Signer;
  readonly certificate: Certificate;
}

async function authority(name: string, extensions: Partial<Extensions> = {}): Promise<Authority> {
  const signer = await generateSigner("ec-p256");
  const subject = distinguishedName([["commonName", name]]);
  const request = { subject, serialNumber: 1n, publicKeySpki: signer.publicKeySpki, lifetimeMs: 10 * HOUR_MS };
  const template = rootTemplate(request, NOW);
  const changed = { ...template, extensions: { ...template.extensions, ...extensions } };
  return { signer, certificate: parseCertificate(await signCertificate(changed, signer)) };
}

async function leaf({ signer, certificate: issuer }: Authority, serialNumber: bigint): Promise<Certificate> {
  const { publicKeySpki } = await generateSigner("ec-p256");
  const subject = distinguishedName([["commonName", "web"]]);
  const request = {
    subject,
    serialNumber,
    publicKeySpki,
    lifetimeMs: HOUR_MS,
    issuer,
    usages: ["serverAuth"] as const,
  };
  return parseCertificate(await signCertificate(leafTemplate(request, NOW), signer));
}

function extension(oid: string, critical: boolean): Uint8Array {
  return derSequence(derOid(oid), ...(critical ? [derBoolean(true)] : []), derOctetString(derInteger(1)));
}

interface Crl {
  readonly revoked?: readonly bigint[];
  readonly nextUpdate?: Date;
  readonly thisUpdate?: Date;
  readonly extensions?: readonly Uint8Array[];
  readonly entryExtensions?: readonly Uint8Array[];
  readonly signer?: Signer;
}

/** What a CA of somebody else would write; Tegata writes no CRLs. RFC 5280 §5.1 */
async function crl({ signer, certificate }: Authority, options: Crl = {}) {
  const { revoked = [], thisUpdate = new Date(NOW.getTime() - HOUR_MS), nextUpdate, entryExtensions = [] } = options;
  const { extensions = [extension(CRL_NUMBER, false)] } = options;
  const algorithm = certificate.signatureAlgorithm.encoded;
  const ofEntry = entryExtensions.length === 0 ? [] : [derSequence(...entryExtensions)];
  const entries = revoked.map((serialNumber) => derSequence(derInteger(serialNumber), derTime(thisUpdate), ...ofEntry));
  const tbs = derSequence(
    derInteger(1),
    algorithm,
    certificate.subject.encoded,
    derTime(thisUpdate),
    ...(nextUpdate === undefined ? [] : [derTime(nextUpdate)]),
    ...(entries.length === 0 ? [] : [derSequence(...entries)]),
    ...(extensions.length === 0 ? [] : [der(contextConstructed(0), derSequence(...extensions))]),
  );
  const signature = await (options.signer ?? signer).sign(tbs);
  return parseCertificateRevocationList(derSequence(tbs, algorithm, derBitString(signature)));
}

describe("revocation", () => {
  let ca: Authority;
  let other: Authority;
  before(async () => {
    [ca, other] = await Promise.all([authority("ca"), authority("other")]);
  });

  async function judge(options: Crl, issuer: Authority = ca): Promise<string> {
    const crls = [await crl(issuer, options)];
    const trustAnchors = [ca.certificate];
    const verifier = nodeVerifier;
    try {
      validateCertificatePath(await leaf(ca, 42n), { trustAnchors, intermediates: [], now: NOW, verifier, crls });
      return "trusted";
    } catch (error) {
      assert.equal((error as { code?: string }).code, "CERTIFICATE_PATH_INVALID");
      return (error as Error).message;
    }
  }

  it("refuses what its issuer's list has", async () =>
    assert.match(await judge({ revoked: [41n, 42n] }), /it is revoked$/));
  it("accepts what the list does not have", async () => assert.equal(await judge({ revoked: [41n] }), "trusted"));
  it("accepts what an empty list does not have", async () => assert.equal(await judge({}), "trusted"));
  it("does not mind lists of other CAs", async () => assert.equal(await judge({ revoked: [42n] }, other), "trusted"));
  it("understands why something was revoked, where it need not be understood", async () => {
    assert.match(await judge({ revoked: [42n], entryExtensions: [extension(REASON_CODE, false)] }), /it is revoked$/);
  });

  const unusable: Record<string, readonly [() => Crl, RegExp]> = {
    "has no number": [() => ({ extensions: [] }), /number is missing or critical/],
    "has a critical number": [() => ({ extensions: [extension(CRL_NUMBER, true)] }), /number is missing or critical/],
    "is for some certificates only": [
      () => ({ extensions: [extension(CRL_NUMBER, false), extension(ISSUING_DISTRIBUTION_POINT, true)] }),
      /critical extension that is not understood/,
    ],
    "has an entry that must be understood": [
      () => ({ revoked: [7n], entryExtensions: [extension(REASON_CODE, true)] }),
      /critical extension that is not understood/,
    ],
    "is of tomorrow": [() => ({ thisUpdate: new Date(NOW.getTime() + HOUR_MS) }), /out of date/],
    "should have been replaced": [() => ({ nextUpdate: new Date(NOW.getTime() - 1000) }), /out of date/],
    "another key signed": [() => ({ signer: other.signer }), /its signature is wrong/],
  };
  for (const [what, [options, why]] of Object.entries(unusable))
    it(`trusts nothing by a list that ${what}`, async () => assert.match(await judge(options()), why));

  it("accepts a list that is still current", async () => {
    assert.equal(await judge({ nextUpdate: new Date(NOW.getTime() + 1000) }), "trusted");
  });
});
