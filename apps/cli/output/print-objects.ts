import { TegataError } from "@tegata/errors";
import type { JsonValue, KubeObject } from "@tegata/kube-types";
import { evaluateJsonPath, parseJsonPath } from "@tegata/kube-types/jsonpath";
import { stringify as stringifyYaml } from "yaml";
import type { ListedKind } from "../kinds.ts";
import { formatTable } from "./table.ts";

/** How `-o` wants the objects. */
export interface PrintOptions {
  readonly output: string;
  readonly noHeaders: boolean;
  /** Whether a column with the namespace comes first. */
  readonly withNamespace: boolean;
  /** A single object was asked for by name: JSON and YAML print it bare, not in a List. */
  readonly single: boolean;
  readonly now: Date;
}

/**
 * Formats objects as kubectl does.
 *
 * @throws TegataError `OUTPUT_UNKNOWN` for a format that there is not.
 */
export function formatObjects(kind: ListedKind, objects: readonly KubeObject[], options: PrintOptions): string {
  const { output } = options;
  const document = options.single
    ? objects[0]
    : { apiVersion: "v1", kind: "List", metadata: { resourceVersion: "" }, items: objects };
  if (output === "" || output === "wide") return formatKindTable(kind, objects, options);
  if (output === "json") return `${JSON.stringify(document, undefined, 4)}\n`;
  if (output === "yaml") return stringifyYaml(document, { aliasDuplicateObjects: false, lineWidth: 0 });
  if (output === "jsonl") return objects.map((object) => `${JSON.stringify(object)}\n`).join("");
  if (output === "name") return objects.map(({ metadata }) => `${nameOf(kind)}/${metadata.name ?? ""}\n`).join("");
  if (output.startsWith("jsonpath="))
    return evaluateJsonPath(parseJsonPath(output.slice("jsonpath=".length)), asJson(document));
  if (output.startsWith("custom-columns="))
    return formatCustomColumns(output.slice("custom-columns=".length), objects, options);
  throw new TegataError({
    kind: "invalid-input",
    code: "OUTPUT_UNKNOWN",
    message: `there is no output format "${output}"`,
    remedy: "Use one of wide, json, yaml, jsonl, name, jsonpath=..., custom-columns=....",
  });
}

function nameOf({ resource }: ListedKind): string {
  return resource.group === "" ? resource.kind.toLowerCase() : `${resource.kind.toLowerCase()}.${resource.group}`;
}

function formatKindTable(
  kind: ListedKind,
  objects: readonly KubeObject[],
  { output, noHeaders, withNamespace, now }: PrintOptions,
): string {
  const columns = kind.columns.filter(({ wide }) => wide !== true || output === "wide");
  const titles = [...(withNamespace ? ["Namespace"] : []), ...columns.map(({ title }) => title)];
  const rows = objects.map((object) => [
    ...(withNamespace ? [object.metadata.namespace ?? ""] : []),
    ...columns.map((column) => column.value(object, now)),
  ]);
  return formatTable({ columns: titles, rows }, { noHeaders });
}

function formatCustomColumns(spec: string, objects: readonly KubeObject[], { noHeaders }: PrintOptions): string {
  const columns = spec.split(",").map((column) => {
    const colon = column.indexOf(":");
    const path = column.slice(colon + 1);
    return {
      title: column.slice(0, colon),
      path: parseJsonPath(path.startsWith("{") ? path : `{${path.startsWith(".") ? "" : "."}${path}}`),
    };
  });
  const rows = objects.map((object) => columns.map(({ path }) => evaluateJsonPath(path, asJson(object)) || "<none>"));
  return formatTable({ columns: columns.map(({ title }) => title), rows }, { noHeaders });
}

/** What came as JSON is JSON; the interfaces of the kinds only say less. */
function asJson(document: unknown): JsonValue {
  return document as JsonValue;
}
