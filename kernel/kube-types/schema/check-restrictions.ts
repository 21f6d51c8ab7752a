import type { JsonValue } from "../objects.ts";
import type { FieldError } from "../status.ts";
import { forbiddenError, invalidError, notSupportedError, requiredError } from "./field-error.ts";
import type { Schema } from "./types.ts";

const TYPES = ["array", "boolean", "integer", "number", "object", "string"];
const TYPE_AND_METADATA: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata"]);

/** What holds for a schema because of where it stands. */
interface Place {
  readonly isRoot: boolean;
  /** Inside the schema of `apiVersion`, `kind` or `metadata`. */
  readonly insideMetadata: boolean;
  /** Why no default may be set here. */
  readonly noDefaults?: string;
}

/**
 * Checks what a CRD's schemas may not say beyond being structural: list types that do not fit, defaults in metadata,
 * quadratic checks.
 */
export function checkRestrictions(schema: Schema, path: string): FieldError[] {
  return visit(schema, path, { isRoot: true, insideMetadata: false });
}

function visit(schema: Schema, path: string, place: Place): FieldError[] {
  return [
    ...checkKeywords(schema, path, place),
    ...checkMapType(schema, path),
    ...checkListType(schema, path),
    ...checkChildren(schema, path, place),
  ];
}

function checkKeywords(schema: Schema, path: string, { insideMetadata, noDefaults }: Place): FieldError[] {
  const errors: FieldError[] = [];
  const type: string | undefined = schema.type;
  if (type !== undefined && !TYPES.includes(type)) errors.push(notSupportedError(`${path}.type`, type, TYPES));
  if (type === "null") {
    errors.push(forbiddenError(`${path}.type`, "type cannot be set to null, use nullable as an alternative"));
  }
  if (schema.default !== undefined && noDefaults !== undefined) {
    errors.push(forbiddenError(`${path}.default`, `must not be set ${noDefaults}`));
  }
  if (insideMetadata && schema["x-kubernetes-embedded-resource"] === true) {
    errors.push(forbiddenError(`${path}.x-kubernetes-embedded-resource`, "must not be used inside of resource meta"));
  }
  if (schema.uniqueItems === true) {
    const detail = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic";
    errors.push(forbiddenError(`${path}.uniqueItems`, detail));
  }
  if (schema["x-kubernetes-preserve-unknown-fields"] === false) {
    errors.push(invalidError(`${path}.x-kubernetes-preserve-unknown-fields`, false, "must be true or undefined"));
  }
  const { additionalProperties: additional, properties = {} } = schema;
  if (additional !== undefined && additional !== true && Object.keys(properties).length > 0) {
    errors.push(
      forbiddenError(`${path}.additionalProperties`, "additionalProperties and properties are mutual exclusive"),
    );
  }
  if (additional === false) {
    errors.push(forbiddenError(`${path}.additionalProperties`, "additionalProperties cannot be set to false"));
  }
  return errors;
}

function checkChildren(schema: Schema, path: string, place: Place): FieldError[] {
  const inner: Place = { ...place, isRoot: false };
  const holdsResource = place.isRoot || schema["x-kubernetes-embedded-resource"] === true;
  const children: FieldError[][] = [];
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const metadata = holdsResource && TYPE_AND_METADATA.has(name);
    const noDefaults = metadata && place.isRoot ? { noDefaults: `in top-level ${name}` } : {};
    children.push(
      visit(
        property,
        `${path}.properties[${name}]`,
        metadata ? { ...inner, insideMetadata: true, ...noDefaults } : inner,
      ),
    );
  }
  if (typeof schema.additionalProperties === "object") {
    const noDefaults = place.insideMetadata
      ? { noDefaults: "inside additionalProperties applying to object metadata" }
      : {};
    children.push(visit(schema.additionalProperties, `${path}.additionalProperties`, { ...inner, ...noDefaults }));
  }
  if (schema.items !== undefined) children.push(visit(schema.items, `${path}.items`, inner));
  if (schema.not !== undefined) children.push(visit(schema.not, `${path}.not`, inner));
  for (const junctor of ["allOf", "oneOf", "anyOf"] as const) {
    for (const [i, branch] of (schema[junctor] ?? []).entries())
      children.push(visit(branch, `${path}.${junctor}[${i}]`, inner));
  }
  return children.flat();
}

function checkMapType(schema: Schema, path: string): FieldError[] {
  const mapType: string | undefined = schema["x-kubernetes-map-type"];
  if (mapType === undefined) return [];
  const errors = checkTypeIs("object", "x-kubernetes-map-type", schema, path);
  if (!["atomic", "granular"].includes(mapType)) {
    errors.push(notSupportedError(`${path}.x-kubernetes-map-type`, mapType, ["atomic", "granular"]));
  }
  return errors;
}

function checkTypeIs(expected: string, keyword: string, { type }: Schema, path: string): FieldError[] {
  if (type === expected) return [];
  const detail = `must be ${expected} if ${keyword} is specified`;
  return [type === undefined ? requiredError(`${path}.type`, detail) : invalidError(`${path}.type`, type, detail)];
}

function checkListType(schema: Schema, path: string): FieldError[] {
  const listType: string | undefined = schema["x-kubernetes-list-type"];
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  const errors: FieldError[] = [];
  if (listType !== undefined) {
    errors.push(...checkTypeIs("array", "x-kubernetes-list-type", schema, path));
    if (!["atomic", "set", "map"].includes(listType)) {
      errors.push(notSupportedError(`${path}.x-kubernetes-list-type`, listType, ["atomic", "set", "map"]));
    }
  }
  if (keys.length > 0 && listType !== "map") {
    const detail = "must be map if x-kubernetes-list-map-keys is non-empty";
    const field = `${path}.x-kubernetes-list-type`;
    errors.push(listType === undefined ? requiredError(field, detail) : invalidError(field, listType, detail));
  }
  if (schema.items?.nullable === true && (listType === "set" || listType === "map")) {
    errors.push(
      forbiddenError(`${path}.items.nullable`, `cannot be nullable when x-kubernetes-list-type is ${listType}`),
    );
  }
  if (listType === "set" && schema.items !== undefined) errors.push(...checkSetItems(schema.items, `${path}.items`));
  if (listType === "map") errors.push(...checkMapItems(schema.items, keys, path));
  return errors;
}

function checkSetItems(items: Schema, path: string): FieldError[] {
  const detail = "must be atomic as item of a list with x-kubernetes-list-type=set";
  const [listType, mapType] = [items["x-kubernetes-list-type"], items["x-kubernetes-map-type"]];
  if (items.type === "array" && listType !== undefined && listType !== "atomic") {
    return [invalidError(`${path}.x-kubernetes-list-type`, listType, detail)];
  }
  if (items.type === "object" && mapType !== "atomic") {
    return [invalidError(`${path}.x-kubernetes-map-type`, mapType ?? null, detail)];
  }
  return [];
}

function checkMapItems(items: Schema | undefined, keys: readonly string[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (keys.length === 0) {
    errors.push(
      requiredError(`${path}.x-kubernetes-list-map-keys`, "must not be empty if x-kubernetes-list-type is map"),
    );
  }
  if (items === undefined) {
    errors.push(requiredError(`${path}.items`, "must have a schema if x-kubernetes-list-type is map"));
  } else if (items.type !== "object") {
    const detail = "must be object if parent array's x-kubernetes-list-type is map";
    errors.push(invalidError(`${path}.items.type`, items.type ?? "", detail));
  } else {
    for (const [i, key] of keys.entries())
      errors.push(...checkMapKey(items, key, keys.indexOf(key) < i, { keys, path }));
  }
  return errors;
}

interface MapKeys {
  readonly keys: readonly string[];
  readonly path: string;
}

function checkMapKey(items: Schema, key: string, isRepeated: boolean, { keys, path }: MapKeys): FieldError[] {
  const field = `${path}.x-kubernetes-list-map-keys`;
  const list: JsonValue = [...keys];
  const errors = isRepeated ? [invalidError(field, list, "must not contain duplicate entries")] : [];
  const property =
    items.properties !== undefined && Object.hasOwn(items.properties, key) ? items.properties[key] : undefined;
  if (property === undefined)
    return [invalidError(field, list, "entries must all be names of item properties"), ...errors];
  const propertyPath = `${path}.items.properties[${key}]`;
  if (property.type === "array" || property.type === "object") {
    const detail = "must be a scalar type if parent array's x-kubernetes-list-type is map";
    errors.push(invalidError(`${propertyPath}.type`, property.type, detail));
  }
  if (items.required?.includes(key) !== true && property.default === undefined) {
    const detail =
      "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property";
    errors.push(requiredError(`${propertyPath}.default`, detail));
  }
  if (property.nullable === true) {
    const detail = "this property is in x-kubernetes-list-map-keys, so it cannot be nullable";
    errors.push(forbiddenError(`${propertyPath}.nullable`, detail));
  }
  return errors;
}
