import { labelRequirements, matchesLabels } from "@tegata/kube-types/selectors";
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
 * @throws what RE2 throws for an expression that is none; admission refuses those. TegataError `KUBE_SELECTOR_INVALID`
 * @see reference eso.md section 1.4 (`spec.conditions[]`)
 */
export function namespaceMayUse(
  conditions: readonly ClusterSecretStoreCondition[] | undefined,
  namespace: NamespaceFacts,
): boolean {
  if (conditions === undefined || conditions.length === 0) return true;
  return conditions.some(
    ({ namespaceSelector, namespaces, namespaceRegexes }) =>
      (namespaceSelector !== undefined && matchesLabels(labelRequirements(namespaceSelector), namespace.labels)) ||
      (namespaces ?? []).includes(namespace.name) ||
      (namespaceRegexes ?? []).some((pattern) => RE2JS.compile(pattern).matcher(namespace.name).find()),
  );
}
