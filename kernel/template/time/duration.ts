import { GoMethod, GoObject, type GoValue, int64 } from "../values/value.ts";

const NANOSECOND = 1n;
const MICROSECOND = 1_000n * NANOSECOND;
const MILLISECOND = 1_000n * MICROSECOND;
/** Nanoseconds in a second. */
export const SECOND = 1_000n * MILLISECOND;
const MINUTE = 60n * SECOND;
/** Nanoseconds in an hour. */
export const HOUR = 60n * MINUTE;

const UNITS = new Map([
  ["ns", NANOSECOND],
  ["us", MICROSECOND],
  ["\u00c2\u00b5s", MICROSECOND], // U+00B5 as a byte string
  ["\u00ce\u00bcs", MICROSECOND], // U+03BC as a byte string
  ["ms", MILLISECOND],
  ["s", SECOND],
  ["m", MINUTE],
  ["h", HOUR],
]);

const MAX = 2n ** 63n;

/**
 * Parses a Go duration such as `1h30m` or `-1.5s`. Go: `time.ParseDuration`.
 *
 * @param text - a byte string.
 * @returns nanoseconds, or `undefined` if it is not a duration or does not fit.
 */
export function parseDuration(text: string): bigint | undefined {
  const [, sign = "", body = ""] = /^([-+]?)([^]*)$/.exec(text) ?? [];
  if (body === "0") return 0n;
  if (body === "") return undefined;
  let total = 0n;
  for (let at = 0; at < body.length; ) {
    const match = /^([0-9]*)(?:\.([0-9]*))?([^0-9.]+)/.exec(body.slice(at));
    const [all = "", whole = "", fraction = "", unitName = ""] = match ?? [];
    const unit = UNITS.get(unitName);
    if (unit === undefined || (whole === "" && fraction === "")) return undefined;
    total += BigInt(whole || "0") * unit + (BigInt(fraction || "0") * unit) / 10n ** BigInt(fraction.length);
    if (total > MAX) return undefined;
    at += all.length;
  }
  if (sign === "-") return -total;
  return total === MAX ? undefined : total;
}

/** Formats as Go's `time.Duration.String`, such as `1h30m0s`. */
export function formatDuration(nanoseconds: bigint): string {
  const sign = nanoseconds < 0n ? "-" : "";
  const total = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (total === 0n) return "0s";
  if (total < MICROSECOND) return `${sign}${total}ns`;
  // Byte string of the micro sign.
  if (total < MILLISECOND) return `${sign}${decimal(total, MICROSECOND)}\u00c2\u00b5s`;
  if (total < SECOND) return `${sign}${decimal(total, MILLISECOND)}ms`;
  const seconds = `${decimal(total % MINUTE, SECOND)}s`;
  if (total < MINUTE) return `${sign}${seconds}`;
  const minutes = `${(total % HOUR) / MINUTE}m${seconds}`;
  return total < HOUR ? `${sign}${minutes}` : `${sign}${total / HOUR}h${minutes}`;
}

function decimal(amount: bigint, unit: bigint): string {
  const fraction = (amount % unit)
    .toString()
    .padStart(unit.toString().length - 1, "0")
    .replace(/0+$/, "");
  return `${amount / unit}${fraction === "" ? "" : `.${fraction}`}`;
}

/** Rounds half away from zero. Go: `time.Duration.Round`. */
export function roundDuration(nanoseconds: bigint, unit: bigint): bigint {
  if (unit <= 0n) return nanoseconds;
  const sign = nanoseconds < 0n ? -1n : 1n;
  const size = nanoseconds * sign;
  return sign * ((2n * size + unit) / (2n * unit)) * unit;
}

/** Go's `time.Duration`. */
export class GoDuration extends GoObject {
  override readonly type = "time.Duration";
  override readonly kind = "int64";
  readonly nanoseconds: bigint;

  constructor(nanoseconds: bigint) {
    super();
    this.nanoseconds = BigInt.asIntN(64, nanoseconds);
  }

  override member(name: string): GoMethod | undefined {
    const { nanoseconds } = this;
    switch (name) {
      case "String":
        return method(() => formatDuration(nanoseconds));
      case "Hours":
        return method(() => Number(nanoseconds) / Number(HOUR));
      case "Minutes":
        return method(() => Number(nanoseconds) / Number(MINUTE));
      case "Seconds":
        return method(() => Number(nanoseconds) / Number(SECOND));
      case "Milliseconds":
        return method(() => int64(nanoseconds / MILLISECOND));
      case "Microseconds":
        return method(() => int64(nanoseconds / MICROSECOND));
      case "Nanoseconds":
        return method(() => int64(nanoseconds));
      default:
        return undefined;
    }
  }

  override toGoString(): string {
    return formatDuration(this.nanoseconds);
  }

  override toJsonValue(): GoValue {
    return int64(this.nanoseconds);
  }

  override toInteger(): bigint {
    return this.nanoseconds;
  }
}

function method(call: () => GoValue): GoMethod {
  return new GoMethod([], call);
}
