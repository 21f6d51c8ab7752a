import { abortError } from "./http2-transport.ts";

/** A signal that aborts when the caller's does, or when time is up. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  /** From now on only the caller's signal counts. */
  stopClock(): void;
  /** Ends it all. */
  release(): void;
}

/**
 * Starts a limit. One controller and one timer: `AbortSignal.any()` and `AbortSignal.timeout()` cost several times as much.
 *
 * @param reason - what the signal aborts with when time is up.
 */
export function startTimeLimit(outer: AbortSignal | undefined, timeoutMs: number, reason: () => Error): TimeLimit {
  const controller = new AbortController();
  const onAbort = () => controller.abort(outer === undefined ? undefined : abortError(outer));
  const timer = setTimeout(() => controller.abort(reason()), timeoutMs);
  if (outer?.aborted === true) onAbort();
  outer?.addEventListener("abort", onAbort, { once: true });
  const stopClock = () => clearTimeout(timer);
  return {
    signal: controller.signal,
    stopClock,
    release() {
      stopClock();
      outer?.removeEventListener("abort", onAbort);
    },
  };
}
