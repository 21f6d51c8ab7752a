import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { derBitString, derInteger, derNull, derOid, derSequence } from "../der/writer.ts";
import { CURVE_OID, KEY_OID } from "./oids.ts";
import { checkPublicKey, parsePublicKey, publicKeyAlgorithm, weakKeyReason } from "./public-key.ts";

function spki(algorithm: readonly Uint8Array[], bits: Uint8Array): Uint8Array {
  return derSequence(derSequence(...algorithm), derBitString(bits));
}

function rsa(bits: number, exponent: bigint | number = 65537, parameters = [derNull()]): Uint8Array {
  const key = derSequence(derInteger((1n << BigInt(bits)) - 1n), derInteger(exponent));
  return spki([derOid(KEY_OID.rsa), ...parameters], key);
}

function ec(curve: string, form: number, length: number): Uint8Array {
  const point = new Uint8Array(length);
  point[0] = form;
  return spki([derOid(KEY_OID.ec), derOid(curve)], point);
}

describe("public keys", () => {
  const kinds: Record<string, readonly [Uint8Array, string]> = {
    "RSA-2048": [rsa(2048), "rsa-2048"],
    "RSA-3072": [rsa(3072), "rsa-3072"],
    "RSA without the NULL that RFC 3279 wants": [rsa(2048, 65537, []), "other-0"],
    "P-256": [ec(CURVE_OID["P-256"], 4, 65), "ec-256"],
    "P-256, compressed": [ec(CURVE_OID["P-256"], 3, 33), "ec-256"],
    "P-384": [ec(CURVE_OID["P-384"], 4, 97), "ec-384"],
    "P-521": [ec(CURVE_OID["P-521"], 4, 133), "ec-521"],
    "a point of the wrong length": [ec(CURVE_OID["P-256"], 4, 64), "other-0"],
    "a compressed point of the wrong length": [ec(CURVE_OID["P-256"], 2, 65), "other-0"],
    "a point in a hybrid form": [ec(CURVE_OID["P-256"], 6, 65), "other-0"],
    secp256k1: [ec("1.3.132.0.10", 4, 65), "other-0"],
    "EC without a curve": [spki([derOid(KEY_OID.ec)], new Uint8Array(65)), "other-0"],
    "EC with parameters in place of a name": [spki([derOid(KEY_OID.ec), derSequence()], new Uint8Array(65)), "other-0"],
    Ed25519: [spki([derOid(KEY_OID.ed25519)], new Uint8Array(32)), "ed25519-256"],
    "Ed25519 of the wrong length": [spki([derOid(KEY_OID.ed25519)], new Uint8Array(31)), "other-0"],
    "Ed25519 with parameters": [spki([derOid(KEY_OID.ed25519), derNull()], new Uint8Array(32)), "other-0"],
    "something else": [spki([derOid("1.2.3.4")], new Uint8Array(8)), "other-0"],
  };
  for (const [what, [bytes, kind]] of Object.entries(kinds))
    it(`takes ${what} for ${kind}`, () => {
      const key = parsePublicKey(bytes);
      assert.equal(`${key.type}-${key.bits}`, kind);
      assert.equal(weakKeyReason(key) === undefined, kind !== "other-0");
    });

  const refused: Record<string, Uint8Array> = {
    "RSA-2047": rsa(2047),
    "RSA-8193": rsa(8193),
    "the exponent 1": rsa(2048, 1),
    "an even exponent": rsa(2048, 65536),
    "an exponent beyond 32 bits": rsa(2048, (1n << 32n) + 1n),
  };
  for (const [what, bytes] of Object.entries(refused))
    it(`refuses ${what}`, () =>
      assert.throws(() => checkPublicKey(parsePublicKey(bytes)), { code: "PUBLIC_KEY_WEAK" }));

  for (const [what, bytes] of Object.entries({ "RSA-8192": rsa(8192), "the exponent 3": rsa(2048, 3) }))
    it(`accepts ${what}`, () => checkPublicKey(parsePublicKey(bytes)));

  it("have a signer's algorithm only if there are such signers", () => {
    const algorithms = [rsa(2048), rsa(3072), rsa(4096), ec(CURVE_OID["P-521"], 4, 133)].map((bytes) =>
      publicKeyAlgorithm(parsePublicKey(bytes)),
    );
    assert.deepEqual(algorithms, ["rsa-2048", undefined, "rsa-4096", undefined]);
  });

  it("that are not one whole structure are refused", () => {
    for (const bytes of [new Uint8Array(), derSequence(), new Uint8Array([...rsa(2048), 0])])
      assert.throws(() => parsePublicKey(bytes), { code: "PUBLIC_KEY_INVALID" });
  });
});
