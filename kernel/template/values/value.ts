// Go's values, as far as templates meet them. The four common types are JavaScript's own, so that most code reads plainly:
//
//   string -> byte string (see byte-string.ts)    int -> bigint    float64 -> number    bool -> boolean    nil -> null

/** Integer types other than `int`. */
export type SizedIntegerType = "int64" | "int32" | "uint8" | "uint32" | "uint64";

/** An integer of a type other than `int`, such as the `int64` that `add` returns. */
export class SizedInteger {
  readonly type: SizedIntegerType;
  readonly value: bigint;

  constructor(type: SizedIntegerType, value: bigint) {
    this.type = type;
    this.value = value;
  }
}

/** A complex number, which only a literal such as `2i` makes. */
export class GoComplex {
  readonly real: number;
  readonly imaginary: number;

  constructor(real: number, imaginary: number) {
    this.real = real;
    this.imaginary = imaginary;
  }
}

/** A slice. A nil slice differs from an empty one in JSON, YAML and comparisons only. */
export class GoSlice {
  /** The elements' type as Go spells it, such as `interface {}` or `string`. */
  readonly elementType: string;
  readonly items: GoValue[];
  readonly isNil: boolean;

  constructor(elementType: string, items: GoValue[], isNil = false) {
    this.elementType = elementType;
    this.items = items;
    this.isNil = isNil;
  }
}

/** A map with string keys; other maps do not occur. It is shared by reference, so `set` is seen by all who hold it. */
export class GoMap {
  readonly elementType: string;
  readonly entries: Map<string, GoValue>;

  constructor(elementType: string, entries: Map<string, GoValue> = new Map()) {
    this.elementType = elementType;
    this.entries = entries;
  }
}

/** A value of a named Go type that has fields or methods, such as `time.Time`. */
export abstract class GoObject {
  /** As `%T` prints it, such as `*semver.Version`. */
  abstract readonly type: string;
  /** As `reflect.Kind` prints it, such as `struct` or `ptr`. */
  abstract readonly kind: string;

  /** @returns the field or method of that name, or `undefined` if there is none. */
  abstract member(name: string): GoValue | GoMethod | undefined;

  /** @returns what `%v` prints. */
  abstract toGoString(): string;

  /** @returns what `encoding/json` makes of it, before encoding. */
  toJsonValue(): GoValue {
    return this.toGoString();
  }

  /** @returns the number that integer verbs and comparisons see, if the type's kind is an integer. */
  toInteger(): bigint | undefined {
    return undefined;
  }
}

/** A method of a {@link GoObject}, bound to it. */
export class GoMethod {
  readonly parameters: readonly ParameterType[];
  readonly call: (args: readonly GoValue[]) => GoValue;

  constructor(parameters: readonly ParameterType[], call: (args: readonly GoValue[]) => GoValue) {
    this.parameters = parameters;
    this.call = call;
  }
}

/** Any value that a template can hold. */
export type GoValue = null | boolean | string | bigint | number | SizedInteger | GoComplex | GoSlice | GoMap | GoObject;

/** The type of a function's parameter: Go's spelling, but `any` for `interface {}` and `map` for `map[string]interface {}`. */
export type ParameterType =
  | "any"
  | "string"
  | "bool"
  | "int"
  | "uint32"
  | "float64"
  | "map"
  | "[]any"
  | "time.Time"
  | "time.Duration"
  | "certificate";

/** Go's empty interface, as error texts and `%T` spell it. */
export const INTERFACE = "interface {}";

/** @returns a `[]interface {}` of these items. */
export function sliceOf(items: GoValue[]): GoSlice {
  return new GoSlice(INTERFACE, items);
}

/** @returns the nil `[]interface {}`. */
export function nilSlice(): GoSlice {
  return new GoSlice(INTERFACE, [], true);
}

/** @returns a `[]string`. */
export function sliceOfStrings(items: string[]): GoSlice {
  return new GoSlice("string", items);
}

/** @returns an `int64`, wrapped to 64 bits as Go's arithmetic wraps. */
export function int64(value: bigint): SizedInteger {
  return new SizedInteger("int64", BigInt.asIntN(64, value));
}

/** @returns an `int`, wrapped to 64 bits. */
export function int(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

/** @returns the type as Go's `%T` prints it; `<nil>` for nil. */
export function typeOf(value: GoValue): string {
  if (value === null) return "<nil>";
  switch (typeof value) {
    case "string":
      return "string";
    case "bigint":
      return "int";
    case "number":
      return "float64";
    case "boolean":
      return "bool";
    default:
      break;
  }
  if (value instanceof GoComplex) return "complex128";
  if (value instanceof GoSlice) return `[]${value.elementType}`;
  if (value instanceof GoMap) return `map[string]${value.elementType}`;
  return value.type;
}

/** @returns the kind as Go's `reflect.Kind` prints it; `invalid` for nil. */
export function kindOf(value: GoValue): string {
  if (value === null) return "invalid";
  if (value instanceof GoSlice) return "slice";
  if (value instanceof GoMap) return "map";
  if (value instanceof GoObject) return value.kind;
  return typeOf(value);
}

/** @returns the number of an integer of any type, or `undefined` if the value is not one. */
export function integerOf(value: GoValue): bigint | undefined {
  if (typeof value === "bigint") return value;
  if (value instanceof SizedInteger) return value.value;
  return value instanceof GoObject ? value.toInteger() : undefined;
}

/** Go's truth, as `if`, `and`, `or` and `not` see it: not the zero of the value's type. */
export function isTrue(value: GoValue): boolean {
  if (value === null) return false;
  if (value instanceof GoSlice) return value.items.length > 0;
  if (value instanceof GoMap) return value.entries.size > 0;
  if (value instanceof GoComplex) return value.real !== 0 || value.imaginary !== 0;
  if (value instanceof SizedInteger) return value.value !== 0n;
  if (value instanceof GoObject) return value.toInteger() !== 0n;
  // NaN is true in Go, since it is not equal to zero.
  return typeof value === "number" ? value !== 0 : Boolean(value);
}

/** Whether a value compares equal to the zero of its type as sprig's `empty` sees it; unlike `if`, a struct is never empty. */
export function isEmpty(value: GoValue): boolean {
  return !isTrue(value);
}
