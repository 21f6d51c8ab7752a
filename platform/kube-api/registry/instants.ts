/** An instant as metadata holds it: RFC 3339 in UTC with whole seconds. */
export function formatInstant(instant: Date): string {
  return `${instant.toISOString().slice(0, 19)}Z`;
}
