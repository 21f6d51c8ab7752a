import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AdmissionAttributes } from "../admission/types.ts";
import { rbacResources } from "../builtins/rbac.ts";
import type { UserInfo } from "../registry/types.ts";
import { openStore, type Store } from "../store/index.ts";
import { checkEscalation } from "./escalation.ts";
import { RbacAuthorizer } from "./rbac-authorizer.ts";
import { type PolicyRule, RBAC_COLLECTIONS, RBAC_GROUP, type Role, type RoleBinding } from "./rbac-objects.ts";
import { formatRule, uncoveredRules } from "./rule-coverage.ts";

const API_VERSION = `${RBAC_GROUP}/v1`;

function clusterRole(name: string, rules: PolicyRule[]): Role {
  return { apiVersion: API_VERSION, kind: "ClusterRole", metadata: { name }, rules };
}

function binding(name: string, roleName: string, username: string): RoleBinding {
  return {
    apiVersion: API_VERSION,
    kind: "ClusterRoleBinding",
    metadata: { name },
    roleRef: { apiGroup: RBAC_GROUP, kind: "ClusterRole", name: roleName },
    subjects: [{ kind: "User", name: username }],
  };
}

/** Gives a user a role of its own with these rules. */
async function grant(store: Store, username: string, rules: PolicyRule[]): Promise<void> {
  const role = clusterRole(`of-${username}`, rules);
  await store.commit({
    collection: RBAC_COLLECTIONS.clusterRoles,
    key: `of-${username}`,
    expectedVersion: 0,
    object: role,
  });
  const bound = binding(`of-${username}`, `of-${username}`, username);
  await store.commit({
    collection: RBAC_COLLECTIONS.clusterRoleBindings,
    key: `of-${username}`,
    expectedVersion: 0,
    object: bound,
  });
}

function write(object: Role | RoleBinding, user: UserInfo, oldObject?: Role | RoleBinding): AdmissionAttributes {
  const resource = rbacResources().find(({ kind }) => kind === object.kind);
  assert.ok(resource);
  const operation = oldObject === undefined ? "CREATE" : "UPDATE";
  const name = object.metadata.name ?? "";
  return {
    operation,
    resource,
    subresource: "",
    namespace: "",
    name,
    object,
    oldObject,
    options: {},
    dryRun: false,
    user,
  };
}

const SECRETS: PolicyRule = { verbs: ["get", "list"], apiGroups: [""], resources: ["secrets"] };
const JANE: UserInfo = { username: "jane", groups: ["system:authenticated"] };

describe("RBAC escalation", async () => {
  const store = await openStore({ dataDir: "memory", now: () => new Date() });
  const authorizer = new RbacAuthorizer(store);
  await grant(store, "jane", [{ verbs: ["get"], apiGroups: [""], resources: ["secrets"] }]);
  await grant(store, "holder", [{ verbs: ["*"], apiGroups: [""], resources: ["*"] }]);
  await grant(store, "escalator", [
    { verbs: ["escalate", "bind"], apiGroups: [RBAC_GROUP], resources: ["clusterroles"] },
  ]);
  await store.commit({
    collection: RBAC_COLLECTIONS.clusterRoles,
    key: "secrets",
    expectedVersion: 0,
    object: clusterRole("secrets", [SECRETS]),
  });

  it("refuses a role with rules that the writer does not hold, and names them", () => {
    assert.throws(() => checkEscalation(write(clusterRole("new", [SECRETS]), JANE), authorizer), {
      code: 403,
      message:
        'clusterroles.rbac.authorization.k8s.io "new" is forbidden: user "jane" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n' +
        '{APIGroups:[""], Resources:["secrets"], Verbs:["list"]}',
    });
  });

  it("refuses a binding to a role that the writer does not hold", () => {
    assert.throws(() => checkEscalation(write(binding("new", "secrets", "jane"), JANE), authorizer), {
      code: 403,
      message:
        /^clusterrolebindings\.rbac\.authorization\.k8s\.io "new" is forbidden: .*not currently held:\n\{.*Verbs:\["list"\]\}$/,
    });
  });

  it("answers 404 for a binding to a role that does not exist", () => {
    assert.throws(() => checkEscalation(write(binding("new", "nothing", "jane"), JANE), authorizer), {
      code: 404,
      message: 'clusterroles.rbac.authorization.k8s.io "nothing" not found',
    });
  });

  const allowed: Record<string, UserInfo> = {
    "whoever holds the rules": { username: "holder", groups: [] },
    "whoever may escalate and bind": { username: "escalator", groups: [] },
    "system:masters": { username: "root", groups: ["system:masters"] },
  };
  for (const [who, user] of Object.entries(allowed))
    it(`lets ${who} write roles and bindings`, () => {
      checkEscalation(write(clusterRole("new", [SECRETS]), user), authorizer);
      checkEscalation(write(binding("new", "secrets", "jane"), user), authorizer);
    });

  it("lets anyone write what is called a role in another group, and delete roles", () => {
    const attributes = write(clusterRole("new", [SECRETS]), JANE);
    const foreign = { ...attributes.resource, group: "example.com" };
    checkEscalation({ ...attributes, resource: foreign }, authorizer);
    checkEscalation({ ...attributes, operation: "DELETE", oldObject: attributes.object }, authorizer);
  });

  it("lets anyone change the labels of a role without holding its rules", () => {
    const old = clusterRole("secrets", [SECRETS]);
    const labelled = { ...old, metadata: { ...old.metadata, labels: { a: "b" } } };
    checkEscalation(write(labelled, JANE, old), authorizer);
  });

  it("wants everything for an aggregation rule, which may pull in anything", () => {
    const aggregating = { ...clusterRole("new", []), aggregationRule: { clusterRoleSelectors: [{}] } };
    assert.throws(() => checkEscalation(write(aggregating, { username: "holder", groups: [] }), authorizer), {
      code: 403,
    });
  });
});

describe("coverage of rules", () => {
  const rules: Record<string, PolicyRule> = {
    everything: { verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
    pods: { verbs: ["get"], apiGroups: [""], resources: ["pods"] },
    podLogs: { verbs: ["get"], apiGroups: [""], resources: ["pods/log"] },
    allLogs: { verbs: ["get"], apiGroups: [""], resources: ["*/log"] },
    namedPod: { verbs: ["get"], apiGroups: [""], resources: ["pods"], resourceNames: ["web"] },
    paths: { verbs: ["get"], nonResourceURLs: ["/api/*"] },
    onePath: { verbs: ["get"], nonResourceURLs: ["/api/v1"] },
  };
  const covered: readonly (readonly [held: string, wanted: string])[] = [
    ["everything", "pods"],
    ["everything", "podLogs"],
    ["pods", "namedPod"],
    ["allLogs", "podLogs"],
    ["paths", "onePath"],
    ["everything", "everything"],
  ];
  for (const held of Object.keys(rules))
    for (const wanted of Object.keys(rules)) {
      const expected =
        held === wanted ||
        covered.some(([h, w]) => h === held && w === wanted) ||
        (held === "everything" && !["paths", "onePath"].includes(wanted));
      it(`${held} ${expected ? "covers" : "does not cover"} ${wanted}`, () => {
        const missing = uncoveredRules([rules[held] ?? { verbs: [] }], [rules[wanted] ?? { verbs: [] }]);
        assert.equal(missing.length === 0, expected, missing.map(formatRule).join());
      });
    }
});
