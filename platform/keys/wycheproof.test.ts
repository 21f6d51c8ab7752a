import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { decodeHex } from "@tegata/bytes";
import type { SignatureAlgorithm } from "@tegata/pki";
import { nodeVerifier } from "./node-verifier.ts";

// C2SP/wycheproof, testvectors_v1. They lie beside the repository and are not part of it.
const FOLDER = new URL("../../../shared/vectors/wycheproof/", import.meta.url);

const FILES: Readonly<Record<string, SignatureAlgorithm>> = {
  "ecdsa_secp256r1_sha256_test.json": "ecdsa-sha256",
  "ecdsa_secp384r1_sha384_test.json": "ecdsa-sha384",
  "ed25519_test.json": "ed25519",
  "rsa_signature_2048_sha256_test.json": "rsa-sha256",
  "rsa_pss_2048_sha256_mgf1_32_test.json": "rsa-pss-sha256",
};

interface Vectors {
  readonly testGroups: readonly {
    readonly publicKeyDer: string;
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment: string;
      readonly msg: string;
      readonly sig: string;
      readonly result: "valid" | "invalid" | "acceptable";
    }[];
  }[];
}

function bytes(hex: string): Uint8Array {
  const decoded = decodeHex(hex);
  assert.ok(decoded);
  return decoded;
}

describe("the verifier against Wycheproof", () => {
  for (const [name, algorithm] of Object.entries(FILES)) {
    const file = new URL(name, FOLDER);
    it(`agrees on every signature of ${name}`, { skip: existsSync(file) ? false : `${name} is not here` }, () => {
      const { testGroups } = JSON.parse(readFileSync(file, "utf8")) as Vectors;
      const wrong: string[] = [];
      for (const { publicKeyDer, tests } of testGroups) {
        const publicKeySpki = bytes(publicKeyDer);
        for (const { tcId, comment, msg, sig, result } of tests) {
          const isRight = nodeVerifier.verify({ algorithm, publicKeySpki, message: bytes(msg), signature: bytes(sig) });
          // "Acceptable" signatures are legacy forms: it is up to the verifier.
          if (result !== "acceptable" && isRight !== (result === "valid"))
            wrong.push(`${tcId} (${comment}) is ${result}`);
        }
      }
      assert.deepEqual(wrong, []);
    });
  }
});
