import { isKnownFormat } from "./formats.ts";
import type { Schema } from "./types.ts";

/** The formats in a schema that are not checked, each once: nothing says so but a warning when the CRD is created. */
export function unrecognizedFormats(schema: Schema): string[] {
  const found = new Set<string>();
  visit(schema, found);
  return [...found];
}

function visit(schema: Schema, found: Set<string>): void {
  const { type, format = "" } = schema;
  if (format !== "" && !isKnownFormat(type, format)) found.add(format);
  for (const property of Object.values(schema.properties ?? {})) visit(property, found);
  if (typeof schema.additionalProperties === "object") visit(schema.additionalProperties, found);
  if (schema.items !== undefined) visit(schema.items, found);
}
