import { AGGREGATED_INTO, BOOTSTRAP_BINDINGS, BOOTSTRAP_RULES } from "./bootstrap-rules.ts";
import { RBAC_GROUP, type Role, type RoleBinding } from "./rbac-objects.ts";

const API_VERSION = `${RBAC_GROUP}/v1`;

/** Marks the objects that a server made for itself. */
const BOOTSTRAP_LABEL = "kubernetes.io/bootstrapping";

/** The ClusterRoles and ClusterRoleBindings that every server has from its first start. */
export function bootstrapPolicy(): (Role | RoleBinding)[] {
  const roles = Object.entries(BOOTSTRAP_RULES).map(([name, rules]) => ({ ...clusterRole(name), rules: [...rules] }));
  // Their rules are filled in from the roles that carry their label.
  const aggregated = ["admin", "edit", "view"].map((name) => ({
    ...clusterRole(name),
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [aggregationLabel(name)]: "true" } }] },
    rules: [],
  }));
  return [...roles, ...aggregated, ...BOOTSTRAP_BINDINGS.map(clusterRoleBinding)];
}

function clusterRole(name: string): Role {
  const into = AGGREGATED_INTO[name];
  const labels = {
    [BOOTSTRAP_LABEL]: "rbac-defaults",
    ...(into === undefined ? {} : { [aggregationLabel(into)]: "true" }),
  };
  return { apiVersion: API_VERSION, kind: "ClusterRole", metadata: { name, labels, annotations: autoupdate() } };
}

function clusterRoleBinding([name, ...groups]: readonly [string, ...string[]]): RoleBinding {
  return {
    apiVersion: API_VERSION,
    kind: "ClusterRoleBinding",
    metadata: { name, labels: { [BOOTSTRAP_LABEL]: "rbac-defaults" }, annotations: autoupdate() },
    roleRef: { apiGroup: RBAC_GROUP, kind: "ClusterRole", name },
    subjects: groups.map((group) => ({ apiGroup: RBAC_GROUP, kind: "Group", name: group })),
  };
}

function aggregationLabel(role: string): string {
  return `${RBAC_GROUP}/aggregate-to-${role}`;
}

function autoupdate(): Record<string, string> {
  return { [`${RBAC_GROUP}/autoupdate`]: "true" };
}
