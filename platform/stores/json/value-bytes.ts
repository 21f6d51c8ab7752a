import { encodeUtf8 } from "@tegata/bytes";
import { encodeGoJson } from "./go-json.ts";
import { type JsonNode, rawBytes, stringBytes } from "./json-node.ts";

/**
 * The bytes that a JSON value becomes in a Secret: a string its content, a number as it stands in the source, `true` or
 * `false`, nothing for null, and objects and arrays as Go encodes them. External Secrets Operator `GetByteValue`.
 */
export function valueBytes(node: JsonNode): Uint8Array {
  switch (node.kind) {
    case "string":
      return stringBytes(node);
    case "null":
      return new Uint8Array(0);
    case "object":
    case "array":
      return encodeGoJson(node);
    default:
      return rawBytes(node);
  }
}

/**
 * A number's text where the upstream operator has read it as a float64: integers as they stand (exactly, also beyond
 * 2^53), others in Go's shortest form without an exponent.
 */
export function plainNumberBytes(node: JsonNode): Uint8Array {
  const raw = rawBytes(node);
  const isInteger = raw.every((byte, i) => (byte >= 0x30 && byte <= 0x39) || (byte === 0x2d && i === 0));
  return isInteger ? raw : encodeUtf8(formatPlainFloat(Number(Buffer.from(raw).toString("latin1"))));
}

/** Go's `strconv.FormatFloat(value, 'f', -1, 64)`. */
export function formatPlainFloat(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  if (Object.is(value, -0)) return "-0";
  const [mantissa = "", exponentText] = String(value).split("e");
  if (exponentText === undefined) return mantissa;
  const sign = mantissa.startsWith("-") ? "-" : "";
  const [whole = "", fraction = ""] = mantissa.replace("-", "").split(".");
  const digits = whole + fraction;
  const point = whole.length + Number(exponentText);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return sign + digits.padEnd(point, "0");
}
