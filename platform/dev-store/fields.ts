import type { JsonValue } from "@tegata/kube-types";
import { badRequest } from "./protocol.ts";

/** A request's body or a stored record. */
export type Fields = Readonly<Record<string, JsonValue>>;

/** A scalar as text; anything else as JSON. */
export function toText(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A text field; empty if it is absent. */
export function textField(fields: Fields, name: string): string {
  const value = own(fields, name);
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw badRequest(`Field validation failed: error converting input for field "${name}": expected a string`);
}

/** A list of texts, given as a list or with commas between them. */
export function listField(fields: Fields, name: string): string[] {
  const value = own(fields, name);
  if (value === undefined || value === null || value === "") return [];
  if (Array.isArray(value)) return value.map(toText);
  return textField(fields, name)
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

/** A truth; false if it is absent. */
export function flagField(fields: Fields, name: string): boolean {
  const value = own(fields, name);
  return value === true || value === "true" || value === "1" || value === 1;
}

/** A count; `undefined` if it is absent. */
export function numberField(fields: Fields, name: string): number | undefined {
  const value = own(fields, name);
  if (value === undefined || value === null || value === "") return undefined;
  const number = Number(value);
  if (Number.isFinite(number)) return number;
  throw badRequest(`Field validation failed: error converting input for field "${name}": expected a number`);
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A duration in seconds, given as a number, a text of digits or a text such as `1h30m`; 0 if it is absent. */
export function secondsField(fields: Fields, name: string): number {
  const value = own(fields, name);
  if (value === undefined || value === null || value === "") return 0;
  const text = toText(value);
  if (/^\d+$/.test(text)) return Number(text);
  if (/^(\d+[smhd])+$/.test(text)) {
    let seconds = 0;
    for (const [, amount, unit = "s"] of text.matchAll(/(\d+)([smhd])/g))
      seconds += Number(amount) * (UNIT_SECONDS[unit] ?? 1);
    return seconds;
  }
  throw badRequest(`Field validation failed: error converting input for field "${name}": time: invalid duration`);
}

/** A map of texts, given as an object. */
export function mapField(fields: Fields, name: string): Record<string, string> {
  const value = own(fields, name);
  if (value === undefined || value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) throw badRequest(`field "${name}" must be a map`);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toText(item)]));
}

function own(fields: Fields, name: string): JsonValue | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}
