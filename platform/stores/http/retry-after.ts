/** Longest pause that a store can ask for, in milliseconds. */
export const RETRY_AFTER_MAX_MS = 10 * 60_000;

/**
 * Reads a `Retry-After` header. RFC 9110 §10.2.3.
 *
 * @param now - for the form that is a date.
 * @returns milliseconds from now, at most {@link RETRY_AFTER_MAX_MS}; `undefined` if the header is absent or malformed.
 */
export function parseRetryAfterMs(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  const isDate = /^[A-Z][a-z]{2}, /.test(header);
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : isDate ? Date.parse(header) - now.getTime() : Number.NaN;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), RETRY_AFTER_MAX_MS);
}
