import type { JsonValue } from "../objects.ts";
import type { FieldError } from "../status.ts";
import type { JsonType } from "./compiled-schema.ts";

/**
 * The state of one validation: the errors so far, where in the value it stands, and how many checks have passed, by which
 * `anyOf` and `oneOf` choose the branch whose errors they report.
 */
export interface Walk {
  errors: FieldError[];
  passed: number;
  /** Keys and indexes from the root to the value; strings are kept apart and joined only when there is an error. */
  readonly path: (string | number)[];
  /** Path of the root itself, e.g. `status`; usually empty. */
  readonly root: string;
}

/** The path as the OpenAPI validator prints it: `spec.items[0].labels.app`. Empty at the root. */
export function fieldOf(walk: Walk): string {
  let text = walk.root;
  for (const segment of walk.path) {
    if (typeof segment === "number") text += `[${segment}]`;
    else text += text === "" ? segment : `.${segment}`;
  }
  return text;
}

/** The path of a member of the value at which the walk stands. */
export function memberField(walk: Walk, key: string): string {
  const field = fieldOf(walk);
  return field === "" ? key : `${field}.${key}`;
}

/** JSON type of a value, as schemas name it. */
export function jsonTypeOf(value: JsonValue): JsonType {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value as "object" | "string" | "boolean";
}
