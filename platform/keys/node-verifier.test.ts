import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { describe, it } from "node:test";
import { encodeUtf8 } from "@tegata/bytes";
import {
  checkPublicKey,
  derBitString,
  derInteger,
  derNull,
  derOid,
  derSequence,
  parseJwk,
  parsePublicKey,
  publicKeyJwk,
} from "@tegata/pki";
import fc from "fast-check";
import { generateSigner, nodeVerifier } from "./index.ts";

const message = encodeUtf8("hello");

/** A key of the right form; whether its modulus is one matters to nobody who refuses it. */
function rsaKey(bits: number): Uint8Array {
  const modulus = (1n << BigInt(bits)) - 1n;
  const key = derSequence(derInteger(modulus), derInteger(65537));
  return derSequence(derSequence(derOid("1.2.840.113549.1.1.1"), derNull()), derBitString(key));
}

describe("the verifier", () => {
  it("refuses keys that are too small or too large, before it uses them", () => {
    for (const modulusLength of [1024, 2040]) {
      const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength });
      const publicKeySpki = publicKey.export({ format: "der", type: "spki" });
      const signature = sign("sha256", message, privateKey);
      assert.equal(nodeVerifier.verify({ algorithm: "rsa-sha256", publicKeySpki, message, signature }), false);
    }
  });

  for (const bits of [8200, 16_384, 60_000])
    it(`refuses RSA-${bits} by its size, in a request as in a path, and never computes with it`, () => {
      const spki = rsaKey(bits);
      assert.throws(() => checkPublicKey(parsePublicKey(spki)), {
        code: "PUBLIC_KEY_WEAK",
        message: new RegExp(`RSA-${bits} is above`),
      });
      const asked = {
        algorithm: "rsa-sha256",
        publicKeySpki: spki,
        message,
        signature: new Uint8Array(bits / 8),
      } as const;
      assert.equal(nodeVerifier.verify(asked), false);
    });

  it("refuses a scheme that is not the key's", async () => {
    const signer = await generateSigner("ec-p256");
    const { publicKeySpki } = signer;
    const signature = await signer.sign(message);
    for (const algorithm of ["rsa-sha256", "ed25519", "ecdsa-sha384"] as const)
      assert.equal(nodeVerifier.verify({ algorithm, publicKeySpki, message, signature }), false);
  });

  it("refuses a point that is not on its curve", async () => {
    const signer = await generateSigner("ec-p256");
    const publicKeySpki = signer.publicKeySpki.slice();
    publicKeySpki[publicKeySpki.length - 1] = (publicKeySpki.at(-1) ?? 0) ^ 1;
    const signature = await signer.sign(message);
    assert.equal(nodeVerifier.verify({ algorithm: "ecdsa-sha256", publicKeySpki, message, signature }), false);
  });

  it("refuses random keys and signatures, and throws for none", async () => {
    const { publicKeySpki } = await generateSigner("ec-p256");
    const octets = fc.uint8Array({ maxLength: 120 });
    fc.assert(
      fc.property(octets, octets, (key, signature) => {
        assert.equal(nodeVerifier.verify({ algorithm: "ecdsa-sha256", publicKeySpki: key, message, signature }), false);
        assert.equal(nodeVerifier.verify({ algorithm: "ecdsa-sha256", publicKeySpki, message, signature }), false);
      }),
    );
  });
});

describe("JSON Web Keys", () => {
  for (const algorithm of ["ec-p256", "ec-p384", "ed25519", "rsa-2048"] as const)
    it(`say what those of Node.js say, and are read back, ${algorithm}`, async () => {
      const { publicKeySpki } = await generateSigner(algorithm);
      const key = parsePublicKey(publicKeySpki);
      const oracle = createPublicKey({ key: Buffer.from(publicKeySpki), format: "der", type: "spki" }).export({
        format: "jwk",
      });
      assert.deepEqual({ ...publicKeyJwk(key) }, oracle);
      assert.deepEqual(parseJwk({ ...oracle, kid: "x" }).spki, publicKeySpki);
    });

  const refused: Record<string, Record<string, unknown>> = {
    "no type": {},
    "a secret key": { kty: "oct", k: "AQID" },
    "an unknown curve": { kty: "EC", crv: "secp256k1", x: "AQ", y: "AQ" },
    "a coordinate that is too short": { kty: "EC", crv: "P-256", x: "AQ", y: "AQ" },
    "a modulus that is no text": { kty: "RSA", n: 3, e: "AQAB" },
    "a modulus that is not base64url": { kty: "RSA", n: "a+b", e: "AQAB" },
  };
  for (const [what, jwk] of Object.entries(refused))
    it(`are refused with ${what}`, () => assert.throws(() => parseJwk(jwk), { code: "PUBLIC_KEY_INVALID" }));
});
