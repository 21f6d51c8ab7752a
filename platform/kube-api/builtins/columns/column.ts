import type { KubeObject } from "@tegata/kube-types";
import type { TableColumn } from "../../registry/types.ts";

type Cell = string | number | boolean | null;

/** A column of text. */
export function column(
  name: string,
  description: string,
  value: (object: KubeObject, now: Date) => Cell,
  type: TableColumn["type"] = "string",
): TableColumn {
  return { name, type, description, priority: 0, value };
}

/** A column of whole numbers. */
export function count(name: string, description: string, value: (object: KubeObject) => number): TableColumn {
  return column(name, description, value, "integer");
}

/** A column of instants (RFC 3339), printed as ages. */
export function ageOf(name: string, description: string, value: (object: KubeObject) => string | null): TableColumn {
  return column(name, description, value, "date");
}

/** The same column, shown only with `-o wide`. */
export function wide(shown: TableColumn): TableColumn {
  return { ...shown, priority: 1 };
}

/** First column of nearly every kind. */
export const NAME: TableColumn = {
  ...column("Name", "Name of the object, unique among those of its kind in its namespace.", ({ metadata }) => {
    return metadata.name ?? "";
  }),
  format: "name",
};

/** Time since the object was created. */
export const AGE: TableColumn = ageOf("Age", "Time since the object was created.", ({ metadata }) => {
  return metadata.creationTimestamp ?? null;
});

/** When the object was created. */
export const CREATED_AT: TableColumn = column("Created At", "When the object was created.", ({ metadata }) => {
  return metadata.creationTimestamp ?? "<unknown>";
});

/** What stands for nothing. */
export const NONE = "<none>";

/** @returns `<none>` in place of an empty text. */
export function orNone(text: string): string {
  return text === "" ? NONE : text;
}

/** Prints labels as `a=b,c=d`, sorted. */
export function formatLabels(labels: readonly (readonly [key: string, value: string])[]): string {
  const pairs = labels.map(([key, value]) => `${key}=${value}`);
  return orNone(pairs.sort().join(","));
}
