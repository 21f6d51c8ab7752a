import { SecretBytes } from "@tegata/bytes";
import { byteStringOfBytes, byteStringOfText } from "./byte-string.ts";
import { GoMap, GoSlice, type GoValue, INTERFACE } from "./value.ts";

/**
 * What a template can be given as data. Bytes and {@link SecretBytes} become Go strings, a `number` a `float64` and a
 * `bigint` an `int`. If every value of the outermost map is a text or bytes, it is Go's `map[string]string`, as in
 * External Secrets; any other map is a `map[string]interface {}`.
 */
export type TemplateData =
  | null
  | undefined
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | SecretBytes
  | readonly TemplateData[]
  | ReadonlyMap<string, TemplateData>
  | { readonly [key: string]: TemplateData };

/** Converts data to Go's values. What a template does to them (`set`) never reaches the caller's objects. */
export function goValueOfData(data: TemplateData): GoValue {
  const value = goValueOfParsed(data);
  if (!(value instanceof GoMap)) return value;
  const isText = [...value.entries.values()].every((entry) => typeof entry === "string");
  return isText ? new GoMap("string", value.entries) : value;
}

/** Converts what a parser made: every map is a `map[string]interface {}`. */
export function goValueOfParsed(data: TemplateData): GoValue {
  if (data === null || data === undefined) return null;
  if (typeof data === "string") return byteStringOfText(data);
  if (typeof data !== "object") return data;
  if (data instanceof SecretBytes) return byteStringOfBytes(data.reveal());
  if (data instanceof Uint8Array) return byteStringOfBytes(data);
  if (Array.isArray(data)) return new GoSlice(INTERFACE, data.map(goValueOfParsed));
  const entries = data instanceof Map ? [...data.entries()] : Object.entries(data);
  return new GoMap(INTERFACE, new Map(entries.map(([key, value]) => [byteStringOfText(key), goValueOfParsed(value)])));
}
