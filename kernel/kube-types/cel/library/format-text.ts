import { encodeHex, encodeUtf8 } from "@tegata/bytes";
import { formatGoNumber } from "../../schema/go-text.ts";
import { formatTimestamp } from "../timestamp.ts";
import {
  CelDuration,
  CelError,
  CelMap,
  CelTimestamp,
  CelTypeValue,
  CelUint,
  type CelValue,
  isList,
} from "../values.ts";
import { formatSeconds } from "./operators.ts";

/**
 * Fills in `%s`, `%d`, `%f`, `%.2f`, `%e`, `%b`, `%o`, `%x`, `%X` and `%%`.
 *
 * @throws CelError for an unknown verb, a value that does not fit, or too few values.
 * @see cel-go, strings extension, "Format"
 */
export function formatText(template: string, values: readonly CelValue[]): string {
  let next = 0;
  return template.replace(
    /%(?:(%)|(?:\.(\d+))?(.?))/gsu,
    (_match, percent: string | undefined, precision: string | undefined, verb: string) => {
      if (percent !== undefined) return "%";
      const value = values[next];
      if (value === undefined) throw new CelError(`index ${next} out of range`);
      next++;
      return formatVerb(verb, precision === undefined ? undefined : Number(precision), value);
    },
  );
}

function formatVerb(verb: string, precision: number | undefined, value: CelValue): string {
  switch (verb) {
    case "s":
      return formatAny(value);
    case "d":
      return typeof value === "number" && !Number.isInteger(value)
        ? specialNumber(value, verb)
        : String(integerOf(value, verb));
    case "f":
      return fixed(numberOf(value, verb), precision ?? 6);
    case "e":
      return exponential(numberOf(value, verb), precision ?? 6);
    case "b":
      return typeof value === "boolean" ? (value ? "1" : "0") : integerOf(value, verb).toString(2);
    case "o":
      return integerOf(value, verb).toString(8);
    case "x":
      return hexadecimal(value);
    case "X":
      return hexadecimal(value).toUpperCase();
    default:
      throw new CelError(`could not parse formatting clause: unrecognized formatting clause "${verb}"`);
  }
}

function formatAny(value: CelValue): string {
  if (value === null) return "null";
  if (typeof value === "string") return value;
  if (typeof value === "number") return Number.isFinite(value) ? formatGoNumber(value) : specialNumber(value, "s");
  if (value instanceof CelUint) return String(value.value);
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (value instanceof CelTimestamp) return formatTimestamp(value);
  if (value instanceof CelDuration) return formatSeconds(value.nanoseconds);
  if (value instanceof CelTypeValue) return value.typeName;
  if (isList(value)) return `[${value.map(formatAny).join(", ")}]`;
  if (value instanceof CelMap) return formatMap(value);
  if (typeof value === "boolean" || typeof value === "bigint") return String(value);
  throw new CelError(
    "error during formatting: string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps",
  );
}

function formatMap(map: CelMap): string {
  const entries = map.entries().map(([key, value]): [string, string] => [formatAny(key), formatAny(value)]);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}: ${value}`)
    .join(", ")}}`;
}

function integerOf(value: CelValue, verb: string): bigint {
  if (typeof value === "bigint") return value;
  if (value instanceof CelUint) return value.value;
  if (typeof value === "number" && Number.isInteger(value) && verb === "d") return BigInt(value);
  throw new CelError(`error during formatting: %${verb} can only be used on integers`);
}

function numberOf(value: CelValue, verb: string): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (value instanceof CelUint) return Number(value.value);
  throw new CelError(`error during formatting: %${verb} can only be used on numbers`);
}

function specialNumber(value: number, verb: string): string {
  if (Number.isNaN(value)) return "NaN";
  if (Number.isFinite(value)) throw new CelError(`error during formatting: %${verb} can only be used on integers`);
  return value > 0 ? "Infinity" : "-Infinity";
}

function fixed(value: number, precision: number): string {
  return Number.isFinite(value) ? value.toFixed(Math.min(precision, 100)) : specialNumber(value, "s");
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

function exponential(value: number, precision: number): string {
  if (!Number.isFinite(value)) return specialNumber(value, "s");
  const [mantissa = "", exponent = ""] = value.toExponential(Math.min(precision, 100)).split("e");
  const digits = exponent
    .slice(1)
    .padStart(2, "0")
    .replace(/\d/g, (digit) => SUPERSCRIPTS.charAt(Number(digit)));
  return `${mantissa}×10${exponent.startsWith("-") ? "⁻" : ""}${digits}`;
}

function hexadecimal(value: CelValue): string {
  if (typeof value === "string") return encodeHex(encodeUtf8(value));
  if (value instanceof Uint8Array) return encodeHex(value);
  return integerOf(value, "x").toString(16);
}
