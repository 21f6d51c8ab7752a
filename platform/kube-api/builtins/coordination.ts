import type { ResourceDefinition } from "../registry/types.ts";
import { defineResource } from "./define.ts";

/** `coordination.k8s.io/v1`: the Lease, by which one of several replicas is elected. */
export function coordinationResources(): ResourceDefinition[] {
  return [
    defineResource({
      group: "coordination.k8s.io",
      kind: "Lease",
      plural: "leases",
      strategy: { allowCreateOnUpdate: true, allowUnconditionalUpdate: false },
    }),
  ];
}
