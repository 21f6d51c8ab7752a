import type { Library } from "../functions.ts";
import { type Civil, civilFromInstant, offsetSeconds } from "../timestamp.ts";
import { type CelDuration, CelError, type CelTimestamp } from "../values.ts";

const PARTS: Readonly<Record<string, (civil: Civil) => number>> = {
  getFullYear: ({ year }) => year,
  getMonth: ({ month }) => month - 1,
  getDate: ({ day }) => day,
  getDayOfMonth: ({ day }) => day - 1,
  getDayOfWeek: ({ weekday }) => weekday,
  getDayOfYear: ({ dayOfYear }) => dayOfYear,
  getHours: ({ secondOfDay }) => Math.floor(secondOfDay / 3_600),
  getMinutes: ({ secondOfDay }) => Math.floor(secondOfDay / 60) % 60,
  getSeconds: ({ secondOfDay }) => secondOfDay % 60,
  getMilliseconds: ({ nanosecond }) => Math.floor(nanosecond / 1_000_000),
};

/** The parts of instants and durations. Of time zones, UTC and fixed offsets such as `+02:00` are known. */
export const TIME: Library = {
  ...Object.fromEntries(
    Object.entries(PARTS).flatMap(([name, part]) => [
      [`timestamp::${name}() int`, ({ nanoseconds }: CelTimestamp) => BigInt(part(civilFromInstant(nanoseconds)))],
      [`timestamp::${name}(string) int`, (instant: CelTimestamp, zone: string) => BigInt(part(civilIn(instant, zone)))],
    ]),
  ),
  "duration::getHours() int": ({ nanoseconds }: CelDuration) => nanoseconds / 3_600_000_000_000n,
  "duration::getMinutes() int": ({ nanoseconds }: CelDuration) => nanoseconds / 60_000_000_000n,
  "duration::getSeconds() int": ({ nanoseconds }: CelDuration) => nanoseconds / 1_000_000_000n,
  "duration::getMilliseconds() int": ({ nanoseconds }: CelDuration) => nanoseconds / 1_000_000n,
};

function civilIn({ nanoseconds }: CelTimestamp, zone: string): Civil {
  if (zone !== "UTC" && !/^[+-]?\d{2}:\d{2}$/.test(zone)) throw new CelError(`unknown time zone ${zone}`);
  return civilFromInstant(nanoseconds + BigInt(offsetSeconds(zone)) * 1_000_000_000n);
}
