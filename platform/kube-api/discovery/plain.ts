import type { JsonObject } from "@tegata/kube-types";
import { formatGroupVersion } from "@tegata/kube-types";
import type { ResourceDefinition } from "../registry/types.ts";
import type { ApiGroup, ApiVersion } from "./groups.ts";
import { listSubresources } from "./subresources.ts";

/** `/api`: the versions of the core group. */
export function apiVersions(core: ApiGroup): JsonObject {
  return {
    kind: "APIVersions",
    versions: core.versions.map(({ version }) => version),
    serverAddressByClientCIDRs: [],
  };
}

/** `/apis`: every group but the core one. */
export function apiGroupList(groups: readonly ApiGroup[]): JsonObject {
  return { kind: "APIGroupList", apiVersion: "v1", groups: groups.map(groupEntry) };
}

/** `/apis/<group>`. */
export function apiGroup(group: ApiGroup): JsonObject {
  return { kind: "APIGroup", apiVersion: "v1", ...groupEntry(group) };
}

function groupEntry({ name, versions }: ApiGroup): JsonObject {
  const entries = versions.map(({ version }) => ({
    groupVersion: formatGroupVersion({ group: name, version }),
    version,
  }));
  return { name, versions: entries, preferredVersion: entries[0] ?? null };
}

/** `/api/v1` and `/apis/<group>/<version>`: resources and subresources of one version. */
export function apiResourceList(group: string, { version, resources }: ApiVersion): JsonObject {
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: formatGroupVersion({ group, version }),
    resources: resources.flatMap(resourceEntries),
  };
}

function resourceEntries(resource: ResourceDefinition): JsonObject[] {
  const { group, version, kind, plural, singular, namespaced, verbs, shortNames, categories } = resource;
  const own: JsonObject = {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs: [...verbs],
    ...(shortNames.length === 0 ? {} : { shortNames: [...shortNames] }),
    ...(categories.length === 0 ? {} : { categories: [...categories] }),
  };
  const subresources = listSubresources(resource).map((subresource): JsonObject => {
    const foreign = subresource.kind.group !== group || subresource.kind.version !== version;
    return {
      name: `${plural}/${subresource.name}`,
      singularName: "",
      namespaced,
      ...(foreign ? { group: subresource.kind.group, version: subresource.kind.version } : {}),
      kind: subresource.kind.kind,
      verbs: [...subresource.verbs],
    };
  });
  return [own, ...subresources];
}
