// What an unquoted YAML scalar means to go-yaml 2, which follows YAML 1.1 with exceptions of its own.
import { parseFloatLiteral, parseInteger } from "../language/number-literal.ts";

const TRUE = new Set(["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"]);
const FALSE = new Set(["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"]);
const NULL = new Set(["", "~", "null", "Null", "NULL"]);
const NAN = new Set([".nan", ".NaN", ".NAN"]);
const INFINITE = /^[-+]?\.(?:inf|Inf|INF)$/;
const YAML_FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const MAX_UINT = 2n ** 64n - 1n;
const MIN_INT = -(2n ** 63n);

/** What a scalar is. A timestamp stays the text that it is. */
export type YamlScalar =
  | { readonly kind: "null" | "string" | "timestamp" }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "int"; readonly value: bigint }
  | { readonly kind: "float"; readonly value: number };

/** Resolves an unquoted scalar. go-yaml 2.4, resolve.go. */
export function resolveYamlScalar(text: string): YamlScalar {
  if (NULL.has(text)) return { kind: "null" };
  if (TRUE.has(text) || FALSE.has(text)) return { kind: "bool", value: TRUE.has(text) };
  if (NAN.has(text)) return { kind: "float", value: Number.NaN };
  if (INFINITE.test(text)) {
    return { kind: "float", value: text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY };
  }
  if (text.startsWith(".")) return floatOrString(parseFloatLiteral(text));
  return /^[-+0-9]/.test(text) ? resolveNumber(text) : { kind: "string" };
}

/** Whether a text stays itself when written without quotes. */
export function isPlainYamlText(text: string): boolean {
  return resolveYamlScalar(text).kind === "string" && !BASE_60.test(text);
}

function resolveNumber(text: string): YamlScalar {
  if (isTimestamp(text)) return { kind: "timestamp" };
  const plain = text.replaceAll("_", "");
  const integer = parseInteger(plain);
  if (integer !== undefined && integer >= MIN_INT && integer <= MAX_UINT) return { kind: "int", value: integer };
  return floatOrString(YAML_FLOAT.test(plain) ? parseFloatLiteral(plain) : undefined);
}

function floatOrString(value: number | undefined): YamlScalar {
  return value === undefined ? { kind: "string" } : { kind: "float", value };
}

const TIMESTAMP =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(?:Z|[-+]\d{2}:\d{2})| (\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?)?$/;

function isTimestamp(text: string): boolean {
  const match = TIMESTAMP.exec(text);
  if (match === null) return false;
  const [year = 0, month = 0, day = 0, ...clock] = match.slice(1).map((part) => Number(part ?? "0"));
  const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const [hour = 0, minute = 0, second = 0] = clock.slice(match[7] === undefined ? 0 : 3);
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth && hour < 24 && minute < 60 && second < 60;
}
