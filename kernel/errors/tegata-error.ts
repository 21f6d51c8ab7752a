import type { ErrorKind } from "./kinds.ts";

export type { ErrorKind } from "./kinds.ts";

/** What a {@link TegataError} says. */
export interface TegataErrorOptions {
  readonly kind: ErrorKind;
  /** Stable identifier such as `SPIFFE_ID_INVALID`. Public API: never renamed, never reused. */
  readonly code: string;
  /** What failed (with the object's name) and why (with the offending value, unless it is secret). No trailing full stop. */
  readonly message: string;
  /** One sentence: what to check or change. */
  readonly remedy: string;
  /** The failure below, where this one adds knowledge. Never shown to a remote caller. */
  readonly cause?: unknown;
  /** For `unavailable`: the earliest time to ask again, in milliseconds from now, as the other side asked for it. */
  readonly retryAfterMs?: number;
}

/** A failure that an operator can read and act on. Anything else that is thrown is a bug in Tegata. */
export class TegataError extends Error {
  override readonly name = "TegataError";
  readonly kind: ErrorKind;
  /** Stable identifier such as `SPIFFE_ID_INVALID`. Public API: never renamed, never reused. */
  readonly code: string;
  /** One sentence: what to check or change. */
  readonly remedy: string;
  /** See {@link TegataErrorOptions.retryAfterMs}. */
  readonly retryAfterMs: number | undefined;

  constructor(options: TegataErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = options.kind;
    this.code = options.code;
    this.remedy = options.remedy;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** The whole text for a person: what, why, and what to do. */
  get text(): string {
    return `${this.message}. ${this.remedy}`;
  }
}

/**
 * Narrows something thrown.
 *
 * @returns the error itself if it is a {@link TegataError}, else `undefined`: then it is a bug, and its message may quote
 *   a secret operand (V8's messages do), so it must not be shown beyond the log's stack.
 */
export function asTegataError(thrown: unknown): TegataError | undefined {
  return thrown instanceof TegataError ? thrown : undefined;
}
