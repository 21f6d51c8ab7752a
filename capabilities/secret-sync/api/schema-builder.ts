import type { JsonValue } from "@tegata/kube-types";
import type { Schema } from "@tegata/kube-types/schema";

type Extra = Omit<Schema, "type" | "description">;

/** A string. */
export function text(description: string, extra: Extra = {}): Schema {
  return { type: "string", description, ...extra };
}

/** A string of one of these values. */
export function oneOfTexts(values: readonly string[], description: string, extra: Extra = {}): Schema {
  return { type: "string", description, enum: [...values], ...extra };
}

/** True or false. */
export function flag(description: string, extra: Extra = {}): Schema {
  return { type: "boolean", description, ...extra };
}

/** A whole number. */
export function integer(description: string, extra: Extra = {}): Schema {
  return { type: "integer", description, ...extra };
}

/** A list. */
export function listOf(items: Schema, description: string, extra: Extra = {}): Schema {
  return { type: "array", description, items, ...extra };
}

/** A map from text to `values`. */
export function mapOf(values: Schema, description: string, extra: Extra = {}): Schema {
  return { type: "object", description, additionalProperties: values, ...extra };
}

/** An object. A property whose name ends in `*` is required. */
export function object(properties: Readonly<Record<string, Schema>>, description: string, extra: Extra = {}): Schema {
  const required = Object.keys(properties).filter((name) => name.endsWith("*"));
  return {
    type: "object",
    description,
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, schema]) => [name.replace(/\*$/, ""), schema]),
    ),
    ...(required.length === 0 ? {} : { required: required.map((name) => name.slice(0, -1)) }),
    ...extra,
  };
}

/** An object of which exactly one property may be set. */
export function exactlyOne(
  properties: Readonly<Record<string, Schema>>,
  description: string,
  extra: Extra = {},
): Schema {
  return object(properties, description, { minProperties: 1, maxProperties: 1, ...extra });
}

/** Any JSON object; what it may hold is checked elsewhere. */
export function anything(description: string): Schema {
  return { type: "object", description, "x-kubernetes-preserve-unknown-fields": true };
}

/** The same schema with a default. */
export function withDefault(schema: Schema, value: JsonValue): Schema {
  return { ...schema, default: value };
}
