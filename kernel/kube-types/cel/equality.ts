import { equalBytes } from "@tegata/bytes";
import { equalJson } from "../schema/json-value.ts";
import type { ListType } from "./types.ts";
import {
  CelDuration,
  CelError,
  CelMap,
  CelObject,
  CelOptional,
  CelTimestamp,
  CelTypeValue,
  CelUint,
  type CelValue,
  isList,
  isOpaque,
} from "./values.ts";

// Lists are plain arrays; what a schema says of one that it made is kept beside it.
const listTypes = new WeakMap<readonly CelValue[], ListType>();

/** Marks a list as one whose order does not matter. */
export function markListType(list: readonly CelValue[], type: ListType): void {
  listTypes.set(list, type);
}

/** Whether the order of a list does not matter, and how its items are told apart. */
export function listTypeOf(list: readonly CelValue[]): ListType | undefined {
  return listTypes.get(list);
}

/** Whether two values are equal; numbers of different types are if they stand for the same number. */
export function equalValues(a: CelValue, b: CelValue): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  const [x, y] = [numberOf(a), numberOf(b)];
  // JavaScript compares a bigint with a number by their mathematical values, as CEL does.
  // oxlint-disable-next-line eqeqeq -- for the same reason
  if (x !== undefined && y !== undefined) return x == y;
  if (a instanceof Uint8Array && b instanceof Uint8Array) return equalBytes(a, b);
  if (isList(a) && isList(b)) return equalLists(a, b);
  if (a instanceof CelObject && b instanceof CelObject) return equalObjects(a, b);
  if (a instanceof CelMap && b instanceof CelMap) return equalMaps(a, b);
  if (a instanceof CelTimestamp && b instanceof CelTimestamp) return a.nanoseconds === b.nanoseconds;
  if (a instanceof CelDuration && b instanceof CelDuration) return a.nanoseconds === b.nanoseconds;
  if (a instanceof CelTypeValue && b instanceof CelTypeValue) return a.typeName === b.typeName;
  if (a instanceof CelOptional && b instanceof CelOptional) {
    return a.value === undefined || b.value === undefined ? a.value === b.value : equalValues(a.value, b.value);
  }
  return isOpaque(a) && isOpaque(b) && a.opaqueType === b.opaqueType && a.equals(b);
}

function numberOf(value: CelValue): bigint | number | undefined {
  if (typeof value === "bigint" || typeof value === "number") return value;
  return value instanceof CelUint ? value.value : undefined;
}

function equalLists(a: readonly CelValue[], b: readonly CelValue[]): boolean {
  if (a.length !== b.length) return false;
  const type = listTypes.get(a) ?? listTypes.get(b);
  if (type === undefined) return a.every((item, i) => equalValues(item, b[i] ?? null));
  return a.every((item) => b.some((other) => equalValues(item, other)));
}

function equalMaps(a: CelMap, b: CelMap): boolean {
  return (
    a.size === b.size &&
    a.entries().every(([key, value]) => {
      const other = b.get(key);
      return other !== undefined && equalValues(value, other);
    })
  );
}

/** Fields that the schema does not know count, too. */
function equalObjects(a: CelObject, b: CelObject): boolean {
  const keys = Object.keys(a.json);
  if (keys.length !== Object.keys(b.json).length) return false;
  const names = new Map([...a.type.fields].map(([name, { jsonName }]) => [jsonName, name]));
  return keys.every((key) => {
    const name = names.get(key);
    if (!Object.hasOwn(b.json, key)) return false;
    return name === undefined
      ? equalJson(a.json[key], b.json[key])
      : equalValues(a.get(name) ?? null, b.get(name) ?? null);
  });
}

/**
 * Compares two values that have an order.
 *
 * @returns negative, zero or positive.
 * @throws CelError `no such overload` if they cannot be compared.
 */
export function compareValues(a: CelValue, b: CelValue): number {
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== undefined && y !== undefined) return order(x, y);
  if (typeof a === "string" && typeof b === "string") return compareTexts(a, b);
  if (typeof a === "boolean" && typeof b === "boolean") return order(Number(a), Number(b));
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareBytes(a, b);
  if (a instanceof CelTimestamp && b instanceof CelTimestamp) return order(a.nanoseconds, b.nanoseconds);
  if (a instanceof CelDuration && b instanceof CelDuration) return order(a.nanoseconds, b.nanoseconds);
  throw new CelError("no such overload");
}

function order(a: bigint | number, b: bigint | number): number {
  return a < b ? -1 : Number(a > b);
}

/** Texts are ordered by code points, where JavaScript orders by UTF-16 units. */
function compareTexts(a: string, b: string): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    if (a.charCodeAt(i) === b.charCodeAt(i)) continue;
    return order(a.codePointAt(i) ?? 0, b.codePointAt(i) ?? 0);
  }
  return a.length - b.length;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
