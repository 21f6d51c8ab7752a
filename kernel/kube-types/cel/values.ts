import type { JsonObject } from "../objects.ts";
import type { ObjectType } from "./types.ts";

/** A value of a CEL expression. int is a bigint, double a number, a list an array. */
export type CelValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | CelUint
  | CelTimestamp
  | CelDuration
  | CelMap
  | CelObject
  | CelOptional
  | CelTypeValue
  | Opaque
  | readonly CelValue[];

/** An expression could not be evaluated, e.g. `no such key: a` or `division by zero`. */
export class CelError extends Error {
  override readonly name = "CelError";
}

/** An expression was stopped because it did too much. Unlike other errors it is not absorbed by `||`, `&&` and `exists`. */
export class CelCostError extends Error {
  override readonly name = "CelCostError";
}

/** An unsigned 64-bit integer. */
export class CelUint {
  readonly value: bigint;
  constructor(value: bigint) {
    this.value = value;
  }
}

/** An instant, in nanoseconds since 1970 in UTC. */
export class CelTimestamp {
  readonly nanoseconds: bigint;
  /** The offset from UTC with which it was written, in seconds: only its text shows it. */
  readonly offset: number;
  constructor(nanoseconds: bigint, offset = 0) {
    this.nanoseconds = nanoseconds;
    this.offset = offset;
  }
}

/** A length of time, in nanoseconds. */
export class CelDuration {
  readonly nanoseconds: bigint;
  constructor(nanoseconds: bigint) {
    this.nanoseconds = nanoseconds;
  }
}

/** The name of a type, as `type(x)` gives it. */
export class CelTypeValue {
  readonly typeName: string;
  constructor(typeName: string) {
    this.typeName = typeName;
  }
}

/** A value that may be absent. */
export class CelOptional {
  static readonly none = new CelOptional(undefined);
  readonly value: CelValue | undefined;
  constructor(value: CelValue | undefined) {
    this.value = value;
  }
}

/** A value of one of Kubernetes' own types, such as a quantity. */
export interface Opaque {
  readonly opaqueType: string;
  /** Whether both stand for the same, e.g. `1k` and `1000`. */
  equals(other: Opaque): boolean;
}

/** Whether a value is of one of Kubernetes' own types. */
export function isOpaque(value: CelValue): value is Opaque {
  return typeof value === "object" && value !== null && "opaqueType" in value;
}

/** A map. Keys that are equal as CEL compares them (1 and 1u and 1.0) are the same key. */
export class CelMap {
  readonly #entries = new Map<string, readonly [key: CelValue, value: CelValue]>();

  constructor(entries: Iterable<readonly [key: CelValue, value: CelValue]> = []) {
    for (const [key, value] of entries) this.#entries.set(keyToken(key), [key, value]);
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: CelValue): CelValue | undefined {
    return this.#entries.get(keyToken(key))?.[1];
  }

  keys(): CelValue[] {
    return [...this.#entries.values()].map(([key]) => key);
  }

  entries(): (readonly [key: CelValue, value: CelValue])[] {
    return [...this.#entries.values()];
  }
}

function keyToken(key: CelValue): string {
  if (typeof key === "string") return `s${key}`;
  if (typeof key === "boolean") return `b${key}`;
  if (typeof key === "bigint") return `n${key}`;
  if (key instanceof CelUint) return `n${key.value}`;
  if (typeof key === "number" && Number.isInteger(key)) return `n${BigInt(key)}`;
  return "none";
}

/** A JSON object seen through its schema's type; its fields are converted when they are read. */
export class CelObject {
  readonly json: JsonObject;
  readonly type: ObjectType;
  readonly #read: (object: CelObject, name: string) => CelValue | undefined;
  readonly #fields = new Map<string, CelValue | undefined>();

  /** @param read - converts one field; called once for each. */
  constructor(json: JsonObject, type: ObjectType, read: (object: CelObject, name: string) => CelValue | undefined) {
    this.json = json;
    this.type = type;
    this.#read = read;
  }

  /** A field by the name that expressions use. @returns undefined if it is not set. */
  get(name: string): CelValue | undefined {
    if (!this.#fields.has(name)) this.#fields.set(name, this.#read(this, name));
    return this.#fields.get(name);
  }
}

/** The name of a value's type, as `type(x)` prints it. */
export function typeNameOf(value: CelValue): string {
  if (value === null) return "null_type";
  if (typeof value === "bigint") return "int";
  if (typeof value === "number") return "double";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "string";
  if (value instanceof Uint8Array) return "bytes";
  if (value instanceof CelUint) return "uint";
  if (value instanceof CelTimestamp) return "google.protobuf.Timestamp";
  if (value instanceof CelDuration) return "google.protobuf.Duration";
  if (value instanceof CelMap) return "map";
  if (value instanceof CelObject) return value.type.name;
  if (value instanceof CelOptional) return "optional_type";
  if (value instanceof CelTypeValue) return "type";
  return isOpaque(value) ? value.opaqueType : "list";
}

/** Whether a value is a list. */
export function isList(value: CelValue): value is readonly CelValue[] {
  return Array.isArray(value);
}
