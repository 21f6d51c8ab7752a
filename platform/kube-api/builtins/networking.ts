import type { ResourceDefinition } from "../registry/types.ts";
import { ENDPOINT_SLICE_COLUMNS } from "./columns/cluster.ts";
import { INGRESS_CLASS_COLUMNS, INGRESS_COLUMNS, NETWORK_POLICY_COLUMNS } from "./columns/policy.ts";
import { defineResource } from "./define.ts";

/** `networking.k8s.io/v1` and `discovery.k8s.io/v1`. */
export function networkingResources(): ResourceDefinition[] {
  const group = "networking.k8s.io";
  const strategy = { tracksGeneration: true };
  return [
    defineResource({
      group,
      kind: "Ingress",
      plural: "ingresses",
      shortNames: ["ing"],
      hasStatus: true,
      strategy,
      columns: INGRESS_COLUMNS,
    }),
    defineResource({
      group,
      kind: "IngressClass",
      plural: "ingressclasses",
      namespaced: false,
      strategy,
      columns: INGRESS_CLASS_COLUMNS,
    }),
    defineResource({
      group,
      kind: "NetworkPolicy",
      plural: "networkpolicies",
      shortNames: ["netpol"],
      strategy,
      columns: NETWORK_POLICY_COLUMNS,
    }),
    defineResource({
      group: "discovery.k8s.io",
      kind: "EndpointSlice",
      plural: "endpointslices",
      strategy,
      columns: ENDPOINT_SLICE_COLUMNS,
    }),
  ];
}
