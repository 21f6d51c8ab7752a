import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import type { KubeObject } from "@tegata/kube-types";
import { openStore, type Store } from "../store/index.ts";
import { accessForbidden, bootstrapPolicy, RbacAuthorizer, startRoleAggregation } from "./index.ts";
import { RBAC_GROUP, type PolicyRule, type Role, type RoleBinding, type Subject } from "./rbac-objects.ts";
import type { AccessAttributes } from "./types.ts";

const API_VERSION = `${RBAC_GROUP}/v1`;
const VERBS = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];

const PLURALS: Readonly<Record<string, string>> = {
  Role: "roles",
  ClusterRole: "clusterroles",
  RoleBinding: "rolebindings",
  ClusterRoleBinding: "clusterrolebindings",
};

function placeOf({ kind, metadata }: KubeObject) {
  const key = metadata.namespace === undefined ? `${metadata.name}` : `${metadata.namespace}/${metadata.name}`;
  return { collection: `${PLURALS[kind]}.${RBAC_GROUP}`, key };
}

async function put(store: Store, ...objects: (Role | RoleBinding)[]): Promise<void> {
  for (const object of objects)
    await store.commit({
      ...placeOf(object),
      expectedVersion: store.head(placeOf(object))?.version ?? 0,
      object: structuredClone(object),
    });
}

function role(kind: "Role" | "ClusterRole", name: string, rules: PolicyRule[], namespace?: string): Role {
  return {
    apiVersion: API_VERSION,
    kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    rules,
  };
}

function bind(name: string, roleRef: string, subject: Subject, namespace?: string): RoleBinding {
  const [kind = "", roleName = ""] = roleRef.split("/");
  return {
    apiVersion: API_VERSION,
    kind: namespace === undefined ? "ClusterRoleBinding" : "RoleBinding",
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    roleRef: { apiGroup: RBAC_GROUP, kind: kind as "Role", name: roleName },
    subjects: [subject],
  };
}

function user(username: string, ...groups: string[]) {
  return { username, groups: [...groups, "system:authenticated"] };
}

/** e.g. `pods/log`, `apps:deployments/scale#web`, `/metrics` */
function access(who: ReturnType<typeof user>, verb: string, what: string, namespace: string): AccessAttributes {
  if (what.startsWith("/")) return { kind: "path", user: who, verb, path: what };
  const [, group = "", resource = "", subresource = "", name = ""] =
    /^(?:([^:]*):)?([^/#]*)(?:\/([^#]*))?(?:#(.*))?$/.exec(what) ?? [];
  return { kind: "resource", user: who, verb, group, version: "v1", resource, subresource, namespace, name };
}

const JANE = user("jane");
const OPS = user("olga", "ops");
const ROBOT = user("system:serviceaccount:shop:robot", "system:serviceaccounts", "system:serviceaccounts:shop");

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

async function startWorld() {
  const store = await openStore({ dataDir: "memory", now: () => new Date() });
  await put(store, ...bootstrapPolicy());
  await put(
    store,
    bind("jane-views", "ClusterRole/view", { kind: "User", name: "jane" }, "shop"),
    bind("ops-edit", "ClusterRole/edit", { kind: "Group", name: "ops" }, "shop"),
    bind("robot-admin", "ClusterRole/admin", { kind: "ServiceAccount", name: "robot" }, "shop"),
    role(
      "Role",
      "one-secret",
      [{ verbs: ["get"], apiGroups: [""], resources: ["secrets"], resourceNames: ["db"] }],
      "shop",
    ),
    bind("nina-one-secret", "Role/one-secret", { kind: "User", name: "nina" }, "shop"),
    role("ClusterRole", "scalers", [{ verbs: ["*"], apiGroups: ["*"], resources: ["*/scale"] }]),
    bind("sam-scales", "ClusterRole/scalers", { kind: "User", name: "sam" }),
    bind("carl-all", "ClusterRole/cluster-admin", { kind: "User", name: "carl" }),
    bind("lost", "Role/gone", { kind: "User", name: "lou" }, "shop"),
  );
  const authorizer = new RbacAuthorizer(store);
  const aggregation = startRoleAggregation(store, undefined);
  after(() => aggregation.stop());
  await until(() => authorizer.authorize(access(ROBOT, "get", "pods", "shop")).allowed);
  return { store, authorizer };
}

const READ = "get list watch";
const WRITE = "create update patch delete deletecollection";
const ALL = `${READ} ${WRITE}`;

/** Who, where, on what: the verbs that are allowed; all eight verbs are tried. */
const TABLE: readonly (readonly [who: ReturnType<typeof user>, namespace: string, what: string, allowed: string])[] = [
  ...(
    [
      // what, then what view, edit and admin allow in their namespace
      ["pods", READ, ALL, ALL],
      ["pods#web", READ, ALL, ALL],
      ["pods/log", READ, READ, READ],
      ["pods/exec", "", ALL, ALL],
      ["pods/status", READ, READ, READ],
      ["configmaps", READ, ALL, ALL],
      ["secrets", "", ALL, ALL],
      ["serviceaccounts", READ, ALL, ALL],
      ["serviceaccounts/token", "", "create", "create"],
      ["namespaces", READ, READ, READ],
      ["apps:deployments", READ, ALL, ALL],
      ["apps:deployments/scale", READ, ALL, ALL],
      ["batch:jobs", READ, ALL, ALL],
      ["networking.k8s.io:ingresses", READ, ALL, ALL],
      ["coordination.k8s.io:leases", "", ALL, ALL],
      [`${RBAC_GROUP}:roles`, "", "", ALL],
      [`${RBAC_GROUP}:clusterroles`, "", "", ""],
      ["authorization.k8s.io:localsubjectaccessreviews", "", "", "create"],
      ["nodes", "", "", ""],
    ] as const
  ).flatMap(
    ([what, view, edit, admin]) =>
      [
        [JANE, "shop", what, view],
        [OPS, "shop", what, edit],
        [ROBOT, "shop", what, admin],
        // Nobody reaches another namespace.
        [JANE, "other", what, ""],
      ] as const,
  ),
  [user("nina"), "shop", "secrets#db", "get"],
  [user("nina"), "shop", "secrets#other", ""],
  [user("nina"), "shop", "secrets", ""],
  [user("sam"), "shop", "apps:statefulsets/scale", ALL],
  [user("sam"), "", "x.example.com:things/scale", ALL],
  [user("sam"), "shop", "apps:statefulsets", ""],
  [user("carl"), "", "nodes", ALL],
  [user("carl"), "any", "x.example.com:things/status", ALL],
  [user("carl"), "", "/metrics", ALL],
  [user("root", "system:masters"), "", "nodes", ALL],
  [user("root", "system:masters"), "", "/metrics", ALL],
  [user("nobody"), "shop", "pods", ""],
  [user("nobody"), "", "/metrics", ""],
  [user("nobody"), "", "/apis/apps/v1", "get"],
  [user("nobody"), "", "/healthz", "get"],
  [user("nobody"), "", "/healthzz", ""],
  [user("nobody"), "", "authorization.k8s.io:selfsubjectaccessreviews", "create"],
  [{ username: "system:anonymous", groups: ["system:unauthenticated"] }, "", "/version", "get"],
  [{ username: "system:anonymous", groups: ["system:unauthenticated"] }, "", "/api", ""],
];

describe("RBAC", async () => {
  const { store, authorizer } = await startWorld();

  for (const [who, namespace, what, allowed] of TABLE) {
    const where = namespace === "" ? "in the cluster" : `in ${namespace}`;
    it(`lets ${who.username} ${allowed === "" ? "do nothing to" : allowed} ${what} ${where}`, () => {
      const got = VERBS.filter((verb) => authorizer.authorize(access(who, verb, what, namespace)).allowed);
      assert.deepEqual(
        got,
        VERBS.filter((verb) => allowed.split(" ").includes(verb)),
      );
    });
  }

  it("tries 300 combinations and more", () => assert.ok(TABLE.length * VERBS.length >= 300));

  it("says which binding allowed a request", () => {
    assert.equal(
      authorizer.authorize(access(JANE, "get", "pods", "shop")).reason,
      'RBAC: allowed by RoleBinding "jane-views/shop" of ClusterRole "view" to User "jane"',
    );
    assert.equal(
      authorizer.authorize(access(ROBOT, "get", "pods", "shop")).reason,
      'RBAC: allowed by RoleBinding "robot-admin/shop" of ClusterRole "admin" to ServiceAccount "robot/shop"',
    );
  });

  const refusals: Record<string, AccessAttributes> = {
    'pods is forbidden: User "nobody" cannot list resource "pods" in API group "" in the namespace "shop"': access(
      user("nobody"),
      "list",
      "pods",
      "shop",
    ),
    'deployments.apps "web" is forbidden: User "nobody" cannot patch resource "deployments/scale" in API group "apps" in the namespace "shop"':
      access(user("nobody"), "patch", "apps:deployments/scale#web", "shop"),
    'nodes is forbidden: User "nobody" cannot list resource "nodes" in API group "" at the cluster scope': access(
      user("nobody"),
      "list",
      "nodes",
      "",
    ),
    'forbidden: User "nobody" cannot get path "/metrics"': access(user("nobody"), "get", "/metrics", ""),
    'pods is forbidden: User "lou" cannot list resource "pods" in API group "" in the namespace "shop": RBAC: role.rbac.authorization.k8s.io "gone" not found':
      access(user("lou"), "list", "pods", "shop"),
  };
  for (const [text, attributes] of Object.entries(refusals))
    it(`refuses with: ${text}`, () => {
      const error = accessForbidden(attributes, authorizer.authorize(attributes));
      assert.equal(error.message, text);
      assert.equal(error.code, 403);
      assert.equal(error.reason, "Forbidden");
    });

  it("follows bindings and roles as they are written", async () => {
    const who = user("temp");
    const may = (verb: string) => authorizer.authorize(access(who, verb, "pods", "shop")).allowed;
    const binding = bind("temp", "Role/temp", { kind: "User", name: "temp" }, "shop");
    await put(store, binding);
    assert.equal(may("get"), false);
    await put(store, role("Role", "temp", [{ verbs: ["get"], apiGroups: [""], resources: ["pods"] }], "shop"));
    assert.equal(may("get"), true);
    await put(store, role("Role", "temp", [{ verbs: ["list"], apiGroups: [""], resources: ["pods"] }], "shop"));
    assert.deepEqual([may("get"), may("list")], [false, true]);
    await put(store, { ...binding, subjects: [{ kind: "User", name: "somebody-else" }] });
    assert.equal(may("list"), false);
    await put(store, binding);
    assert.equal(may("list"), true);
    const place = placeOf(binding);
    await store.commit({ ...place, expectedVersion: store.head(place)?.version ?? 0, object: undefined });
    assert.equal(may("list"), false);
  });

  it("keeps a user's other bindings when one goes, or loses the user", async () => {
    const who = user("twice");
    const may = (verb: string) => authorizer.authorize(access(who, verb, "pods", "shop")).allowed;
    const [one, two] = ["one", "two"].map((name) => bind(name, "Role/both", { kind: "User", name: "twice" }, "shop"));
    assert.ok(one && two);
    await put(
      store,
      role("Role", "both", [{ verbs: ["get"], apiGroups: [""], resources: ["pods"] }], "shop"),
      one,
      two,
    );
    const place = placeOf(one);
    await store.commit({ ...place, expectedVersion: store.head(place)?.version ?? 0, object: undefined });
    assert.equal(may("get"), true);
    await put(store, one, { ...two, subjects: [] });
    assert.equal(may("get"), true);
    await put(store, { ...one, subjects: [] });
    assert.equal(may("get"), false);
  });

  it("aggregates the rules of labelled roles, through several steps", async () => {
    const extra = role("ClusterRole", "view-widgets", [{ verbs: ["get"], apiGroups: ["x"], resources: ["widgets"] }]);
    extra.metadata.labels = { [`${RBAC_GROUP}/aggregate-to-view`]: "true" };
    await put(store, extra);
    await until(() => authorizer.authorize(access(JANE, "get", "x:widgets", "shop")).allowed);
    await until(() => authorizer.authorize(access(ROBOT, "get", "x:widgets", "shop")).allowed);
  });
});
