import type { Schema } from "../schema/types.ts";

const SEGMENT = /\.([^.[\]]+)|\['((?:[^'\\]|\\.)*)'\]/gy;

/**
 * Reads the `fieldPath` of a rule, e.g. `.spec.names` or `.labels['a.b']`.
 *
 * @returns the path as errors print it, without the leading dot; undefined if it does not lead to a field of the schema.
 */
export function ruleFieldPath(path: string, schema: Schema): string | undefined {
  let at: Schema | undefined = schema;
  let printed = "";
  let end = 0;
  for (const match of path.matchAll(SEGMENT)) {
    const name = match[1] ?? (match[2] ?? "").replace(/\\(.)/g, "$1");
    end = match.index + match[0].length;
    const isField: boolean = at?.properties !== undefined;
    at = isField ? ownProperty(at?.properties, name) : additionalOf(at);
    if (at === undefined) return undefined;
    printed += isField ? `${printed === "" ? "" : "."}${name}` : `[${name}]`;
  }
  return end === path.length && end > 0 ? printed : undefined;
}

function ownProperty(properties: Readonly<Record<string, Schema>> | undefined, name: string): Schema | undefined {
  return properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
}

function additionalOf(schema: Schema | undefined): Schema | undefined {
  return typeof schema?.additionalProperties === "object" ? schema.additionalProperties : undefined;
}
