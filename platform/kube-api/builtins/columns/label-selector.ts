import type { JsonObject } from "@tegata/kube-types";
import { entriesAt, objectsAt, textAt, textsAt } from "../fields.ts";
import { NONE } from "./column.ts";

/** Prints a `metav1.LabelSelector`, e.g. `app=web,tier in (a,b),!legacy`. reference: `metav1.FormatLabelSelector` */
export function formatLabelSelector(selector: JsonObject): string {
  const labels = entriesAt(selector, "matchLabels").map(([key, value]) => [key, `${key}=${value}`]);
  const expressions = objectsAt(selector, "matchExpressions").map((expression) => [
    textAt(expression, "key"),
    formatRequirement(expression),
  ]);
  const terms = [...labels, ...expressions].sort(([one = ""], [other = ""]) =>
    one < other ? -1 : Number(one > other),
  );
  return terms.length === 0 ? NONE : terms.map(([, term]) => term).join(",");
}

function formatRequirement(expression: JsonObject): string {
  const key = textAt(expression, "key");
  const values = textsAt(expression, "values").sort().join(",");
  switch (textAt(expression, "operator")) {
    case "In":
      return `${key} in (${values})`;
    case "NotIn":
      return `${key} notin (${values})`;
    case "DoesNotExist":
      return `!${key}`;
    default:
      return key;
  }
}
