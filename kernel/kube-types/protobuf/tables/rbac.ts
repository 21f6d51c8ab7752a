import type { MessagePackage } from "../message-package.ts";

/** The kinds of `rbac.authorization.k8s.io/v1`. Read {@link MessagePackage.table} for the notation. */
export const RBAC: MessagePackage = {
  definitions: "io.k8s.api.rbac.v1",
  group: "rbac.authorization.k8s.io",
  version: "v1",
  table: `
Role kind
  1 metadata ObjectMeta
  2 rules []PolicyRule atomic
PolicyRule
  1 verbs []string! atomic
  2 apiGroups []string atomic
  3 resources []string atomic
  4 resourceNames []string atomic
  5 nonResourceURLs []string atomic
RoleBinding kind
  1 metadata ObjectMeta
  2 subjects []Subject atomic
  3 roleRef RoleRef!
Subject atomic
  1 kind string!
  2 apiGroup string
  3 name string!
  4 namespace string
RoleRef atomic
  1 apiGroup string default="rbac.authorization.k8s.io"
  2 kind string!
  3 name string!
ClusterRole kind
  1 metadata ObjectMeta
  2 rules []PolicyRule atomic
  3 aggregationRule *AggregationRule
AggregationRule
  1 clusterRoleSelectors []LabelSelector atomic
ClusterRoleBinding kind
  1 metadata ObjectMeta
  2 subjects []Subject atomic
  3 roleRef RoleRef!
`,
};
