import type { JsonObject, KubeObject, LabelSelector } from "@tegata/kube-types";
import { formatLabelSelector, type LabelRequirement, labelRequirements } from "@tegata/kube-types/selectors";
import { entriesAt, objectsAt, textAt, textsAt } from "./fields.ts";

type Expression = NonNullable<LabelSelector["matchExpressions"]>[number];

const OPERATORS: readonly string[] = ["In", "NotIn", "Exists", "DoesNotExist"] satisfies Expression["operator"][];

/** Reads a `metav1.LabelSelector`. @returns its requirements by key; those with an unknown operator are left out. */
export function requirementsAt(object: KubeObject | JsonObject, path: string): LabelRequirement[] {
  const matchExpressions = objectsAt(object, `${path}.matchExpressions`)
    .filter((expression) => OPERATORS.includes(textAt(expression, "operator")))
    .map((expression) => ({
      key: textAt(expression, "key"),
      operator: textAt(expression, "operator") as Expression["operator"],
      values: textsAt(expression, "values"),
    }));
  const matchLabels = Object.fromEntries(entriesAt(object, `${path}.matchLabels`));
  return labelRequirements({ matchLabels, matchExpressions }).sort(byKey);
}

/** Prints a `metav1.LabelSelector`, e.g. `app=web,tier in (a,b),!legacy`. reference: `metav1.FormatLabelSelector` */
export function printSelectorAt(object: KubeObject, path: string): string {
  return formatLabelSelector(requirementsAt(object, path)) || "<none>";
}

function byKey({ key: one }: LabelRequirement, { key: other }: LabelRequirement): number {
  return one < other ? -1 : Number(one > other);
}
