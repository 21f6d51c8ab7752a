import type { LabelSelector } from "@tegata/kube-types";
import { RE2JS } from "re2js";
import type { ClusterSecretStoreCondition } from "../api/external-secret.ts";

/** What a condition of a ClusterSecretStore may look at. */
export interface NamespaceFacts {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Whether a ClusterSecretStore may be used from a namespace. No conditions: from all. Conditions, and the fields within
 * one, are alternatives.
 *
 * @throws what RE2 throws for an expression that is none; admission refuses those.
 * @see reference eso.md section 1.4 (`spec.conditions[]`)
 */
export function namespaceMayUse(
  conditions: readonly ClusterSecretStoreCondition[] | undefined,
  namespace: NamespaceFacts,
): boolean {
  if (conditions === undefined || conditions.length === 0) return true;
  return conditions.some(
    ({ namespaceSelector, namespaces, namespaceRegexes }) =>
      (namespaceSelector !== undefined && selects(namespaceSelector, namespace.labels)) ||
      (namespaces ?? []).includes(namespace.name) ||
      (namespaceRegexes ?? []).some((pattern) => RE2JS.compile(pattern).matcher(namespace.name).find()),
  );
}

function selects(
  { matchLabels = {}, matchExpressions = [] }: LabelSelector,
  labels: Readonly<Record<string, string>>,
): boolean {
  const all = [
    ...Object.entries(matchLabels).map(([key, value]) => labels[key] === value),
    ...matchExpressions.map(({ key, operator, values = [] }) => {
      const value = labels[key];
      switch (operator) {
        case "In":
          return value !== undefined && values.includes(value);
        case "NotIn":
          return value === undefined || !values.includes(value);
        case "Exists":
          return value !== undefined;
        case "DoesNotExist":
          return value === undefined;
      }
    }),
  ];
  return all.every(Boolean);
}
