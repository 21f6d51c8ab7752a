// Conversions as sprig makes them (spf13/cast): what cannot be converted is zero.
import { parseFloatLiteral, parseInteger } from "../language/number-literal.ts";
import { GoObject, type GoValue, integerOf } from "./value.ts";

const MAX_INT = 2n ** 63n - 1n;
const MIN_INT = -(2n ** 63n);

/** Converts to an integer. A text is read as a Go literal, so `0x1f` and `010` (eight) are understood; a fraction of zeros or other digits is dropped. */
export function toInteger(value: GoValue): bigint {
  if (value === null) return 0n;
  if (typeof value === "boolean") return value ? 1n : 0n;
  if (typeof value === "number") return truncateFloat(value);
  if (typeof value === "string") return integerOfText(value);
  const isMonthOrWeekday = value instanceof GoObject && /^time\.(Month|Weekday|Duration)$/.test(value.type);
  return value instanceof GoObject && !isMonthOrWeekday ? 0n : (integerOf(value) ?? 0n);
}

/** Converts to a float. */
export function toFloat(value: GoValue): number {
  if (typeof value === "number") return value;
  if (typeof value === "string") return parseFloatText(value) ?? 0;
  return Number(toInteger(value));
}

function integerOfText(text: string): bigint {
  const decimal = /^([-+]?\d*)\.\d*$/.exec(text);
  const whole = decimal === null ? text : (decimal[1] ?? "");
  const value = parseInteger(/^[-+]?$/.test(whole) && decimal !== null ? `${whole}0` : whole);
  return value === undefined || value > MAX_INT || value < MIN_INT ? 0n : value;
}

/** @returns what amd64 makes of it: anything out of range is the smallest integer. */
function truncateFloat(value: number): bigint {
  if (!Number.isFinite(value)) return MIN_INT;
  const whole = BigInt(Math.trunc(value));
  return whole > MAX_INT || whole < MIN_INT ? MIN_INT : whole;
}

const SPECIAL: Readonly<Record<string, number>> = {
  inf: Number.POSITIVE_INFINITY,
  infinity: Number.POSITIVE_INFINITY,
  nan: Number.NaN,
};

/** Go's `strconv.ParseFloat`. @returns `undefined` if the text is not a float, or is too large. */
function parseFloatText(text: string): number | undefined {
  const [, sign = "", name = ""] = /^([-+]?)([a-z]+)$/.exec(text.toLowerCase()) ?? [];
  const special = Object.hasOwn(SPECIAL, name) ? SPECIAL[name] : undefined;
  if (special === undefined) return parseFloatLiteral(text);
  return sign === "-" ? -special : special;
}
