import type { ResourceDefinition } from "../registry/types.ts";
import { defineResource } from "./define.ts";

/** `policy/v1`, `autoscaling/v2` and `/v1`, `scheduling.k8s.io/v1`: how workloads are disturbed, sized and ranked. */
export function policyResources(): ResourceDefinition[] {
  return [
    defineResource({
      group: "policy",
      kind: "PodDisruptionBudget",
      plural: "poddisruptionbudgets",
      shortNames: ["pdb"],
      hasStatus: true,
    }),
    defineResource({
      group: "scheduling.k8s.io",
      kind: "PriorityClass",
      plural: "priorityclasses",
      shortNames: ["pc"],
      namespaced: false,
    }),
  ];
}
