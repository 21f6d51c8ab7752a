import { CallError } from "../template-error.ts";
import { GoComplex, GoMap, GoObject, GoSlice, type GoValue, integerOf, SizedInteger, typeOf } from "./value.ts";

type BasicKind = "bool" | "int" | "uint" | "float" | "complex" | "string" | "none";

function basicKind(value: GoValue): BasicKind {
  switch (typeof value) {
    case "boolean":
      return "bool";
    case "bigint":
      return "int";
    case "number":
      return "float";
    case "string":
      return "string";
    default:
      break;
  }
  if (value instanceof SizedInteger) return value.type.startsWith("u") ? "uint" : "int";
  if (value instanceof GoComplex) return "complex";
  return value instanceof GoObject && value.toInteger() !== undefined ? "int" : "none";
}

/**
 * Go's template function `eq` on two values: only values of one basic kind compare, integers whatever their size and sign.
 *
 * @throws CallError if the types do not compare
 */
export function isEqual(a: GoValue, b: GoValue): boolean {
  const [kindA, kindB] = [basicKind(a), basicKind(b)];
  if (isInteger(kindA) && isInteger(kindB)) return integerOf(a) === integerOf(b);
  if (kindA !== kindB) {
    if (a === null || b === null) return false;
    throw incompatible(a, b);
  }
  if (a instanceof GoComplex && b instanceof GoComplex) return a.real === b.real && a.imaginary === b.imaginary;
  if (kindA !== "none") return a === b;
  return isSameReference(a, b);
}

function isSameReference(a: GoValue, b: GoValue): boolean {
  if (isNil(a) || isNil(b)) return isNil(a) && isNil(b);
  const isCollection = (value: GoValue): boolean => value instanceof GoSlice || value instanceof GoMap;
  if (isCollection(a) !== isCollection(b)) throw new CallError(`non-comparable types ${typeOf(a)}, ${typeOf(b)}`);
  if (isCollection(b)) throw new CallError(`non-comparable type ${typeOf(b)}`);
  return a instanceof GoObject && b instanceof GoObject && a.type === b.type && a.toGoString() === b.toGoString();
}

function isNil(value: GoValue): boolean {
  return value === null || (value instanceof GoSlice && value.isNil);
}

/**
 * Go's template function `lt`: integers by size, floats, and strings by their bytes.
 *
 * @throws CallError if the types do not compare
 */
export function isLess(a: GoValue, b: GoValue): boolean {
  const [kindA, kindB] = [basicKind(a), basicKind(b)];
  for (const kind of [kindA, kindB]) {
    if (kind === "none") throw new CallError("invalid type for comparison");
  }
  if (isInteger(kindA) && isInteger(kindB)) return (integerOf(a) ?? 0n) < (integerOf(b) ?? 0n);
  if (kindA !== kindB) throw incompatible(a, b);
  if (typeof a === "number" && typeof b === "number") return a < b;
  if (typeof a === "string" && typeof b === "string") return a < b;
  throw new CallError("invalid type for comparison");
}

function isInteger(kind: BasicKind): boolean {
  return kind === "int" || kind === "uint";
}

function incompatible(a: GoValue, b: GoValue): CallError {
  return new CallError(`incompatible types for comparison: ${typeOf(a)} and ${typeOf(b)}`);
}
