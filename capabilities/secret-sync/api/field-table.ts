import type { Schema } from "@tegata/kube-types/schema";

/** Enumerations longer than this are told as their type. */
const SHOWN_VALUES = 6;

/**
 * The fields of a schema as the rows of a Markdown table: path, type or values (`*`: required), default, meaning. A
 * `[]` at the end of a name means a list.
 *
 * @param leaves - paths that are not looked into, e.g. because another page tells of them.
 */
export function fieldTable(schema: Schema, leaves: readonly string[] = []): string {
  const rows = rowsOf(schema, "", new Set(leaves));
  return ["| Field | Type | Default | Meaning |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

function rowsOf(schema: Schema, parent: string, leaves: ReadonlySet<string>): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const isList = field.type === "array";
    const path = `${parent}${name}${isList ? "[]" : ""}`;
    const isRequired = schema.required?.includes(name) ?? false;
    const fallback = field.default === undefined ? "" : `\`${JSON.stringify(field.default)}\``;
    const row = `| \`${path}\` | ${typeOf(field)}${isRequired ? " *" : ""} | ${fallback} | ${field.description ?? ""} |`;
    const inner = isList && typeof field.items === "object" ? field.items : field;
    return [row, ...(leaves.has(path) ? [] : rowsOf(inner, `${path}.`, leaves))];
  });
}

function typeOf(field: Schema): string {
  if (field["x-kubernetes-int-or-string"] === true) return "integer or string";
  if (field.enum !== undefined && field.enum.length <= SHOWN_VALUES) return field.enum.map(String).join(" \\| ");
  if (field.type !== "array") return field.type ?? "any";
  return `list of ${typeof field.items === "object" ? typeOf(field.items) : "any"}`;
}
