import type { ResourceDefinition } from "../registry/types.ts";
import { POD_DISRUPTION_BUDGET_COLUMNS, PRIORITY_CLASS_COLUMNS } from "./columns/policy.ts";
import { defineResource } from "./define.ts";

/** `policy/v1` and `scheduling.k8s.io/v1`: how workloads are disturbed and ranked. */
export function policyResources(): ResourceDefinition[] {
  return [
    defineResource({
      group: "policy",
      kind: "PodDisruptionBudget",
      plural: "poddisruptionbudgets",
      shortNames: ["pdb"],
      hasStatus: true,
      strategy: { allowUnconditionalUpdate: false, tracksGeneration: true },
      columns: POD_DISRUPTION_BUDGET_COLUMNS,
    }),
    defineResource({
      group: "scheduling.k8s.io",
      kind: "PriorityClass",
      plural: "priorityclasses",
      shortNames: ["pc"],
      namespaced: false,
      strategy: { tracksGeneration: true },
      columns: PRIORITY_CLASS_COLUMNS,
    }),
  ];
}
