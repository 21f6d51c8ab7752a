import type { ResourceDefinition } from "../registry/types.ts";
import { compareVersions } from "./versions.ts";

/** One API group with its versions, most preferred first. */
export interface ApiGroup {
  /** Empty for the core group. */
  readonly name: string;
  readonly versions: readonly ApiVersion[];
}

/** One version of a group with its resources in the order in which they were registered. */
export interface ApiVersion {
  readonly version: string;
  readonly resources: readonly ResourceDefinition[];
}

/** Sorts resources into groups: in order of first mention, so built-in groups come first, then by version. */
export function groupResources(resources: readonly ResourceDefinition[]): ApiGroup[] {
  return [...Map.groupBy(resources, ({ group }) => group)].map(([name, ofGroup]) => ({
    name,
    versions: [...Map.groupBy(ofGroup, ({ version }) => version)]
      .map(([version, ofVersion]) => ({ version, resources: ofVersion }))
      .sort((one, other) => compareVersions(one.version, other.version)),
  }));
}
