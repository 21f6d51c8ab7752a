import type { ResourceDefinition } from "../registry/types.ts";
import { defineResource } from "./define.ts";

/** `networking.k8s.io/v1` and `discovery.k8s.io/v1`. */
export function networkingResources(): ResourceDefinition[] {
  const group = "networking.k8s.io";
  return [
    defineResource({ group, kind: "Ingress", plural: "ingresses", shortNames: ["ing"], hasStatus: true }),
    defineResource({
      group,
      kind: "IngressClass",
      plural: "ingressclasses",
      namespaced: false,
    }),
    defineResource({ group, kind: "NetworkPolicy", plural: "networkpolicies", shortNames: ["netpol"] }),
    defineResource({ group: "discovery.k8s.io", kind: "EndpointSlice", plural: "endpointslices" }),
  ];
}
