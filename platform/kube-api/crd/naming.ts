import type { Condition } from "@tegata/kube-types";
import type { CrdNames, CustomResourceDefinition } from "./types.ts";

/** Which of the names that a CRD asks for it gets. */
export interface NamingDecision {
  readonly acceptedNames: Partial<CrdNames>;
  readonly condition: Omit<Condition, "lastTransitionTime">;
}

/**
 * Decides on a CRD's names: those that another CRD of the same group has already are refused, and the CRD keeps the names
 * that it had.
 *
 * @param others - every other CRD.
 * @see k8s.io/apiextensions-apiserver/pkg/controller/status, naming controller
 */
export function decideNames(
  { spec, status }: CustomResourceDefinition,
  others: readonly CustomResourceDefinition[],
): NamingDecision {
  const taken = takenNames(others.filter((other) => other.spec.group === spec.group));
  const accepted: Partial<CrdNames> = { ...status?.acceptedNames };
  let conflict: { reason: string; message: string } | undefined;
  for (const [key, reason, used] of [
    ["plural", "PluralConflict", taken.resources],
    ["singular", "SingularConflict", taken.resources],
    ["kind", "KindConflict", taken.kinds],
    ["listKind", "ListKindConflict", taken.kinds],
  ] as const) {
    const wanted = spec.names[key];
    if (wanted === undefined || wanted === accepted[key] || !used.has(wanted))
      Object.assign(accepted, { [key]: wanted });
    else conflict = { reason, message: inUse(wanted) };
  }
  const { shortNames = [], categories } = spec.names;
  const refused = shortNames.filter(
    (name) => status?.acceptedNames?.shortNames?.includes(name) !== true && taken.resources.has(name),
  );
  if (refused.length > 0) conflict = { reason: "ShortNamesConflict", message: joined(refused.map(inUse)) };
  else accepted.shortNames = shortNames;
  if (categories !== undefined) accepted.categories = categories;
  return { acceptedNames: withoutEmpty(accepted), condition: conditionOf(conflict) };
}

function takenNames(others: readonly CustomResourceDefinition[]): { resources: Set<string>; kinds: Set<string> } {
  const names = others.map(({ status }) => status?.acceptedNames ?? {});
  return {
    resources: new Set(
      names.flatMap(({ plural = "", singular = "", shortNames = [] }) => [plural, singular, ...shortNames]),
    ),
    kinds: new Set(names.flatMap(({ kind = "", listKind = "" }) => [kind, listKind])),
  };
}

function conditionOf(conflict: { reason: string; message: string } | undefined): NamingDecision["condition"] {
  if (conflict !== undefined) return { type: "NamesAccepted", status: "False", ...conflict };
  return { type: "NamesAccepted", status: "True", reason: "NoConflicts", message: "no conflicts found" };
}

function inUse(name: string): string {
  return `${JSON.stringify(name)} is already in use`;
}

function joined(messages: readonly string[]): string {
  return messages.length === 1 ? (messages[0] ?? "") : `[${messages.join(", ")}]`;
}

function withoutEmpty(names: Partial<CrdNames>): Partial<CrdNames> {
  const entries = Object.entries(names).filter(
    ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(entries);
}
