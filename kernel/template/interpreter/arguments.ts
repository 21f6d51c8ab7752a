import type { NumberLiteral } from "../language/number-literal.ts";
import {
  GoMap,
  GoObject,
  GoSlice,
  type GoValue,
  INTERFACE,
  type ParameterType,
  SizedInteger,
  typeOf,
} from "../values/value.ts";

/** @returns the type as Go's error texts spell it. */
export function spellType(type: ParameterType): string {
  switch (type) {
    case "any":
      return INTERFACE;
    case "map":
      return `map[string]${INTERFACE}`;
    case "[]any":
      return `[]${INTERFACE}`;
    case "certificate":
      return "sprig.certificate";
    default:
      return type;
  }
}

/** Whether nil can stand for a value of the type. */
export function canBeNil(type: ParameterType): boolean {
  return type === "any" || type === "map" || type === "[]any";
}

/** Whether a value, not nil, can be passed for a parameter: Go converts nothing by itself. */
export function isAssignable(value: GoValue, type: ParameterType): boolean {
  switch (type) {
    case "any":
      return true;
    case "string":
    case "bool":
      return typeof value === (type === "bool" ? "boolean" : "string");
    case "int":
      return typeof value === "bigint";
    case "uint32":
      return value instanceof SizedInteger && value.type === "uint32";
    case "float64":
      return typeof value === "number";
    case "map":
      return value instanceof GoMap && value.elementType === INTERFACE;
    case "[]any":
      return value instanceof GoSlice && value.elementType === INTERFACE;
    default:
      return value instanceof GoObject && value.type === spellType(type);
  }
}

/** @returns the value to pass for a parameter when the argument is nil: the zero of its type. */
export function nilOf(type: ParameterType): GoValue {
  if (type === "map") return new GoMap(INTERFACE);
  return null;
}

/** @returns why the value cannot be passed, as Go says it. */
export function refusal(value: GoValue, type: ParameterType): string {
  return `wrong type for value; expected ${spellType(type)}; got ${typeOf(value)}`;
}

/** What a numeric literal becomes where a parameter's type is known, or `undefined` if it does not fit. */
export function literalAs(literal: NumberLiteral, type: "int" | "uint32" | "float64"): GoValue | undefined {
  if (type === "float64") return literal.float;
  if (type === "int") return literal.int;
  return literal.uint === undefined ? undefined : new SizedInteger("uint32", BigInt.asUintN(32, literal.uint));
}

/** What a numeric literal is where no type is asked for: its spelling decides. Undefined if it overflows an `int`. */
export function idealConstant(literal: NumberLiteral): GoValue | undefined {
  const { text } = literal;
  if (literal.complex !== undefined) return literal.complex;
  const isHexInteger = /^0[xX]/.test(text) && !/[pP]/.test(text);
  if (literal.float !== undefined && !isHexInteger && !text.startsWith("'") && /[.eEpP]/.test(text))
    return literal.float;
  return literal.int;
}
