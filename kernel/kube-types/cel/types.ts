/** A static type of CEL, as far as Kubernetes' expressions have it. `param` stands for any type in the signature of a function. */
export type CelType =
  | { readonly kind: SimpleKind }
  | { readonly kind: "list"; readonly element: CelType; readonly listType?: ListType }
  | { readonly kind: "map"; readonly key: CelType; readonly value: CelType }
  | ObjectType
  | { readonly kind: "optional"; readonly value: CelType }
  | { readonly kind: "type" }
  | { readonly kind: "opaque"; readonly name: string }
  | { readonly kind: "param"; readonly name: string };

type SimpleKind = "dyn" | "null" | "bool" | "int" | "uint" | "double" | "string" | "bytes" | "timestamp" | "duration";

/** Lists whose order does not matter when they are compared: sets, and maps by the given keys. */
export interface ListType {
  readonly kind: "set" | "map";
  readonly keys: readonly string[];
}

/** A type with named fields: an object of a schema. */
export interface ObjectType {
  readonly kind: "object";
  readonly name: string;
  /** By the name that expressions use, which is escaped where the JSON name is no identifier. */
  readonly fields: ReadonlyMap<string, Field>;
}

/** One field of an object. */
export interface Field {
  readonly jsonName: string;
  readonly type: CelType;
}

/** Any type; what a value is, is found out when it is used. */
export const DYN: CelType = { kind: "dyn" };
/** The type of null alone. */
export const NULL: CelType = { kind: "null" };
/** true and false. */
export const BOOL: CelType = { kind: "bool" };
/** A signed 64-bit integer. */
export const INT: CelType = { kind: "int" };
/** An unsigned 64-bit integer. */
export const UINT: CelType = { kind: "uint" };
/** An IEEE 754 double. */
export const DOUBLE: CelType = { kind: "double" };
/** A text of code points. */
export const STRING: CelType = { kind: "string" };
/** A string of bytes. */
export const BYTES: CelType = { kind: "bytes" };
/** An instant. */
export const TIMESTAMP: CelType = { kind: "timestamp" };
/** A length of time. */
export const DURATION: CelType = { kind: "duration" };
/** The type of types. */
export const TYPE: CelType = { kind: "type" };

/** Prints a type as cel-go does in its errors, e.g. `list(map(string, int))`. */
export function formatType(type: CelType): string {
  switch (type.kind) {
    case "list":
      return `list(${formatType(type.element)})`;
    case "map":
      return `map(${formatType(type.key)}, ${formatType(type.value)})`;
    case "optional":
      return `optional_type(${formatType(type.value)})`;
    case "object":
    case "opaque":
    case "param":
      return type.name;
    case "timestamp":
      return "google.protobuf.Timestamp";
    case "duration":
      return "google.protobuf.Duration";
    default:
      return type.kind;
  }
}

/** What the type parameters of a signature stand for in one call. */
export type Bindings = Map<string, CelType>;

/** Whether a value of type `from` may stand where `to` is wanted. Binds the parameters that `to` has. */
export function isAssignable(from: CelType, to: CelType, bindings: Bindings = new Map()): boolean {
  if (to.kind === "param") return bindParameter(from, to.name, bindings);
  if (from.kind === "dyn" || to.kind === "dyn") return true;
  if (from.kind === "param") return true;
  if (from.kind === "null") return ["null", "object", "timestamp", "duration", "optional"].includes(to.kind);
  if (from.kind === "list" && to.kind === "list") return isAssignable(from.element, to.element, bindings);
  if (from.kind === "map" && to.kind === "map") {
    return isAssignable(from.key, to.key, bindings) && isAssignable(from.value, to.value, bindings);
  }
  if (from.kind === "optional" && to.kind === "optional") return isAssignable(from.value, to.value, bindings);
  if (from.kind === "object" && to.kind === "object") return from === to || from.name === to.name;
  if (from.kind === "opaque" && to.kind === "opaque") return from.name === to.name;
  return from.kind === to.kind;
}

function bindParameter(from: CelType, name: string, bindings: Bindings): boolean {
  const bound = bindings.get(name);
  if (bound === undefined || bound.kind === "dyn" || bound.kind === "param") {
    bindings.set(name, from);
    return true;
  }
  return isAssignable(from, bound) || isAssignable(bound, from);
}

/** Puts what the parameters stand for in their places; a parameter that stands for nothing yet is `dyn`. */
export function substitute(type: CelType, bindings: Bindings): CelType {
  switch (type.kind) {
    case "param":
      return bindings.get(type.name) ?? DYN;
    case "list":
      return { kind: "list", element: substitute(type.element, bindings) };
    case "map":
      return { kind: "map", key: substitute(type.key, bindings), value: substitute(type.value, bindings) };
    case "optional":
      return { kind: "optional", value: substitute(type.value, bindings) };
    default:
      return type;
  }
}

/** The type of a value that has one of two types; undefined if they have nothing in common. */
export function joinTypes(a: CelType, b: CelType): CelType | undefined {
  if (a.kind === "dyn" || b.kind === "dyn") return DYN;
  if (isAssignable(a, b)) return a.kind === "null" || a.kind === "param" || isEmptyAggregate(a) ? b : a;
  return isAssignable(b, a) ? a : undefined;
}

function isEmptyAggregate(type: CelType): boolean {
  return (type.kind === "list" && type.element.kind === "param") || (type.kind === "map" && type.key.kind === "param");
}
