import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { decodeBase64Url, decodeUtf8 } from "@tegata/bytes";
import { parseJwk, publicKeyAlgorithm } from "@tegata/pki";
import { checkTokenSignature, tokenKey } from "./jwt.ts";
import { TokenError } from "./token-authenticator.ts";

// C2SP/wycheproof, testvectors_v1. It lies beside the repository and is not part of it.
const FILE = new URL("../../../../shared/vectors/wycheproof/json_web_signature_test.json", import.meta.url);

interface Group {
  readonly comment: string;
  readonly public?: Readonly<Record<string, unknown>>;
  readonly tests: readonly {
    readonly tcId: number;
    readonly comment: string;
    readonly jws: string;
    readonly result: string;
  }[];
}

function isAccepted(jws: string, key: ReturnType<typeof tokenKey>, kid: string): boolean {
  try {
    checkTokenSignature(jws, new Map([[kid, key]]));
    return true;
  } catch (error) {
    // Anything else is a crash, and no verdict.
    if (!(error instanceof TokenError)) throw error;
    return false;
  }
}

/** Whether the protected header names the key; tokens that do not are none of ours. */
function names(jws: string, kid: string): boolean {
  return decodeUtf8(decodeBase64Url(jws.split(".")[0] ?? "") ?? new Uint8Array()).includes(JSON.stringify(kid));
}

describe("token signatures against Wycheproof", {
  skip: existsSync(FILE) ? false : "json_web_signature_test.json is not here",
}, () => {
  const { testGroups } = existsSync(FILE)
    ? (JSON.parse(readFileSync(FILE, "utf8")) as { testGroups: Group[] })
    : { testGroups: [] };
  const groups = testGroups.filter(({ public: jwk }) => jwk?.["alg"] === "ES256" || jwk?.["alg"] === "RS256");

  for (const [i, { comment, public: jwk = {}, tests }] of groups.entries())
    it(`accepts no invalid token, and the valid ones, of group ${i} (${comment}, ${tests.length} tokens)`, () => {
      const publicKey = parseJwk(jwk);
      assert.ok(publicKeyAlgorithm(publicKey));
      const kid = typeof jwk["kid"] === "string" ? jwk["kid"] : "";
      const wrong = tests.filter(({ jws, result }) => {
        const accepted = isAccepted(jws, tokenKey(publicKey.spki), kid);
        return result === "valid" ? !accepted && names(jws, kid) : accepted;
      });
      assert.deepEqual(wrong, []);
    });
});
