import { encodeBase64, tryDecodeUtf8 } from "@tegata/bytes";
import type { JsonValue } from "../objects.ts";
import { MAX_DEPTH, malformed, WireReader, type WireType } from "./wire-reader.ts";

/** Reads one value of a scalar type; `wireType` was checked against {@link SCALARS}. */
export interface ScalarType {
  readonly wireType: WireType;
  /** What Go leaves out of JSON under `omitempty`. */
  readonly zero: JsonValue;
  read(reader: WireReader): JsonValue;
}

/** The types that are not messages. */
export const SCALARS: Readonly<Record<string, ScalarType>> = {
  string: { wireType: 2, zero: "", read: (reader) => reader.text() },
  bytes: { wireType: 2, zero: "", read: (reader) => encodeBase64(reader.bytes()) },
  bool: { wireType: 0, zero: false, read: (reader) => reader.varint() !== 0n },
  int32: { wireType: 0, zero: 0, read: (reader) => reader.integer() },
  int64: { wireType: 0, zero: 0, read: (reader) => reader.integer() },
  double: { wireType: 1, zero: 0, read: (reader) => finite(reader.double()) },
};

/** The messages that JSON writes as something else. @returns `undefined` for Go's zero value, which JSON leaves out. */
export const SPECIAL_MESSAGES: Readonly<Record<string, (bytes: Uint8Array) => JsonValue | undefined>> = {
  Time: (bytes) => formatInstant(bytes, 0),
  MicroTime: (bytes) => formatInstant(bytes, 6),
  Quantity: (bytes) => textField(bytes, 1),
  IntOrString: readIntOrString,
  RawExtension: (bytes) => jsonField(bytes),
  FieldsV1: (bytes) => jsonField(bytes),
  JSON: (bytes) => jsonField(bytes),
  StringList: readStringList,
};

function formatInstant(bytes: Uint8Array, fractionDigits: 0 | 6): string | undefined {
  // Go writes its zero time as an empty message; 1970 would have a field.
  if (bytes.length === 0) return undefined;
  const [seconds = 0, nanos = 0] = integerFields(bytes, [1, 2]);
  const instant = new Date(seconds * 1000);
  const year = instant.getUTCFullYear();
  if (!(year >= 0 && year <= 9999)) throw malformed("a time is outside the years 0 to 9999");
  const whole = instant.toISOString().slice(0, 19);
  if (fractionDigits === 0) return `${whole}Z`;
  const micros = Math.floor(nanos / 1000);
  if (micros < 0 || micros > 999_999) throw malformed("a time has more than a second of nanoseconds");
  return `${whole}.${String(micros).padStart(6, "0")}Z`;
}

function readIntOrString(bytes: Uint8Array): JsonValue {
  const [type = 0, integer = 0] = integerFields(bytes, [1, 2]);
  return type === 0 ? integer : (textField(bytes, 3) ?? "");
}

function readStringList(bytes: Uint8Array): JsonValue {
  const texts: string[] = [];
  eachField(bytes, (number, wireType, reader) => {
    if (number !== 1 || wireType !== 2) return false;
    texts.push(reader.text());
    return true;
  });
  return texts;
}

function jsonField(bytes: Uint8Array): JsonValue | undefined {
  let text: string | undefined;
  eachField(bytes, (number, wireType, reader) => {
    if (number !== 1 || wireType !== 2) return false;
    text = tryDecodeUtf8(reader.bytes());
    return true;
  });
  if (text === undefined || text === "") return undefined;
  const value = parseEmbedded(text);
  checkNesting(value);
  return value;
}

function parseEmbedded(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw malformed("an embedded object is not JSON");
  }
}

function checkNesting(value: JsonValue, depth = 0): void {
  if (value === null || typeof value !== "object") return;
  if (depth > MAX_DEPTH) throw malformed(`an embedded object is nested deeper than ${MAX_DEPTH}`);
  for (const member of Object.values(value)) checkNesting(member, depth + 1);
}

function textField(bytes: Uint8Array, wanted: number): string | undefined {
  let text: string | undefined;
  eachField(bytes, (number, wireType, reader) => {
    if (number !== wanted || wireType !== 2) return false;
    text = reader.text();
    return true;
  });
  return text;
}

function integerFields(bytes: Uint8Array, wanted: readonly number[]): number[] {
  const values = wanted.map(() => 0);
  eachField(bytes, (number, wireType, reader) => {
    const index = wanted.indexOf(number);
    if (index < 0 || wireType !== 0) return false;
    values[index] = reader.integer();
    return true;
  });
  return values;
}

/** Calls `read` for each field; what it does not take (returns false) is passed over. */
function eachField(bytes: Uint8Array, read: (number: number, wireType: WireType, reader: WireReader) => boolean): void {
  const reader = new WireReader(bytes);
  while (!reader.atEnd) {
    const { number, wireType } = reader.tag();
    if (!read(number, wireType, reader)) reader.skip(wireType);
  }
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw malformed("a number is not finite");
  return value;
}
