import type { MessagePackage } from "../message-package.ts";

/** The kinds of `rbac.authorization.k8s.io/v1`. Read {@link MessagePackage.table} for the notation. */
export const RBAC: MessagePackage = {
  definitions: "io.k8s.api.rbac.v1",
  group: "rbac.authorization.k8s.io",
  version: "v1",
  table: `
Role kind # Rights within one namespace.
  1 metadata ObjectMeta # Standard metadata.
  2 rules []PolicyRule! atomic # The rights; any one of them is enough.
PolicyRule # Verbs on resources, or on paths.
  1 verbs []string! atomic # What may be done, e.g. get, list, watch; * for everything.
  2 apiGroups []string atomic # Groups of the resources; empty text for the core group, * for all.
  3 resources []string atomic # Plural names, with a subresource as pods/log; * for all.
  4 resourceNames []string atomic # Names of the objects; all of them if there are none.
  5 nonResourceURLs []string atomic # Paths outside the API's objects, e.g. /metrics or /healthz/*. In ClusterRoles only.
RoleBinding kind # Grants a role's rights within one namespace.
  1 metadata ObjectMeta # Standard metadata.
  2 subjects []Subject atomic # To whom the rights are granted.
  3 roleRef RoleRef! # The role. Never changes.
Subject atomic # A user, a group or a ServiceAccount.
  1 kind string! # User, Group or ServiceAccount.
  2 apiGroup string # rbac.authorization.k8s.io for User and Group, empty for ServiceAccount.
  3 name string! # Name of the user, group or ServiceAccount.
  4 namespace string # Namespace of the ServiceAccount.
RoleRef atomic # Points to a role.
  1 apiGroup string! default="rbac.authorization.k8s.io" # rbac.authorization.k8s.io.
  2 kind string! # Role or ClusterRole.
  3 name string! # Name of the role.
ClusterRole kind # Rights in the whole cluster, or for use by RoleBindings in any namespace.
  1 metadata ObjectMeta # Standard metadata.
  2 rules []PolicyRule! atomic # The rights; any one of them is enough.
  3 aggregationRule *AggregationRule # If set, the rules are collected from other ClusterRoles, and are overwritten.
AggregationRule
  1 clusterRoleSelectors []LabelSelector atomic # Which ClusterRoles; one match is enough.
ClusterRoleBinding kind # Grants a ClusterRole's rights in the whole cluster.
  1 metadata ObjectMeta # Standard metadata.
  2 subjects []Subject atomic # To whom the rights are granted.
  3 roleRef RoleRef! # The ClusterRole. Never changes.
`,
};
