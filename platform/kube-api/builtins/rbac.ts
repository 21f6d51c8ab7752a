import type { ResourceDefinition } from "../registry/types.ts";
import { defineResource } from "./define.ts";

const GROUP = "rbac.authorization.k8s.io";

/** The four kinds of `rbac.authorization.k8s.io/v1`. */
export function rbacResources(): ResourceDefinition[] {
  const strategy = { allowCreateOnUpdate: true };
  return [
    defineResource({ group: GROUP, kind: "Role", plural: "roles", strategy }),
    defineResource({ group: GROUP, kind: "RoleBinding", plural: "rolebindings", strategy }),
    defineResource({ group: GROUP, kind: "ClusterRole", plural: "clusterroles", namespaced: false, strategy }),
    defineResource({
      group: GROUP,
      kind: "ClusterRoleBinding",
      plural: "clusterrolebindings",
      namespaced: false,
      strategy,
    }),
  ];
}
