/** How long ago an instant was, as kubectl prints it: `45s`, `12m`, `3h5m`, `2d`. */
export function formatAge(instant: string | undefined | null, now: Date): string {
  if (instant === undefined || instant === null) return "<unknown>";
  const seconds = Math.floor((now.getTime() - Date.parse(instant)) / 1000);
  if (Number.isNaN(seconds)) return "<invalid>";
  return formatSeconds(Math.max(0, seconds));
}

/** A number of seconds in kubectl's short form (k8s.io/apimachinery `duration.HumanDuration`). */
export function formatSeconds(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (seconds < 120) return `${seconds}s`;
  if (minutes < 10) return joined(minutes, "m", seconds % 60, "s");
  if (minutes < 180) return `${minutes}m`;
  if (hours < 8) return joined(hours, "h", minutes % 60, "m");
  if (hours < 48) return `${hours}h`;
  if (days < 8) return joined(days, "d", hours % 24, "h");
  if (days < 730) return `${days}d`;
  const years = Math.floor(days / 365);
  return years < 8 ? joined(years, "y", days % 365, "d") : `${years}y`;
}

function joined(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}
