import assert from "node:assert/strict";
import { X509Certificate, createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { asTegataError } from "@tegata/errors";
import { parseCertificatePem } from "@tegata/pki";
import fc from "fast-check";
import { decodePkcs12 } from "./decode.ts";
import { encodePkcs12, encodePkcs12TrustStore } from "./encode.ts";

const PASSWORD = "s3cret-ü";

function fixture(name: string): Buffer {
  return readFileSync(new URL(`../testdata/${name}`, import.meta.url));
}

const leaf = parseCertificatePem(fixture("leaf.crt").toString());
const root = parseCertificatePem(fixture("root.crt").toString());
const leafKey = createPrivateKey(fixture("leaf.key")).export({ format: "pem", type: "pkcs8" });

describe("decodePkcs12", () => {
  const files = {
    "AES-256 with PBKDF2": ["openssl-modern.pfx", PASSWORD, 2],
    "RC2-40 certificates and a 3DES key": ["openssl-legacy.pfx", PASSWORD, 2],
    "3DES throughout": ["openssl-3des.pfx", PASSWORD, 2],
    "RC2-128": ["openssl-rc2-128.pfx", PASSWORD, 2],
    "AES-128 without a password": ["openssl-nopass-aes128.pfx", "", 2],
    "no encryption at all": ["openssl-plain.pfx", "", 1],
  } as const;
  for (const [what, [name, password, count]] of Object.entries(files)) {
    it(`opens OpenSSL's file with ${what}`, () => {
      const { privateKeyPem, certificates } = decodePkcs12(fixture(name), password);
      assert.equal(privateKeyPem, leafKey);
      assert.deepEqual(
        certificates.map((der) => Buffer.from(der)),
        [...leaf, ...root].slice(0, count).map((der) => Buffer.from(der)),
      );
    });
  }

  it("tells a wrong password from a broken file", () => {
    assert.throws(() => decodePkcs12(fixture("openssl-modern.pfx"), "wrong"), { code: "PKCS12_PASSWORD_WRONG" });
    assert.throws(() => decodePkcs12(fixture("openssl-modern.pfx").subarray(0, 500), PASSWORD), {
      code: "PKCS12_INVALID",
    });
    assert.throws(() => decodePkcs12(fixture("openssl-plain.pfx"), "unexpected"), { code: "PKCS12_INVALID" });
  });

  it("answers a damaged file with an error of its own, never with another one", () => {
    const file = fixture("openssl-legacy.pfx");
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = Buffer.from(file);
        damaged[at] = (damaged[at] ?? 0) ^ flip;
        try {
          decodePkcs12(damaged, PASSWORD);
        } catch (thrown) {
          assert.match(asTegataError(thrown)?.code ?? String(thrown), /^PKCS12_/);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe("encodePkcs12", () => {
  for (const password of ["", "changeit", "pässwörd ☂"]) {
    it(`makes a file that opens again, with the password "${password}"`, () => {
      const certificates = [...leaf, ...root];
      const file = encodePkcs12({ privateKeyPem: leafKey.toString(), certificates }, password);
      const opened = decodePkcs12(file, password);
      assert.equal(opened.privateKeyPem, leafKey);
      assert.deepEqual(
        opened.certificates.map((der) => new X509Certificate(der).subject),
        ["CN=leaf.example.org", "CN=Test Root"],
      );
      assert.throws(() => decodePkcs12(file, `${password}x`), { code: "PKCS12_PASSWORD_WRONG" });
    });
  }

  it("makes a trust store of certificates alone", () => {
    const file = encodePkcs12TrustStore(root, "changeit");
    assert.throws(() => decodePkcs12(file, "changeit"), { code: "PKCS12_INVALID", message: /no private key/ });
  });
});
