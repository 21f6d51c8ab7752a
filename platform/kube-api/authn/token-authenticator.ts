import type { UserInfo } from "../registry/types.ts";

/** Whom a bearer token stands for. */
export interface TokenIdentity {
  readonly user: UserInfo;
  /** For whom the token is meant, as far as it says so. Empty: for this API server. */
  readonly audiences: readonly string[];
}

/** Recognises one kind of bearer token. */
export interface TokenAuthenticator {
  /**
   * @returns `undefined` if the token is not of this kind.
   * @throws TokenError if it is, and is not valid.
   */
  authenticateToken(token: string): Promise<TokenIdentity | undefined>;
}

/** A bearer token that is not valid. The message may be shown to whoever reviews the token; it never quotes the token. */
export class TokenError extends Error {
  override readonly name = "TokenError";
}
