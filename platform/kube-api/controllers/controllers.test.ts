import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { JsonObject, OwnerReference } from "@tegata/kube-types";
import { configMap, suiteContext, TestApi } from "../registry/testing.ts";

const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

describe("the server's own controllers", () => {
  const suite = suiteContext();
  let api: TestApi;
  before(async () => {
    api = await TestApi.start(suite);
  });

  /** Waits for an event of one object. */
  async function until(path: string, name: string, isIt: (type: string, object: JsonObject) => boolean): Promise<void> {
    const watch = await api.watch(`${path}?watch=1&fieldSelector=metadata.name%3D${name}`);
    for (let event = await watch.next(); event !== undefined; event = await watch.next()) {
      if (isIt(event.type, event.object)) break;
    }
    watch.close();
  }

  async function gone(path: string, name: string): Promise<void> {
    const list = await api.get(`${path}?fieldSelector=metadata.name%3D${name}`);
    if ((list.body.items as unknown[]).length === 0) return;
    const version = list.body.metadata.resourceVersion ?? "";
    const watch = await api.watch(`${path}?watch=1&resourceVersion=${version}&fieldSelector=metadata.name%3D${name}`);
    for (let event = await watch.next(); event !== undefined && event.type !== "DELETED"; ) event = await watch.next();
    watch.close();
  }

  async function create(name: string, owners: OwnerReference[] = [], more: JsonObject = {}): Promise<OwnerReference> {
    const ownerReferences = owners as unknown as JsonObject[];
    const { body } = await api.post(CONFIG_MAPS, configMap(name, { metadata: { ...more, ownerReferences } }));
    return { apiVersion: "v1", kind: "ConfigMap", name, uid: body.metadata.uid ?? "" };
  }

  it("give every namespace its ServiceAccount and the API server's CA, again when they are deleted or changed", async () => {
    await api.post("/api/v1/namespaces", { metadata: { name: "shop" } });
    const path = "/api/v1/namespaces/shop/configmaps";
    const hasCa = (_: string, { data }: JsonObject) => (data as JsonObject)["ca.crt"] === api.api.caPem;
    await until(path, "kube-root-ca.crt", hasCa);
    await until("/api/v1/namespaces/shop/serviceaccounts", "default", (type) => type === "ADDED");
    await api.delete(`${path}/kube-root-ca.crt`);
    await until(path, "kube-root-ca.crt", hasCa);
    await api.patch("merge", `${path}/kube-root-ca.crt`, { data: { "ca.crt": "other" } });
    await until(path, "kube-root-ca.crt", hasCa);
  });

  it("empty a namespace that is deleted, and let it go", async () => {
    await api.post("/api/v1/namespaces", { metadata: { name: "leave" } });
    const path = "/api/v1/namespaces/leave/secrets";
    await api.post(path, { metadata: { name: "s", finalizers: ["example.org/hold"] } });
    const { body } = await api.delete("/api/v1/namespaces/leave");
    assert.equal(body.kind, "Namespace");
    assert.deepEqual(body.status, { phase: "Terminating" });
    const closed = await api.post(path, { metadata: { name: "late" } });
    assert.equal(closed.status, 403);
    assert.equal(closed.body.details?.causes?.[0]?.reason, "NamespaceTerminating");
    await until(path, "s", (_, { metadata }) => (metadata as JsonObject).deletionTimestamp !== undefined);
    assert.equal((await api.get("/api/v1/namespaces/leave")).status, 200);
    await api.patch("merge", `${path}/s`, { metadata: { finalizers: null } });
    await gone("/api/v1/namespaces", "leave");
    assert.equal((await api.post(path, { metadata: { name: "late" } })).status, 404);
  });

  it("never let the system's namespaces go", async () => {
    const { status, body } = await api.delete("/api/v1/namespaces/kube-system");
    assert.equal(status, 403);
    assert.equal(body.message, 'namespaces "kube-system" is forbidden: this namespace may not be deleted');
  });

  it("refuse objects in a namespace that does not exist", async () => {
    const { status, body } = await api.post("/api/v1/namespaces/nope/configmaps", configMap("a"));
    assert.deepEqual([status, body.message], [404, 'namespaces "nope" not found']);
  });

  it("delete what belonged to an object that is gone, and what belonged to that", async () => {
    const owner = await create("bg-owner");
    const child = await create("bg-child", [owner]);
    await create("bg-grandchild", [child]);
    await api.delete(`${CONFIG_MAPS}/bg-owner`, { propagationPolicy: "Background" });
    await gone(CONFIG_MAPS, "bg-grandchild");
    assert.equal((await api.get(`${CONFIG_MAPS}/bg-child`)).status, 404);
  });

  it("delete what names an owner that never was, or another one of that name", async () => {
    const owner = await create("never-owner");
    await create("never-child", [{ ...owner, uid: "11111111-1111-4111-8111-111111111111" }]);
    await gone(CONFIG_MAPS, "never-child");
    assert.equal((await api.get(`${CONFIG_MAPS}/never-owner`)).status, 200);
  });

  it("keep what names an owner of a kind that is not served", async () => {
    await create("unknown-child", [{ apiVersion: "nope.example.org/v1", kind: "Nope", name: "n", uid: "u" }]);
    const owner = await create("marker-owner", [{ apiVersion: "v1", kind: "ConfigMap", name: "n", uid: "u" }]);
    await gone(CONFIG_MAPS, owner.name);
    assert.equal((await api.get(`${CONFIG_MAPS}/unknown-child`)).status, 200);
  });

  it("keep what has another owner, and only drop the reference", async () => {
    const [one, two] = [await create("two-one"), await create("two-two")];
    await create("two-child", [one, two]);
    await api.delete(`${CONFIG_MAPS}/two-one`);
    const hasOne = (_: string, { metadata }: JsonObject) =>
      (metadata as { ownerReferences?: unknown[] }).ownerReferences?.length === 1;
    await until(CONFIG_MAPS, "two-child", hasOne);
    const { body } = await api.get(`${CONFIG_MAPS}/two-child`);
    assert.deepEqual(
      body.metadata.ownerReferences?.map(({ name }) => name),
      ["two-two"],
    );
  });

  it("keep an owner in the foreground until its blocking dependents are gone", async () => {
    const owner = await create("fg-owner");
    await create("fg-child", [{ ...owner, blockOwnerDeletion: true }], { finalizers: ["example.org/hold"] });
    const { body } = await api.delete(`${CONFIG_MAPS}/fg-owner`, { propagationPolicy: "Foreground" });
    assert.deepEqual(body.metadata.finalizers, ["foregroundDeletion"]);
    await until(CONFIG_MAPS, "fg-child", (_, { metadata }) => (metadata as JsonObject).deletionTimestamp !== undefined);
    assert.equal((await api.get(`${CONFIG_MAPS}/fg-owner`)).status, 200);
    await api.patch("merge", `${CONFIG_MAPS}/fg-child`, { metadata: { finalizers: null } });
    await gone(CONFIG_MAPS, "fg-owner");
  });

  it("cut the dependents of an orphaning owner off", async () => {
    const owner = await create("or-owner");
    await create("or-child", [owner]);
    await api.delete(`${CONFIG_MAPS}/or-owner`, { propagationPolicy: "Orphan" });
    await gone(CONFIG_MAPS, "or-owner");
    const { status, body } = await api.get(`${CONFIG_MAPS}/or-child`);
    assert.equal(status, 200);
    assert.deepEqual(body.metadata.ownerReferences ?? [], []);
  });
});
