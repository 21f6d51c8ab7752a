import type { JsonValue } from "../objects.ts";
import { formatGoJson, formatGoNumber } from "../schema/go-text.ts";
import { type FindOptions, findJsonPath } from "./evaluate.ts";
import type { JsonPath } from "./types.ts";

/**
 * Evaluates a template and prints it as `kubectl get -o jsonpath=` does: text as it is, objects and lists as JSON, the
 * results of one path separated by spaces.
 *
 * @throws TegataError as {@link findJsonPath}.
 */
export function evaluateJsonPath(path: JsonPath, value: JsonValue, options: FindOptions = {}): string {
  return findJsonPath(path, value, options)
    .map((results) => results.map(printJsonValue).join(" "))
    .join("");
}

/** Prints one value as {@link evaluateJsonPath} does. */
export function printJsonValue(value: JsonValue): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return formatGoNumber(value);
  return value === null ? "<nil>" : formatGoJson(value);
}
