import type { JsonObject, JsonValue, KubeObject, ListMeta } from "@tegata/kube-types";
import { badRequest } from "../http-errors.ts";
import type { ResourceDefinition, TableColumn } from "../registry/types.ts";
import { formatAge } from "./age.ts";
import { partialObject } from "./partial.ts";

/** What stands in `rows[].object`. */
export type IncludeObject = "None" | "Metadata" | "Object";

/** How a Table is to be written. */
export interface TableOptions {
  /** Version of `meta.k8s.io`. */
  readonly version: "v1" | "v1beta1";
  readonly includeObject: IncludeObject;
  readonly now: Date;
}

/**
 * Parses the query parameter `includeObject`; absent or empty means `Metadata`.
 *
 * @throws ApiError 400 for anything else.
 */
export function parseIncludeObject(text: string | null | undefined): IncludeObject {
  if (text === null || text === undefined || text === "") return "Metadata";
  if (text === "None" || text === "Metadata" || text === "Object") return text;
  throw badRequest(
    `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(text)}: must be 'Metadata', 'Object', 'None', or empty`,
  );
}

/** Prints a list as a Table. */
export function listTable(
  resource: ResourceDefinition,
  metadata: ListMeta,
  items: readonly KubeObject[],
  options: TableOptions,
): JsonObject {
  return table(resource, { ...metadata }, items, options);
}

/** Prints one object as a Table. */
export function objectTable(resource: ResourceDefinition, object: KubeObject, options: TableOptions): JsonObject {
  return table(resource, versionOf(object), [object], options);
}

/**
 * Prints the object of a watch event as a Table. Only the first event of a watch says what the columns are.
 *
 * @param isFirst - whether no event was sent on this watch yet.
 */
export function eventTable(
  resource: ResourceDefinition,
  object: KubeObject,
  isFirst: boolean,
  options: TableOptions,
): JsonObject {
  const whole = objectTable(resource, object, options);
  return isFirst ? whole : { ...whole, columnDefinitions: null };
}

function table(
  resource: ResourceDefinition,
  metadata: JsonObject,
  objects: readonly KubeObject[],
  options: TableOptions,
): JsonObject {
  const { columns, isCustom } = resource;
  return {
    kind: "Table",
    apiVersion: `meta.k8s.io/${options.version}`,
    metadata,
    columnDefinitions: columns.map((column) => columnDefinition(column, isCustom)),
    rows: objects.map((object) => ({
      cells: columns.map((column) => cell(column, object, options.now, isCustom)),
      object: rowObject(object, options),
    })),
  };
}

function columnDefinition(
  { name, type, format = "", description, priority }: TableColumn,
  isCustom: boolean,
): JsonObject {
  // The printers of built-in kinds write ages themselves and call them strings.
  return { name, type: type === "date" && !isCustom ? "string" : type, format, description, priority };
}

function cell(column: TableColumn, object: KubeObject, now: Date, isCustom: boolean): JsonValue {
  const value = column.value(object, now);
  // A custom resource's date that is not set leaves its cell empty; the printers of built-in kinds write "<unknown>".
  if (value === null && isCustom) return null;
  return column.type === "date" ? formatAge(value === null ? null : String(value), now) : value;
}

function rowObject(object: KubeObject, { includeObject, version }: TableOptions): JsonValue {
  if (includeObject === "None") return null;
  // A KubeObject came from JSON, whatever its interface says.
  if (includeObject === "Object") return object as unknown as JsonObject;
  return partialObject(object, version) as unknown as JsonObject;
}

function versionOf({ metadata }: KubeObject): JsonObject {
  return metadata.resourceVersion === undefined ? {} : { resourceVersion: metadata.resourceVersion };
}
