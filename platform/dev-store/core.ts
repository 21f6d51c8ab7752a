import type { DurableMap } from "./storage/durable-map.ts";
import type { ApiAnswer, ApiRequest } from "./protocol.ts";
import type { TokenEntry, TokenStore } from "./tokens.ts";

/** What a Kubernetes API server says of a token. `TokenReview` `status`. */
export interface TokenReviewResult {
  readonly authenticated: boolean;
  /** e.g. `system:serviceaccount:shop:tegata` */
  readonly username: string;
  readonly uid: string;
}

/** Asks a Kubernetes API server whose token this is. @param audiences - empty for those of the API server itself. */
export type TokenReviewer = (
  token: string,
  audiences: readonly string[],
  signal: AbortSignal,
) => Promise<TokenReviewResult>;

/** What all parts of the store share. */
export interface Core {
  readonly map: DurableMap;
  readonly tokens: TokenStore;
  readonly nowMs: () => number;
  /** Reviews the tokens of logins at `auth/kubernetes`; without it they are refused. */
  readonly reviewToken: TokenReviewer | undefined;
}

/** A secrets engine or auth method at its path. */
export interface Mount {
  /** With a slash at its end and, for an auth method, `auth/` before it. */
  readonly path: string;
  readonly type: string;
  readonly uuid: string;
  readonly accessor: string;
  readonly description: string;
  readonly options: Readonly<Record<string, string>>;
}

/** A request that has reached its mount. */
export interface MountRequest extends ApiRequest {
  readonly core: Core;
  readonly mount: Mount;
  /** The path below the mount. */
  readonly below: string;
  /** Who asks; `undefined` only for logins. */
  readonly caller: Caller | undefined;
  readonly signal: AbortSignal;
}

export interface Caller {
  readonly id: string;
  readonly entry: TokenEntry;
}

/** What serves the requests of one type of mount. */
export interface Backend {
  /** Whether a path below the mount needs no token. */
  isLogin(below: string): boolean;
  /** Whether what the path names exists, which decides between the capabilities `create` and `update`. */
  exists(request: MountRequest): boolean;
  /** @throws ApiRefusal */
  handle(request: MountRequest): Promise<ApiAnswer> | ApiAnswer;
}
