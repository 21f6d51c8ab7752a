import type { Schema } from "../schema/types.ts";

/** How a strategic merge patch treats one field. */
export interface PatchField {
  /** Schema of the field's value, or of the items if it is a list; undefined where the schema ends. */
  readonly below: Schema | undefined;
  /** `merge` for lists that merge, `replace` for objects that do not; empty: lists are replaced and objects merged. */
  readonly strategy: string;
  /** By what a list's items are told apart; empty: by themselves. */
  readonly mergeKey: string;
}

/** Looks up how a field of an object with this schema is patched. */
export function patchFieldOf(schema: Schema | undefined, name: string): PatchField {
  const field = propertyOf(schema, name);
  const strategies = field?.["x-kubernetes-patch-strategy"]?.split(",") ?? [];
  return {
    below: field?.items ?? field,
    // `retainKeys` only tells clients to send the directive.
    strategy: strategies.find((strategy) => strategy !== "retainKeys") ?? "",
    mergeKey: field?.["x-kubernetes-patch-merge-key"] ?? "",
  };
}

function propertyOf(schema: Schema | undefined, name: string): Schema | undefined {
  const properties = schema?.properties ?? {};
  if (Object.hasOwn(properties, name)) return properties[name];
  return typeof schema?.additionalProperties === "object" ? schema.additionalProperties : undefined;
}
