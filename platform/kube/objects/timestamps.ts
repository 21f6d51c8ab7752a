/** `metav1.Time`: RFC 3339 in UTC with whole seconds. */
export function formatTimestamp(instant: Date): string {
  return `${instant.toISOString().slice(0, 19)}Z`;
}

/** `metav1.MicroTime`: RFC 3339 in UTC with six digits of a second. */
export function formatMicroTimestamp(instant: Date): string {
  return `${instant.toISOString().slice(0, 23)}000Z`;
}
