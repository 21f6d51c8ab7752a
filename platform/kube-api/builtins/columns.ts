import type { TableColumn } from "../registry/types.ts";

/** First column of every kind. */
export const NAME: TableColumn = {
  name: "Name",
  type: "string",
  format: "name",
  description: "Name of the object, unique among those of its kind in its namespace.",
  priority: 0,
  value: ({ metadata }) => metadata.name ?? "",
};

/** Time since the object was created; the printer turns the instant into an age. */
export const AGE: TableColumn = {
  name: "Age",
  type: "date",
  description: "Time since the object was created.",
  priority: 0,
  value: ({ metadata }) => metadata.creationTimestamp ?? null,
};
