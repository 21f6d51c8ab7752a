import {
  defaultRoleBinding,
  validateRole,
  validateRoleBinding,
  validateRoleBindingUpdate,
} from "../authz/validation.ts";
import type { ResourceDefinition, Strategy } from "../registry/types.ts";
import { ROLE_BINDING_COLUMNS, ROLE_COLUMNS } from "./columns/access.ts";
import { defineResource } from "./define.ts";

const ROLE_STRATEGY: Strategy = { allowCreateOnUpdate: true, validate: validateRole };

const ROLE_BINDING_STRATEGY: Strategy = {
  allowCreateOnUpdate: true,
  prepareForCreate: defaultRoleBinding,
  prepareForUpdate: defaultRoleBinding,
  validate: validateRoleBinding,
  validateUpdate: validateRoleBindingUpdate,
};

/** The four kinds of `rbac.authorization.k8s.io/v1`. */
export function rbacResources(): ResourceDefinition[] {
  // The names of roles hold colons and upper case.
  const role = { strategy: ROLE_STRATEGY, columns: ROLE_COLUMNS, names: "path-segment" } as const;
  const binding = { strategy: ROLE_BINDING_STRATEGY, columns: ROLE_BINDING_COLUMNS, names: "path-segment" } as const;
  const group = "rbac.authorization.k8s.io";
  return [
    defineResource({ ...role, group, kind: "Role", plural: "roles" }),
    defineResource({ ...binding, group, kind: "RoleBinding", plural: "rolebindings" }),
    defineResource({ ...role, group, kind: "ClusterRole", plural: "clusterroles", namespaced: false }),
    defineResource({ ...binding, group, kind: "ClusterRoleBinding", plural: "clusterrolebindings", namespaced: false }),
  ];
}
