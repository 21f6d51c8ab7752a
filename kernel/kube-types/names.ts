import type { GroupVersionKind } from "./objects.ts";

/** Splits an `apiVersion`, e.g. `external-secrets.io/v1`; the core group's `v1` gives an empty group. */
export function parseGroupVersion(apiVersion: string): Pick<GroupVersionKind, "group" | "version"> {
  const slash = apiVersion.indexOf("/");
  return slash < 0
    ? { group: "", version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** The inverse of {@link parseGroupVersion}. */
export function formatGroupVersion({ group, version }: Pick<GroupVersionKind, "group" | "version">): string {
  return group === "" ? version : `${group}/${version}`;
}

/** The key of an object among those of its kind: `namespace/name`, or `name` for a cluster-scoped object. */
export function namespacedName(object: {
  readonly metadata: { readonly namespace?: string; readonly name?: string };
}): string {
  const { namespace = "", name = "" } = object.metadata;
  return namespace === "" ? name : `${namespace}/${name}`;
}

/** The inverse of {@link namespacedName}; a cluster-scoped object's namespace is empty. */
export function parseNamespacedName(key: string): { namespace: string; name: string } {
  const slash = key.indexOf("/");
  return slash < 0 ? { namespace: "", name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
