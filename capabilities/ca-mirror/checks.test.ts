import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { describe, it } from "node:test";
import { encodeBase64, encodeUtf8 } from "@tegata/bytes";
import { asTegataError } from "@tegata/errors";
import { nodeVerifier } from "@tegata/keys";
import { formatCertificatePem, formatPem, parseCertificatePem } from "@tegata/pki";
import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import fc from "fast-check";
import { checkClusterAuthorities, type ClusterAuthorities, MAX_CERTIFICATE_DATA_BYTES } from "./checks.ts";
import { DAY_MS, makeCa, NOW } from "./testing/certificates.ts";

const check = (text: string, now = NOW): ClusterAuthorities =>
  checkClusterAuthorities(encodeUtf8(text), { now, verifier: nodeVerifier });
const pemOf = ({ certificates }: ClusterAuthorities): string =>
  formatCertificatePem(...certificates.map(({ der }) => der));

describe("accepted", () => {
  it("a bundle of two CAs of one name, as EKS has it while it rotates, in its order", async () => {
    const [first, second] = [await makeCa(), await makeCa()];
    assert.equal(pemOf(check(first + second)), first + second);
    assert.equal(pemOf(check(second + first)), second + first);
  });
  it("a certificate that is there twice, once", async () => {
    const ca = await makeCa();
    assert.equal(pemOf(check(ca + ca)), ca);
  });
  it("comments and other line ends around the certificates, which are not copied", async () => {
    const ca = await makeCa();
    assert.equal(pemOf(check(`# the CA\r\n${ca.replaceAll("\n", "\r\n")}`)), ca);
  });
  it("base64 with line breaks, as base64(1) writes it", async () => {
    const ca = await makeCa();
    assert.equal(pemOf(check(encodeBase64(encodeUtf8(ca)).replace(/.{76}/g, "$&\n"))), ca);
  });
  it("an expired CA beside the one that counts, left out", async () => {
    const [old, next] = [await makeCa({ days: 10 }), await makeCa({ commonName: "kubernetes-2" })];
    const seen = check(old + next, new Date(NOW.getTime() + 11 * DAY_MS));
    assert.equal(pemOf(seen), next);
    assert.equal(seen.leftOut.length, 1);
  });
});

const refused: Record<string, [text: () => Promise<string> | string, why: RegExp]> = {
  "no text at all": [() => "", /is base64, but not|neither/],
  "text that is not UTF-8 or base64": [() => "no certificate!", /neither a certificate in PEM nor base64 of one/],
  "random letters": [() => "abcdefgh".repeat(175), /it is base64, but not of a certificate in PEM/],
  "four layers of base64": [
    async () => {
      let text = await makeCa();
      for (let i = 0; i < 4; i++) text = encodeBase64(encodeUtf8(text));
      return text;
    },
    /it is base64, but not of a certificate in PEM/,
  ],
  "a block of another kind": [() => formatPem("PUBLIC KEY", new Uint8Array(40)), /has a block "PUBLIC KEY"/],
  "a certificate with bytes after its end": [
    async () => {
      const [der = new Uint8Array()] = parseCertificatePem(await makeCa());
      return formatPem("CERTIFICATE", new Uint8Array([...der, 0]));
    },
    /./,
  ],
  "a certificate in which one bit was changed": [
    async () => {
      const [der = new Uint8Array()] = parseCertificatePem(await makeCa());
      der[der.length - 3] = (der[der.length - 3] ?? 0) ^ 1;
      return formatCertificatePem(der);
    },
    /does not carry its own signature/,
  ],
  "nine certificates": [
    async () => (await Promise.all(Array.from({ length: 9 }, () => makeCa()))).join(""),
    /there are 9 certificates/,
  ],
  "more bytes than any bundle has": [() => "A".repeat(MAX_CERTIFICATE_DATA_BYTES + 4), /longer than 65536 bytes/],
  "two CAs of one name without key identifiers": [
    async () => {
      const change = (template: Parameters<NonNullable<Parameters<typeof makeCa>[0]>["change"] & object>[0]) => {
        const { subjectKeyId: _, ...extensions } = template.extensions;
        return { ...template, extensions };
      };
      return (await makeCa({ change })) + (await makeCa({ change }));
    },
    /two different CAs are named "CN=kubernetes"/,
  ],
  "an RSA key of 1,024 bits": [() => foreignCa("SHA-256", 1024), /has a weak key: RSA-1024 is below 2048 bits/],
  "a signature with SHA-1": [() => foreignCa("SHA-1", 2048), /SHA-1 and MD5 are not/],
};

describe("refused", () => {
  for (const [what, [text, why]] of Object.entries(refused)) {
    it(what, async () => {
      const data = await text();
      assert.throws(
        () => check(data),
        (error) => {
          const known = asTegataError(error);
          assert.equal(known?.code, "CA_DATA_INVALID");
          assert.match(known?.message ?? "", why);
          return true;
        },
      );
    });
  }
  it("a private key among the certificates, in every form, without a word of it", async () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    for (const type of ["pkcs8", "sec1"] as const) {
      const key = privateKey.export({ type, format: "pem" }).toString();
      const data = (await makeCa()) + key;
      assert.throws(
        () => check(data),
        (error) => {
          const known = asTegataError(error);
          assert.equal(known?.code, "CA_DATA_PRIVATE_KEY");
          assert.ok(!known?.text.includes(key.split("\n")[1] ?? "-"));
          return true;
        },
      );
    }
  });
  it("any bytes whatever: they are certificates, or a TegataError says why not", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        try {
          checkClusterAuthorities(bytes, { now: NOW, verifier: nodeVerifier });
        } catch (error) {
          assert.ok(asTegataError(error) !== undefined);
        }
      }),
    );
  });
});

/** A CA of another maker, for what our own signer would not make. */
async function foreignCa(hash: string, modulusLength: number): Promise<string> {
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash, modulusLength, publicExponent: new Uint8Array([1, 0, 1]) };
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: "01",
    name: "CN=kubernetes",
    notBefore: NOW,
    notAfter: new Date(NOW.getTime() + 1000 * DAY_MS),
    signingAlgorithm: algorithm,
    keys,
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });
  return `${certificate.toString("pem")}\n`;
}
