import type { JsonValue, KubeObject } from "@tegata/kube-types";
import { firstMatch, type JsonPath, parseFieldPath, printJsonValue } from "@tegata/kube-types/jsonpath";
import { AGE, NAME } from "../builtins/columns/column.ts";
import type { TableColumn } from "../registry/types.ts";
import type { CrdColumn } from "./types.ts";

/**
 * The printed columns of a custom resource: its name, then what the CRD asks for, or else its age.
 *
 * @see k8s.io/apiextensions-apiserver/pkg/registry/customresource/tableconvertor
 */
export function columnsOf(columns: readonly CrdColumn[] | undefined): TableColumn[] {
  return columns === undefined || columns.length === 0 ? [NAME, AGE] : [NAME, ...columns.map(columnOf)];
}

function columnOf({ name, type, format, description, priority, jsonPath }: CrdColumn): TableColumn {
  const path: JsonPath = parseFieldPath(jsonPath);
  const columnType = type as TableColumn["type"];
  return {
    name,
    type: columnType,
    ...(format === undefined ? {} : { format }),
    description: description || `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    priority: priority ?? 0,
    value: (object: KubeObject) => cellOf(columnType, firstMatch(path, object as unknown as JsonValue) ?? null),
  };
}

/** A value that does not have the column's type leaves the cell empty. */
function cellOf(type: TableColumn["type"], value: JsonValue): string | number | boolean | null {
  if (value === null) return null;
  switch (type) {
    case "string":
      return printJsonValue(value);
    case "date":
      return typeof value === "string" ? value : null;
    case "integer":
      return typeof value === "number" ? Math.trunc(value) : null;
    case "number":
      return typeof value === "number" ? value : null;
    case "boolean":
      return typeof value === "boolean" ? value : null;
  }
}
