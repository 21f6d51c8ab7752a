import { SecretBytes } from "@tegata/bytes";
import { byteStringOfBytes, byteStringOfText } from "./byte-string.ts";
import { GoMap, GoSlice, type GoValue, INTERFACE } from "./value.ts";

/**
 * What a template can be given as data. Bytes and {@link SecretBytes} become Go strings, a `number` a `float64` and a
 * `bigint` an `int`. A map of which every value is a text or bytes is Go's `map[string]string`, any other one
 * `map[string]interface {}`.
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
  if (data === null || data === undefined) return null;
  if (typeof data === "string") return byteStringOfText(data);
  if (typeof data !== "object") return data;
  if (data instanceof SecretBytes) return byteStringOfBytes(data.reveal());
  if (data instanceof Uint8Array) return byteStringOfBytes(data);
  if (Array.isArray(data)) return new GoSlice(INTERFACE, data.map(goValueOfData));
  const entries = new Map<string, GoValue>();
  let elementType = "string";
  for (const [key, value] of data instanceof Map ? data : Object.entries(data)) {
    const converted = goValueOfData(value);
    if (typeof converted !== "string") elementType = INTERFACE;
    entries.set(byteStringOfText(key), converted);
  }
  return new GoMap(elementType, entries);
}
