/**
 * What went wrong, in the five ways that change what happens next:
 *
 * - `invalid-input`: the manifest, flag or request is wrong;
 * - `not-ready`: something that it refers to is not there yet;
 * - `unavailable`: no answer from a store, API server or CA;
 * - `denied`: credentials or RBAC were refused;
 * - `integrity`: a signature, chain or digest does not match.
 */
export type ErrorKind = "invalid-input" | "not-ready" | "unavailable" | "denied" | "integrity";

/** What each part of Tegata does about a failure of one kind. */
export interface KindRules {
  /** `never`: wait for a change; `watch`: wait for the object referred to; `backoff`, `slowly`: try again by the clock. */
  readonly retry: "never" | "watch" | "backoff" | "slowly";
  /** Whether a Warning Event is written beside the condition. */
  readonly warningEvent: boolean;
  /** Status code of gRPC (`google.rpc.Code`). */
  readonly grpcStatus: number;
  /** Status code of HTTP. */
  readonly httpStatus: number;
  /**
   * Exit code of a command that fails this way. The whole table: 0 done, 1 a negative answer (not ready, differs), 2 wrong
   * usage or input, 3 not found, 4 forbidden, 5 no answer, 6 timeout, 7 conflict, 8 integrity, 70 a bug, 130 interrupted.
   */
  readonly exitCode: number;
}

/** The one table that says what follows from a failure's kind. STYLE section 5. */
export const ERROR_KINDS: Readonly<Record<ErrorKind, KindRules>> = {
  "invalid-input": { retry: "never", warningEvent: true, grpcStatus: 3, httpStatus: 400, exitCode: 2 },
  "not-ready": { retry: "watch", warningEvent: true, grpcStatus: 9, httpStatus: 409, exitCode: 3 },
  unavailable: { retry: "backoff", warningEvent: true, grpcStatus: 14, httpStatus: 503, exitCode: 5 },
  denied: { retry: "slowly", warningEvent: true, grpcStatus: 7, httpStatus: 403, exitCode: 4 },
  integrity: { retry: "never", warningEvent: true, grpcStatus: 15, httpStatus: 422, exitCode: 8 },
};
