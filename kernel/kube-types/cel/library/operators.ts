import { concatBytes, decodeUtf8, encodeUtf8, tryDecodeUtf8 } from "@tegata/bytes";
import { parseDuration } from "../../schema/duration.ts";
import { formatGoNumber } from "../../schema/go-text.ts";
import { memberOf } from "../../schema/json-value.ts";
import { compareValues, equalValues, listTypeOf, markListType } from "../equality.ts";
import type { Library } from "../functions.ts";
import { formatTimestamp, parseTimestamp } from "../timestamp.ts";
import type { ListType } from "../types.ts";
import {
  CelDuration,
  CelError,
  CelMap,
  CelObject,
  CelTimestamp,
  CelTypeValue,
  CelUint,
  type CelValue,
  typeNameOf,
} from "../values.ts";

const MIN_INT = -(2n ** 63n);
const MAX_INT = 2n ** 63n - 1n;
const MAX_UINT = 2n ** 64n - 1n;

/** An int, if it fits. @throws CelError `integer overflow` */
export function checkedInt(value: bigint, problem = "integer overflow"): bigint {
  if (value < MIN_INT || value > MAX_INT) throw new CelError(problem);
  return value;
}

function checkedUint(value: bigint): CelUint {
  if (value < 0n || value > MAX_UINT) throw new CelError("unsigned integer overflow");
  return new CelUint(value);
}

function divide(a: bigint, b: bigint): bigint {
  if (b === 0n) throw new CelError("division by zero");
  return a / b;
}

function modulo(a: bigint, b: bigint): bigint {
  if (b === 0n) throw new CelError("modulus by zero");
  return a % b;
}

/** Sets are united; of two items of a map list with the same keys, the second takes the place of the first. */
function addLists(a: readonly CelValue[], b: readonly CelValue[]): CelValue {
  const type = listTypeOf(a);
  if (type === undefined) return [...a, ...b];
  const isSame = (x: CelValue, y: CelValue): boolean => equalValues(identityOf(x, type), identityOf(y, type));
  const kept = a.map((item) => b.find((other) => isSame(item, other)) ?? item);
  const sum = [...kept, ...b.filter((item) => !a.some((other) => isSame(item, other)))];
  markListType(sum, type);
  return sum;
}

/** What tells an item of a list apart from the others: the item itself in a set, its keys in a map list. */
function identityOf(item: CelValue, { kind, keys }: ListType): CelValue {
  if (kind === "set" || !(item instanceof CelObject)) return item;
  return keys.map((key) => fromMember(item, key));
}

function fromMember({ json }: CelObject, key: string): CelValue {
  const value = memberOf(json, key) ?? null;
  return typeof value === "object" ? null : value;
}

/** `+ - * / %` and the sign. @see CEL language definition, "Arithmetic" */
export const ARITHMETIC: Library = {
  "_+_(int, int) int": (a: bigint, b: bigint) => checkedInt(a + b),
  "_+_(uint, uint) uint": (a: CelUint, b: CelUint) => checkedUint(a.value + b.value),
  "_+_(double, double) double": (a: number, b: number) => a + b,
  "_+_(string, string) string": (a: string, b: string) => a + b,
  "_+_(bytes, bytes) bytes": (a: Uint8Array, b: Uint8Array) => concatBytes(a, b),
  "_+_(list(A), list(A)) list(A)": (a: CelValue[], b: CelValue[]) => addLists(a, b),
  "_+_(duration, duration) duration": (a: CelDuration, b: CelDuration) =>
    new CelDuration(checkedInt(a.nanoseconds + b.nanoseconds)),
  "_+_(timestamp, duration) timestamp": (a: CelTimestamp, b: CelDuration) =>
    new CelTimestamp(a.nanoseconds + b.nanoseconds),
  "_+_(duration, timestamp) timestamp": (a: CelDuration, b: CelTimestamp) =>
    new CelTimestamp(a.nanoseconds + b.nanoseconds),
  "_-_(int, int) int": (a: bigint, b: bigint) => checkedInt(a - b),
  "_-_(uint, uint) uint": (a: CelUint, b: CelUint) => checkedUint(a.value - b.value),
  "_-_(double, double) double": (a: number, b: number) => a - b,
  "_-_(duration, duration) duration": (a: CelDuration, b: CelDuration) =>
    new CelDuration(checkedInt(a.nanoseconds - b.nanoseconds)),
  "_-_(timestamp, duration) timestamp": (a: CelTimestamp, b: CelDuration) =>
    new CelTimestamp(a.nanoseconds - b.nanoseconds),
  "_-_(timestamp, timestamp) duration": (a: CelTimestamp, b: CelTimestamp) =>
    new CelDuration(checkedInt(a.nanoseconds - b.nanoseconds)),
  "_*_(int, int) int": (a: bigint, b: bigint) => checkedInt(a * b),
  "_*_(uint, uint) uint": (a: CelUint, b: CelUint) => checkedUint(a.value * b.value),
  "_*_(double, double) double": (a: number, b: number) => a * b,
  "_/_(int, int) int": (a: bigint, b: bigint) => checkedInt(divide(a, b)),
  "_/_(uint, uint) uint": (a: CelUint, b: CelUint) => new CelUint(divide(a.value, b.value)),
  "_/_(double, double) double": (a: number, b: number) => a / b,
  "_%_(int, int) int": (a: bigint, b: bigint) => modulo(a, b),
  "_%_(uint, uint) uint": (a: CelUint, b: CelUint) => new CelUint(modulo(a.value, b.value)),
  "-_(int) int": (a: bigint) => checkedInt(-a),
  "-_(double) double": (a: number) => -a,
  "!_(bool) bool": (a: boolean) => !a,
};

const ORDERED = ["bool", "int", "uint", "double", "string", "bytes", "timestamp", "duration"];
const NUMBERS = ["int", "uint", "double"];

/** `< <= > >=` on every type that has an order, and between numbers of different types. */
export const COMPARISON: Library = Object.fromEntries(
  [
    ...ORDERED.map((type) => [type, type] as const),
    ...NUMBERS.flatMap((a) => NUMBERS.filter((b) => b !== a).map((b) => [a, b] as const)),
  ].flatMap(([a, b]) => [
    [`_<_(${a}, ${b}) bool`, (x: CelValue, y: CelValue) => isOrdered(x, y) && compareValues(x, y) < 0],
    [`_<=_(${a}, ${b}) bool`, (x: CelValue, y: CelValue) => isOrdered(x, y) && compareValues(x, y) <= 0],
    [`_>_(${a}, ${b}) bool`, (x: CelValue, y: CelValue) => isOrdered(x, y) && compareValues(x, y) > 0],
    [`_>=_(${a}, ${b}) bool`, (x: CelValue, y: CelValue) => isOrdered(x, y) && compareValues(x, y) >= 0],
  ]),
);

/** NaN is neither below nor above anything. */
function isOrdered(a: CelValue, b: CelValue): boolean {
  return !Number.isNaN(a) && !Number.isNaN(b);
}

/** `in` and `size`. */
export const CONTAINERS: Library = {
  "@in(A, list(A)) bool": (item: CelValue, list: CelValue[]) => list.some((each) => equalValues(item, each)),
  "@in(A, map(A, B)) bool": (key: CelValue, map: CelMap | CelObject) =>
    (map instanceof CelMap ? map.get(key) : typeof key === "string" ? map.get(key) : undefined) !== undefined,
  "size(string) int": (text: string) => sizeOf(text),
  "size(bytes) int": (bytes: Uint8Array) => BigInt(bytes.length),
  "size(list(A)) int": (list: CelValue[]) => BigInt(list.length),
  "size(map(A, B)) int": (map: CelMap) => BigInt(map.size),
  "string::size() int": (text: string) => sizeOf(text),
  "bytes::size() int": (bytes: Uint8Array) => BigInt(bytes.length),
  "list(A)::size() int": (list: CelValue[]) => BigInt(list.length),
  "map(A, B)::size() int": (map: CelMap) => BigInt(map.size),
};

function sizeOf(text: string): bigint {
  let size = 0n;
  for (const _ of text) size++;
  return size;
}

/** Conversions between types. @see CEL language definition, "Type Conversion Functions" */
export const CONVERSIONS: Library = {
  "bool(bool) bool": (value: boolean) => value,
  "bool(string) bool": (text: string) => parseBool(text),
  "bytes(bytes) bytes": (value: Uint8Array) => value,
  "bytes(string) bytes": (text: string) => encodeUtf8(text),
  "double(double) double": (value: number) => value,
  "double(int) double": (value: bigint) => Number(value),
  "double(uint) double": ({ value }: CelUint) => Number(value),
  "double(string) double": (text: string) => parseDouble(text),
  "duration(duration) duration": (value: CelDuration) => value,
  "duration(string) duration": (text: string) => durationOf(text),
  "dyn(A) dyn": (value: CelValue) => value,
  "int(int) int": (value: bigint) => value,
  "int(uint) int": ({ value }: CelUint) => checkedInt(value),
  "int(double) int": (value: number) => wholeOf(value),
  "int(string) int": (text: string) => parseInteger(text),
  "int(timestamp) int": ({ nanoseconds }: CelTimestamp) => floorSeconds(nanoseconds),
  "int(duration) int": ({ nanoseconds }: CelDuration) => nanoseconds / 1_000_000_000n,
  "string(string) string": (text: string) => text,
  "string(bool) string": (value: boolean) => String(value),
  "string(int) string": (value: bigint) => String(value),
  "string(uint) string": ({ value }: CelUint) => String(value),
  "string(double) string": (value: number) => formatGoNumber(value),
  "string(bytes) string": (bytes: Uint8Array) => textOf(bytes),
  "string(timestamp) string": (instant: CelTimestamp) => formatTimestamp(instant),
  "string(duration) string": ({ nanoseconds }: CelDuration) => formatSeconds(nanoseconds),
  "timestamp(timestamp) timestamp": (value: CelTimestamp) => value,
  "timestamp(string) timestamp": (text: string) => timestampOf(text),
  "timestamp(int) timestamp": (seconds: bigint) => new CelTimestamp(seconds * 1_000_000_000n),
  "type(A) type": (value: CelValue) => new CelTypeValue(typeNameOf(value)),
  "uint(uint) uint": (value: CelUint) => value,
  "uint(int) uint": (value: bigint) => checkedUint(value),
  "uint(double) uint": (value: number) => checkedUint(wholeOf(value)),
  "uint(string) uint": (text: string) => checkedUint(parseInteger(text)),
};

function parseBool(text: string): boolean {
  if (["1", "t", "T", "true", "TRUE", "True"].includes(text)) return true;
  if (["0", "f", "F", "false", "FALSE", "False"].includes(text)) return false;
  throw new CelError(`type conversion error from 'string' to 'bool'`);
}

function parseDouble(text: string): number {
  const special: Readonly<Partial<Record<string, number>>> = {
    NaN: Number.NaN,
    Inf: Infinity,
    "+Inf": Infinity,
    "-Inf": -Infinity,
  };
  if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) return Number(text);
  const value = special[text];
  if (value === undefined) throw new CelError(`strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`);
  return value;
}

function parseInteger(text: string): bigint {
  if (!/^[+-]?\d{1,20}$/.test(text))
    throw new CelError(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return checkedInt(
    BigInt(text.replace("+", "")),
    `strconv.ParseInt: parsing ${JSON.stringify(text)}: value out of range`,
  );
}

function wholeOf(value: number): bigint {
  if (!Number.isFinite(value)) throw new CelError("integer overflow");
  return checkedInt(BigInt(Math.trunc(value)));
}

function textOf(bytes: Uint8Array): string {
  if (tryDecodeUtf8(bytes) === undefined) throw new CelError("invalid UTF-8 in bytes, cannot convert to string");
  return decodeUtf8(bytes);
}

function durationOf(text: string): CelDuration {
  const nanoseconds = parseDuration(text);
  if (nanoseconds === undefined) throw new CelError(`time: invalid duration ${JSON.stringify(text)}`);
  return new CelDuration(nanoseconds);
}

function timestampOf(text: string): CelTimestamp {
  const instant = parseTimestamp(text);
  if (instant === undefined) throw new CelError(`parsing time ${JSON.stringify(text)}: cannot parse`);
  return new CelTimestamp(instant.nanoseconds, instant.offset);
}

function floorSeconds(nanoseconds: bigint): bigint {
  const seconds = nanoseconds / 1_000_000_000n;
  return nanoseconds < 0n && seconds * 1_000_000_000n !== nanoseconds ? seconds - 1n : seconds;
}

/** Prints a duration as seconds, e.g. `3600s` or `0.5s`. */
export function formatSeconds(nanoseconds: bigint): string {
  const magnitude = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const fraction = String(magnitude % 1_000_000_000n)
    .padStart(9, "0")
    .replace(/0+$/, "");
  return `${nanoseconds < 0n ? "-" : ""}${magnitude / 1_000_000_000n}${fraction === "" ? "" : `.${fraction}`}s`;
}
