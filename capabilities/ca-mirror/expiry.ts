const DAY_MS = 24 * 60 * 60 * 1000;

/** How near the end of a certificate is. */
export type ExpiryStage =
  | { readonly kind: "valid" }
  /** `days`: the smallest of the warning times that has been reached. */
  | { readonly kind: "within"; readonly days: number }
  | { readonly kind: "expired" };

/** @param warningDays - ascending. */
export function expiryStage(notAfter: Date, warningDays: readonly number[], now: Date): ExpiryStage {
  const remainingMs = notAfter.getTime() - now.getTime();
  if (remainingMs < 0) return { kind: "expired" };
  const days = warningDays.find((threshold) => remainingMs <= threshold * DAY_MS);
  return days === undefined ? { kind: "valid" } : { kind: "within", days };
}

/** The next instant at which {@link expiryStage} changes; `undefined` after the end. */
export function nextExpiryChange(notAfter: Date, warningDays: readonly number[], now: Date): Date | undefined {
  // The last instant of a certificate still counts as valid (RFC 5280 §4.1.2.5).
  const instants = [...warningDays.map((days) => notAfter.getTime() - days * DAY_MS), notAfter.getTime() + 1];
  const ahead = instants.filter((instant) => instant > now.getTime());
  return ahead.length === 0 ? undefined : new Date(Math.min(...ahead));
}
