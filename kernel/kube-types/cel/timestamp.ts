const TIMESTAMP = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9})\d*)?(Z|[+-]\d{2}:\d{2})$/;

/** An instant with the offset from UTC, in seconds, with which it was written. */
export interface WrittenInstant {
  /** Since 1970, UTC. */
  readonly nanoseconds: bigint;
  readonly offset: number;
}

/** Parses an RFC 3339 instant. @returns undefined if the text is not one. */
export function parseTimestamp(text: string): WrittenInstant | undefined {
  const match = TIMESTAMP.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const days = daysFromCivil(year, month, day);
  if (days === undefined || hour > 23 || minute > 59 || second > 59) return undefined;
  const offset = offsetSeconds(match[8] ?? "Z");
  const seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset;
  return { nanoseconds: BigInt(seconds) * 1_000_000_000n + BigInt((match[7] ?? "").padEnd(9, "0")), offset };
}

/** Prints an instant as RFC 3339 at its offset, with as many fractional digits as it has. */
export function formatTimestamp({ nanoseconds, offset }: WrittenInstant): string {
  const local = nanoseconds + BigInt(offset) * 1_000_000_000n;
  const { year, month, day, secondOfDay, nanosecond } = civilFromInstant(local);
  const fraction = nanosecond === 0 ? "" : `.${String(nanosecond).padStart(9, "0").replace(/0+$/, "")}`;
  const date = `${String(year).padStart(4, "0")}-${twoDigits(month)}-${twoDigits(day)}`;
  return `${date}T${clock(secondOfDay)}:${twoDigits(secondOfDay % 60)}${fraction}${formatOffset(offset)}`;
}

function formatOffset(offset: number): string {
  return offset === 0 ? "Z" : `${offset < 0 ? "-" : "+"}${clock(Math.abs(offset))}`;
}

function clock(seconds: number): string {
  return `${twoDigits(Math.floor(seconds / 3_600))}:${twoDigits(Math.floor(seconds / 60) % 60)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

/** The parts of an instant in the proleptic Gregorian calendar, UTC. */
export interface Civil {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** 0 is the first of January. */
  readonly dayOfYear: number;
  readonly secondOfDay: number;
  readonly nanosecond: number;
}

/** Takes an instant apart. @see "chrono-Compatible Low-Level Date Algorithms", civil_from_days */
export function civilFromInstant(nanoseconds: bigint): Civil {
  const [seconds, nanosecond] = divideFloor(nanoseconds, 1_000_000_000n);
  const [days, secondOfDay] = divideFloor(seconds, 86_400n);
  const z = Number(days) + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfMarchYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfMarchYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return {
    year,
    month,
    day: dayOfMarchYear - Math.floor((153 * shifted + 2) / 5) + 1,
    weekday: (((Number(days) + 4) % 7) + 7) % 7,
    dayOfYear: Number(days) - (daysFromCivil(year, 1, 1) ?? 0),
    secondOfDay: Number(secondOfDay),
    nanosecond: Number(nanosecond),
  };
}

/** Seconds by which a fixed offset such as `+02:00` is ahead of UTC; `Z` and `UTC` are 0. */
export function offsetSeconds(text: string): number {
  const match = /^([+-]?)(\d{2}):(\d{2})$/.exec(text);
  if (match === null) return 0;
  return (match[1] === "-" ? -1 : 1) * (Number(match[2]) * 3_600 + Number(match[3]) * 60);
}

function divideFloor(value: bigint, divisor: bigint): [quotient: bigint, rest: bigint] {
  const rest = ((value % divisor) + divisor) % divisor;
  return [(value - rest) / divisor, rest];
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysFromCivil(year: number, month: number, day: number): number | undefined {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const length = (MONTH_DAYS[month - 1] ?? 0) + (month === 2 && isLeap ? 1 : 0);
  if (day < 1 || day > length) return undefined;
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const dayOfMarchYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra =
    (y - era * 400) * 365 + Math.floor((y - era * 400) / 4) - Math.floor((y - era * 400) / 100) + dayOfMarchYear;
  return era * 146_097 + dayOfEra - 719_468;
}
