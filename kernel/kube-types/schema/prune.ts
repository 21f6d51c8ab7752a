import type { JsonObject, JsonValue } from "../objects.ts";
import { type CompiledSchema, compileSchema } from "./compiled-schema.ts";
import { memberOf } from "./json-value.ts";
import type { Schema } from "./types.ts";

/** How a value stands in the object that is pruned. */
export interface PruneOptions {
  /** The value is a whole object, whose `apiVersion`, `kind` and `metadata` need no schema. @defaultValue true */
  readonly isResourceRoot?: boolean;
}

/**
 * Removes every field that the schema does not know, in place. Idempotent.
 *
 * @returns the paths of what was removed, e.g. `spec.nope` or `spec.items[0].nope`, sorted: the texts that
 *   `fieldValidation=Strict` and `Warn` report as `unknown field "spec.nope"`.
 * @see Kubernetes, CustomResourceDefinitions, "Field pruning"
 */
export function prune(value: JsonValue, schema: Schema, { isResourceRoot = true }: PruneOptions = {}): string[] {
  const walk: Walk = { path: [], unknown: [] };
  const root = placeOf(compileSchema(schema));
  visit(value, { ...root, isResource: isResourceRoot || root.isResource }, walk);
  return walk.unknown.sort();
}

/** The text with which an unknown field is reported, e.g. `unknown field "spec.nope"`. */
export function unknownFieldText(path: string): string {
  return `unknown field "${path}"`;
}

interface Walk {
  readonly path: string[];
  readonly unknown: string[];
}

/** What holds for one value: its schema, if any, whether it is a whole object, and whether unknown fields stay. */
interface Place {
  readonly node: CompiledSchema | undefined;
  readonly isResource: boolean;
  readonly keepsUnknown: boolean;
}

const TYPE_AND_METADATA: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata"]);

function visit(value: JsonValue, place: Place, walk: Walk): void {
  if (value === null || typeof value !== "object") return;
  if (!Array.isArray(value)) {
    for (const key of Object.keys(value)) visitMember(value, key, place, walk);
  } else if (!place.keepsUnknown || place.node?.items !== undefined) {
    const { node, keepsUnknown } = place;
    for (const [i, item] of value.entries()) descend(item, placeOf(node?.items, keepsUnknown), `[${i}]`, walk);
  }
}

function visitMember(object: JsonObject, key: string, { node, isResource, keepsUnknown }: Place, walk: Walk): void {
  const isTypeOrMetadata = TYPE_AND_METADATA.has(key);
  if (isTypeOrMetadata && isResource) return;
  const segment = walk.path.length === 0 ? key : `.${key}`;
  const child = node?.properties.get(key) ?? node?.additional;
  // A boolean `additionalProperties` keeps the key; its value then has no schema, so that only scalars survive.
  if (child !== undefined || (!keepsUnknown && typeof node?.schema.additionalProperties === "boolean")) {
    descend(memberOf(object, key) ?? null, placeOf(child), segment, walk);
  } else if (!keepsUnknown) {
    if (!isTypeOrMetadata || walk.path.length > 0) walk.unknown.push([...walk.path, segment].join(""));
    delete object[key];
  }
}

function placeOf(node: CompiledSchema | undefined, keepsUnknown = false): Place {
  return {
    node,
    isResource: node?.isEmbeddedResource === true,
    keepsUnknown: keepsUnknown || node?.preservesUnknown === true,
  };
}

function descend(value: JsonValue, place: Place, segment: string, walk: Walk): void {
  if (value === null || typeof value !== "object") return;
  walk.path.push(segment);
  visit(value, place, walk);
  walk.path.pop();
}
