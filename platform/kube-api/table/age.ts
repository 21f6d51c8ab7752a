const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const HOURS_PER_YEAR = 24 * 365;

/**
 * The age that Kubernetes prints for an instant: two or three significant figures, e.g. `119s`, `3m5s`, `47h`, `8d`.
 *
 * @param instant - RFC 3339; `null` or unreadable text gives `<unknown>`.
 * @see k8s.io/apimachinery `duration.HumanDuration`
 */
export function formatAge(instant: string | null, now: Date): string {
  const then = instant === null ? Number.NaN : Date.parse(instant);
  return Number.isNaN(then) ? "<unknown>" : formatDuration(now.getTime() - then);
}

/** As {@link formatAge} for a length of time in milliseconds, e.g. how long a Job ran. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / SECOND);
  // A clock that runs a little behind ours has not been to the future.
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(milliseconds / MINUTE);
  if (minutes < 10) return withRest(minutes, "m", seconds % 60, "s");
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(milliseconds / HOUR);
  if (hours < 8) return withRest(hours, "h", minutes % 60, "m");
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (hours < 24 * 8) return withRest(days, "d", hours % 24, "h");
  if (hours < HOURS_PER_YEAR * 2) return `${days}d`;
  const years = Math.floor(hours / HOURS_PER_YEAR);
  return hours < HOURS_PER_YEAR * 8 ? withRest(years, "y", days % 365, "d") : `${years}y`;
}

function withRest(value: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${value}${unit}` : `${value}${unit}${rest}${restUnit}`;
}
