import type { KubeObject, LabelSelector } from "@tegata/kube-types";

/** Group of Role, ClusterRole, RoleBinding and ClusterRoleBinding. */
export const RBAC_GROUP = "rbac.authorization.k8s.io";

/** What may be done. The lists are and-ed; each holds if one of its items does. `rbac/v1` `PolicyRule`. */
export interface PolicyRule {
  verbs: string[];
  apiGroups?: string[];
  /** e.g. `pods`, `pods/log`, or an asterisk for everything; before a slash, too. */
  resources?: string[];
  /** Empty or absent: all names. */
  resourceNames?: string[];
  nonResourceURLs?: string[];
}

/** A Role or a ClusterRole. */
export interface Role extends KubeObject {
  rules?: PolicyRule[] | null;
  /** ClusterRole only: the rules are those of the ClusterRoles selected. */
  aggregationRule?: { clusterRoleSelectors?: LabelSelector[] };
}

export interface RoleRef {
  apiGroup: string;
  kind: "Role" | "ClusterRole";
  name: string;
}

export interface Subject {
  kind: "User" | "Group" | "ServiceAccount";
  apiGroup?: string;
  name: string;
  namespace?: string;
}

/** A RoleBinding or a ClusterRoleBinding. */
export interface RoleBinding extends KubeObject {
  roleRef: RoleRef;
  subjects?: Subject[] | null;
}

/** Names under which the store keeps the kinds of RBAC. */
export const RBAC_COLLECTIONS = {
  roles: `roles.${RBAC_GROUP}`,
  clusterRoles: `clusterroles.${RBAC_GROUP}`,
  roleBindings: `rolebindings.${RBAC_GROUP}`,
  clusterRoleBindings: `clusterrolebindings.${RBAC_GROUP}`,
} as const;
