import type { JsonObject } from "@tegata/kube-types";
import type { ResourceDefinition } from "../registry/types.ts";
import type { ApiGroup } from "./groups.ts";
import { listSubresources } from "./subresources.ts";

/**
 * The one document that tells a client everything: every group, version and resource.
 *
 * @param version - of `apidiscovery.k8s.io`; both have the same shape.
 * @see KEP-3352, aggregated discovery
 */
export function aggregatedDiscovery(groups: readonly ApiGroup[], version: "v2" | "v2beta1"): JsonObject {
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: groups.map(({ name, versions }) => ({
      metadata: { ...(name === "" ? {} : { name }), creationTimestamp: null },
      versions: versions.map((one) => ({
        version: one.version,
        resources: one.resources.map(resourceEntry),
        freshness: "Current",
      })),
    })),
  };
}

function resourceEntry(resource: ResourceDefinition): JsonObject {
  const { group, version, kind, plural, singular, namespaced, verbs, shortNames, categories } = resource;
  const subresources = listSubresources(resource).map((subresource) => ({
    subresource: subresource.name,
    responseKind: { ...subresource.kind },
    verbs: [...subresource.verbs],
  }));
  return {
    resource: plural,
    responseKind: { group, version, kind },
    scope: namespaced ? "Namespaced" : "Cluster",
    singularResource: singular,
    verbs: [...verbs],
    ...(shortNames.length === 0 ? {} : { shortNames: [...shortNames] }),
    ...(categories.length === 0 ? {} : { categories: [...categories] }),
    ...(subresources.length === 0 ? {} : { subresources }),
  };
}
