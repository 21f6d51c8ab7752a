import type { ResourceDefinition } from "../registry/types.ts";
import { LEASE_COLUMNS } from "./columns/configuration.ts";
import { defineResource } from "./define.ts";
import { validateLease } from "./strategies/lease.ts";

/** `coordination.k8s.io/v1`: the Lease, by which one of several replicas is elected. */
export function coordinationResources(): ResourceDefinition[] {
  return [
    defineResource({
      group: "coordination.k8s.io",
      kind: "Lease",
      plural: "leases",
      strategy: { allowCreateOnUpdate: true, allowUnconditionalUpdate: false, validate: validateLease },
      columns: LEASE_COLUMNS,
    }),
  ];
}
