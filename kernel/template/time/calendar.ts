/** Names as Go prints them. */
export const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

/** Names as Go prints them, from Sunday. */
export const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;

/** A date and time of day, in some zone. */
export interface Civil {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanosecond: number;
}

const DAY_MS = 86_400_000;

/** @returns seconds since 1970; days and months beyond their range carry over, as in Go's `time.Date`. */
export function epochSecondsOf({ year, month, day, hour, minute, second }: Omit<Civil, "nanosecond">): number {
  const date = new Date(0);
  // Date.UTC would take the years 0 to 99 for 1900 to 1999.
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  return date.getTime() / 1000;
}

/** @returns the date and time of day at an instant. */
export function civilOf(epochSeconds: number, nanosecond: number): Civil & { weekday: number; yearDay: number } {
  const date = new Date(epochSeconds * 1000);
  const year = date.getUTCFullYear();
  const yearStart = epochSecondsOf({ year, month: 1, day: 1, hour: 0, minute: 0, second: 0 });
  return {
    year,
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    nanosecond,
    weekday: date.getUTCDay(),
    yearDay: Math.floor((date.getTime() - yearStart * 1000) / DAY_MS) + 1,
  };
}

/** How many days a month has. */
export function daysIn(month: number, year: number): number {
  return new Date(
    epochSecondsOf({ year, month: month + 1, day: 0, hour: 0, minute: 0, second: 0 }) * 1000,
  ).getUTCDate();
}
