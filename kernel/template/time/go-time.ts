import { GoMethod, GoObject, type GoValue, int64, type ParameterType } from "../values/value.ts";
import { civilOf, epochSecondsOf, MONTHS, WEEKDAYS } from "./calendar.ts";
import { GoDuration, roundDuration, SECOND } from "./duration.ts";
import { formatLayout, type LayoutTime } from "./layout.ts";
import type { ParsedTime } from "./parse-layout.ts";
import { UTC, type Zone } from "./zone.ts";

const STRING_LAYOUT = "2006-01-02 15:04:05.999999999 -0700 MST";
const RFC3339_NANO = "2006-01-02T15:04:05.999999999Z07:00";
/** Of Go's zero time, the year 1. */
const ZERO_SECONDS = -62_135_596_800;

/** Go's `time.Time`. */
export class GoTime extends GoObject {
  override readonly type = "time.Time";
  override readonly kind = "struct";
  /** Since 1970, UTC. */
  readonly epochNanoseconds: bigint;
  readonly zone: Zone;

  constructor(epochNanoseconds: bigint, zone: Zone = UTC) {
    super();
    this.epochNanoseconds = epochNanoseconds;
    this.zone = zone;
  }

  static fromDate(date: Date): GoTime {
    return new GoTime(BigInt(date.getTime()) * 1_000_000n);
  }

  static fromSeconds(epochSeconds: bigint): GoTime {
    return new GoTime(epochSeconds * SECOND);
  }

  static fromParsed({ epochSeconds, nanosecond, zone }: ParsedTime): GoTime {
    return new GoTime(BigInt(epochSeconds) * SECOND + BigInt(nanosecond), zone);
  }

  /** The time that a failed conversion yields. */
  static zero(): GoTime {
    return GoTime.fromSeconds(BigInt(ZERO_SECONDS));
  }

  /** Seconds since 1970, rounded down. */
  get epochSeconds(): bigint {
    const seconds = this.epochNanoseconds / SECOND;
    return this.epochNanoseconds % SECOND < 0n ? seconds - 1n : seconds;
  }

  /** @param layout - Go's, a byte string. */
  format(layout: string): string {
    return formatLayout(partsOf(this), layout);
  }

  in(zone: Zone): GoTime {
    return new GoTime(this.epochNanoseconds, zone);
  }

  add(nanoseconds: bigint): GoTime {
    return new GoTime(this.epochNanoseconds + nanoseconds, this.zone);
  }

  override toGoString(): string {
    return this.format(STRING_LAYOUT);
  }

  override toJsonValue(): GoValue {
    return this.format(RFC3339_NANO);
  }

  override member(name: string): GoMethod | undefined {
    const getter = GETTERS[name];
    if (Object.hasOwn(GETTERS, name) && getter !== undefined)
      return new GoMethod([], () => getter(this, partsOf(this)));
    const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
    return method && new GoMethod(method.parameters, (args) => method.call(this, args));
  }
}

const GETTERS: Readonly<Record<string, (time: GoTime, parts: LayoutTime) => GoValue>> = {
  Unix: (time) => int64(time.epochSeconds),
  UnixMilli: (time) => int64(floorDivide(time.epochNanoseconds, 1_000_000n)),
  UnixMicro: (time) => int64(floorDivide(time.epochNanoseconds, 1_000n)),
  UnixNano: (time) => int64(time.epochNanoseconds),
  Year: (_, { year }) => BigInt(year),
  Month: (_, { month }) => new NamedInteger("time.Month", month, MONTHS[month - 1] ?? ""),
  Weekday: (_, { weekday }) => new NamedInteger("time.Weekday", weekday, WEEKDAYS[weekday] ?? ""),
  Day: (_, { day }) => BigInt(day),
  YearDay: (_, { yearDay }) => BigInt(yearDay),
  Hour: (_, { hour }) => BigInt(hour),
  Minute: (_, { minute }) => BigInt(minute),
  Second: (_, { second }) => BigInt(second),
  Nanosecond: (_, { nanosecond }) => BigInt(nanosecond),
  UTC: (time) => time.in(UTC),
  Local: (time) => time.in(UTC),
  IsZero: (time) => time.epochNanoseconds === BigInt(ZERO_SECONDS) * SECOND,
  String: (time) => time.toGoString(),
};

interface TimeMethod {
  readonly parameters: readonly ParameterType[];
  readonly call: (time: GoTime, args: readonly GoValue[]) => GoValue;
}

const METHODS: Readonly<Record<string, TimeMethod>> = {
  Format: { parameters: ["string"], call: (time, [layout]) => time.format(typeof layout === "string" ? layout : "") },
  AddDate: {
    parameters: ["int", "int", "int"],
    call: (time, [years, months, days]) => addDate(time, Number(years), Number(months), Number(days)),
  },
  Add: { parameters: ["time.Duration"], call: (time, [duration]) => time.add(nanosecondsOf(duration)) },
  Sub: {
    parameters: ["time.Time"],
    call: (time, [other]) => new GoDuration(time.epochNanoseconds - instantOf(other)),
  },
  Before: { parameters: ["time.Time"], call: (time, [other]) => time.epochNanoseconds < instantOf(other) },
  After: { parameters: ["time.Time"], call: (time, [other]) => time.epochNanoseconds > instantOf(other) },
  Equal: { parameters: ["time.Time"], call: (time, [other]) => time.epochNanoseconds === instantOf(other) },
  Compare: {
    parameters: ["time.Time"],
    call: (time, [other]) => {
      const difference = time.epochNanoseconds - instantOf(other);
      return difference === 0n ? 0n : difference < 0n ? -1n : 1n;
    },
  },
  Truncate: {
    parameters: ["time.Duration"],
    call: (time, [unit]) => time.add(-(sinceYearOne(time) % (nanosecondsOf(unit) || 1n))),
  },
  Round: {
    parameters: ["time.Duration"],
    call: (time, [unit]) => time.add(roundDuration(sinceYearOne(time), nanosecondsOf(unit)) - sinceYearOne(time)),
  },
};

/** Go's integers with names: months and weekdays. */
class NamedInteger extends GoObject {
  override readonly type: string;
  override readonly kind = "int";
  readonly #value: bigint;
  readonly #name: string;

  constructor(type: string, value: number, name: string) {
    super();
    this.type = type;
    this.#value = BigInt(value);
    this.#name = name;
  }

  override member(name: string): GoMethod | undefined {
    return name === "String" ? new GoMethod([], () => this.#name) : undefined;
  }

  override toGoString(): string {
    return this.#name;
  }

  override toJsonValue(): GoValue {
    return this.#value;
  }

  override toInteger(): bigint {
    return this.#value;
  }
}

function addDate(time: GoTime, years: number, months: number, days: number): GoTime {
  const { year, month, day, hour, minute, second, nanosecond, offsetSeconds } = partsOf(time);
  const local = epochSecondsOf({ year: year + years, month: month + months, day: day + days, hour, minute, second });
  // The offset of the old date leads close enough to find that of the new one.
  const offset = time.zone.at(local - offsetSeconds).offsetSeconds;
  return new GoTime(BigInt(local - offset) * SECOND + BigInt(nanosecond), time.zone);
}

function partsOf(time: GoTime): LayoutTime {
  const seconds = Number(time.epochSeconds);
  const zone = time.zone.at(seconds);
  const nanosecond = Number(((time.epochNanoseconds % SECOND) + SECOND) % SECOND);
  return { ...civilOf(seconds + zone.offsetSeconds, nanosecond), ...zone };
}

function instantOf(value: GoValue | undefined): bigint {
  return value instanceof GoTime ? value.epochNanoseconds : 0n;
}

function nanosecondsOf(value: GoValue | undefined): bigint {
  return value instanceof GoDuration ? value.nanoseconds : 0n;
}

function sinceYearOne(time: GoTime): bigint {
  return time.epochNanoseconds - BigInt(ZERO_SECONDS) * SECOND;
}

function floorDivide(value: bigint, by: bigint): bigint {
  return value / by - (value % by < 0n ? 1n : 0n);
}
