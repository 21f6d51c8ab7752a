import { createHash } from "node:crypto";
import type { JsonObject } from "@tegata/kube-types";
import type { Signer } from "@tegata/pki";
import { checkTokenSignature, signToken, tokenKey, tokenKeyJwk, type TokenKey } from "./jwt.ts";

/** How many signatures are remembered to be right. */
const REMEMBERED_SIGNATURES = 4096;

/** The key that signs tokens, and those under which tokens are accepted. */
export class TokenKeys {
  readonly #signer: Signer;
  readonly #accepted: ReadonlyMap<string, TokenKey>;
  /** Digests of tokens whose signature was right: that does not change, and costs more than all other checks. */
  readonly #verified = new Set<string>();

  /** @param earlierKeys - SubjectPublicKeyInfos (DER) of earlier signers whose tokens are still accepted. */
  constructor(signer: Signer, earlierKeys: readonly Uint8Array[] = []) {
    this.#signer = signer;
    this.#accepted = new Map([signer.publicKeySpki, ...earlierKeys].map(tokenKey).map((key) => [key.kid, key]));
  }

  sign(claims: JsonObject): Promise<string> {
    return signToken(claims, this.#signer);
  }

  /** @throws TokenError if no accepted key signed the token. */
  check(token: string): void {
    const digest = createHash("sha256").update(token).digest("base64");
    if (this.#verified.has(digest)) return;
    checkTokenSignature(token, this.#accepted);
    if (this.#verified.size >= REMEMBERED_SIGNATURES) this.#verified.clear();
    this.#verified.add(digest);
  }

  /** JWS algorithms of the accepted keys. */
  get algorithms(): string[] {
    return [...new Set([...this.#accepted.values()].map(({ alg }) => alg))];
  }

  /** RFC 7517 §5 */
  jwks(): JsonObject {
    return { keys: [...this.#accepted.values()].map(tokenKeyJwk) };
  }
}
