import type { JsonValue } from "../objects.ts";
import type { Schema } from "../schema/types.ts";
import { OBJECT_META_SCHEMA } from "./object-meta.ts";

/** A value that is owned as a whole. */
export interface ScalarShape {
  readonly shape: "scalar";
  readonly accepts: "numeric" | "string" | "boolean" | "untyped";
}

/** An array. */
export interface ListShape {
  readonly shape: "list";
  /** `atomic`: owned as a whole; else item by item, known by their value (`set`) or their keys (`map`). */
  readonly relation: "atomic" | "set" | "map";
  /** Of a `map`, as the schema lists them. */
  readonly keys: readonly string[];
  /** The same, sorted by name, with what the schema gives an item that leaves the key out. */
  readonly keyDefaults: readonly (readonly [name: string, byDefault: JsonValue | undefined])[];
  readonly items: FieldType;
}

/** An object. */
export interface MapShape {
  readonly shape: "map";
  /** Owned as a whole. */
  readonly atomic: boolean;
  readonly fields: ReadonlyMap<string, FieldType>;
  /** Of the fields that the schema does not declare. Undefined: there may be none. */
  readonly rest: FieldType | undefined;
}

/** One of the shapes that a value may have. */
export type Shape = ScalarShape | ListShape | MapShape;

/** How a value is owned: by a schema that says nothing of the type it may have several shapes. */
export interface FieldType {
  readonly scalar?: ScalarShape;
  readonly list?: ListShape;
  readonly map?: MapShape;
  /** The default that the schema has for a field of this type. */
  readonly default?: JsonValue;
}

const UNTYPED: ScalarShape = { shape: "scalar", accepts: "untyped" };
const ATOMIC_LIST = { shape: "list", relation: "atomic", keys: [], keyDefaults: [] } as const;

/** Anything, owned as a whole. */
const WHOLE: FieldType = selfContaining((type) => ({
  scalar: UNTYPED,
  list: { ...ATOMIC_LIST, items: type },
  map: { shape: "map", atomic: true, fields: new Map(), rest: type },
}));

/** What has no schema: objects are owned field by field, arrays as a whole. */
export const DEDUCED: FieldType = selfContaining((type) => ({
  scalar: UNTYPED,
  list: { ...ATOMIC_LIST, items: WHOLE },
  map: { shape: "map", atomic: false, fields: new Map(), rest: type },
}));

function selfContaining(define: (type: FieldType) => FieldType): FieldType {
  const type: FieldType = {};
  return Object.assign(type, define(type));
}

/**
 * The one shape that the value has under the type; `undefined` if the type allows several and the value, being absent or
 * null, does not tell.
 */
export function deduceShape(type: FieldType, value: JsonValue | undefined): Shape | undefined {
  const { scalar, list, map } = type;
  if (typeof value !== "object") {
    if (scalar !== undefined && value !== undefined) return scalar;
  } else if (Array.isArray(value)) {
    if (list !== undefined) return list;
  } else if (value !== null && map !== undefined) return map;
  return onlyShape(type);
}

function onlyShape({ scalar, list, map }: FieldType): Shape | undefined {
  if (map !== undefined) return scalar === undefined && list === undefined ? map : undefined;
  return scalar === undefined ? list : list === undefined ? scalar : undefined;
}

/** {@link deduceShape}, where one must be had: of several an object, then a scalar. */
export function shapeOf(type: FieldType, value: JsonValue | undefined): Shape {
  return deduceShape(type, value) ?? type.map ?? type.scalar ?? type.list ?? UNTYPED;
}

/** Type of one field of an object; a field that may not be there is taken as {@link DEDUCED}. */
export function fieldTypeOf(map: MapShape, name: string): FieldType {
  return map.fields.get(name) ?? map.rest ?? DEDUCED;
}

const cache = new WeakMap<Schema, FieldType>();

/**
 * How objects of a kind are owned. Compiled once for each schema, which must not change afterwards.
 *
 * @param schema - of the whole object; undefined for a kind without one.
 */
export function objectTypeOf(schema: Schema | undefined): FieldType {
  if (schema === undefined) return DEDUCED;
  const known = cache.get(schema);
  if (known !== undefined) return known;
  const type = compile(asResource(schema), false);
  cache.set(schema, type);
  return type;
}

/** The schema of a whole object, whose type and metadata are the same for all kinds. */
function asResource(schema: Schema): Schema {
  const text: Schema = { type: "string" };
  const properties = { ...schema.properties, apiVersion: text, kind: text, metadata: OBJECT_META_SCHEMA };
  return { ...schema, properties, "x-kubernetes-embedded-resource": false };
}

/** An unknown field below `x-kubernetes-preserve-unknown-fields` is kept, however deep. */
function compile(schema: Schema, keepsUnknownAbove: boolean): FieldType {
  if (schema["x-kubernetes-embedded-resource"] === true) return compile(asResource(schema), keepsUnknownAbove);
  const keepsUnknown = keepsUnknownAbove || schema["x-kubernetes-preserve-unknown-fields"] === true;
  return { ...shapesOf(schema, keepsUnknown), ...(schema.default === undefined ? {} : { default: schema.default }) };
}

function shapesOf(schema: Schema, keepsUnknown: boolean): FieldType {
  switch (schema.type) {
    case "object":
      return { map: mapOf(schema, keepsUnknown) };
    case "array":
      return { list: listOf(schema, keepsUnknown) };
    case undefined:
      return { scalar: UNTYPED, list: listOf(schema, keepsUnknown), map: mapOf(schema, keepsUnknown) };
    default:
      return { scalar: scalarOf(schema) };
  }
}

function scalarOf({ type, format = "" }: Schema): ScalarShape {
  if (type === "boolean") return { shape: "scalar", accepts: "boolean" };
  if (type === "integer" || type === "number") return { shape: "scalar", accepts: "numeric" };
  // Formats other than `byte` are checked by validation alone: `int-or-string` and quantities may be numbers.
  return format === "" || format === "byte" ? { shape: "scalar", accepts: "string" } : UNTYPED;
}

function mapOf(schema: Schema, keepsUnknown: boolean): MapShape {
  const properties = Object.entries(schema.properties ?? {});
  return {
    shape: "map",
    atomic: schema["x-kubernetes-map-type"] === "atomic",
    fields: new Map(properties.map(([name, property]) => [name, compile(property, keepsUnknown)])),
    rest: restOf(schema.additionalProperties ?? (keepsUnknown || properties.length === 0), keepsUnknown),
  };
}

function restOf(additional: boolean | Schema, keepsUnknown: boolean): FieldType | undefined {
  if (typeof additional === "boolean") return additional ? DEDUCED : undefined;
  return compile(additional, keepsUnknown);
}

function listOf(schema: Schema, keepsUnknown: boolean): ListShape {
  const items = schema.items === undefined ? WHOLE : compile(schema.items, keepsUnknown);
  const { relation, keys } = relationOf(schema);
  const keyDefaults = keys.toSorted().map((name) => [name, items.map?.fields.get(name)?.default] as const);
  return { shape: "list", relation, keys, keyDefaults, items };
}

/** Built-in kinds say by their strategic merge keys what custom resources say by list types. */
function relationOf(schema: Schema): Pick<ListShape, "relation" | "keys"> {
  const listType = schema["x-kubernetes-list-type"];
  if (listType !== undefined) return { relation: listType, keys: schema["x-kubernetes-list-map-keys"] ?? [] };
  if (schema["x-kubernetes-patch-strategy"]?.split(",").includes("merge") !== true)
    return { relation: "atomic", keys: [] };
  const key = schema["x-kubernetes-patch-merge-key"];
  return key === undefined ? { relation: "set", keys: [] } : { relation: "map", keys: [key] };
}
