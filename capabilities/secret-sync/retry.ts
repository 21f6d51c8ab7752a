import type { TegataError } from "@tegata/errors";

/** First wait after a failure, in milliseconds; it doubles each time. External Secrets' numbers. */
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 420_000;
/** First wait after a refusal: asking again at once does not make credentials better, and may lock an account. */
const FIRST_DENIED_RETRY_MS = 15_000;

/**
 * How long to wait before the next try, in milliseconds. Every failure is tried again at the latest after one interval,
 * also those that only a change can mend: External Secrets lets such objects sleep for good (reference eso.md 10.3,
 * defect q), and the change may be one that no watch reports.
 *
 * @param failure - `undefined`: something about the Secret itself is in the way.
 * @param attempts - failures in a row, this one included.
 * @param intervalMs - `spec.refreshInterval`; 0 or less counts as one hour.
 */
export function nextRetryMs(failure: TegataError | undefined, attempts: number, intervalMs: number): number {
  const interval = intervalMs > 0 ? intervalMs : 3_600_000;
  const doubling = 2 ** Math.min(attempts - 1, 20);
  switch (failure?.kind) {
    case "unavailable":
      return Math.max(failure.retryAfterMs ?? 0, Math.min(FIRST_RETRY_MS * doubling, LONGEST_RETRY_MS));
    case "not-ready":
      return Math.min(FIRST_RETRY_MS * doubling, LONGEST_RETRY_MS);
    case "denied":
      return Math.min(FIRST_DENIED_RETRY_MS * doubling, LONGEST_RETRY_MS);
    case "invalid-input":
    case "integrity":
    case undefined:
      return interval;
  }
}
