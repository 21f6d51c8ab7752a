import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { configMap, suiteContext, TestApi } from "./testing.ts";

const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

describe("the API, for deletions", () => {
  const suite = suiteContext();
  let api: TestApi;
  before(async () => {
    api = await TestApi.start(suite);
  });

  it("deletes at once what has no finalizers, and says what it was", async () => {
    const { body: created } = await api.post(CONFIG_MAPS, configMap("delete"));
    const { status, body } = await api.delete(`${CONFIG_MAPS}/delete`);
    assert.equal(status, 200);
    assert.equal(body.status, "Success");
    assert.deepEqual(body.details, { name: "delete", kind: "configmaps", uid: created.metadata.uid });
    assert.equal((await api.delete(`${CONFIG_MAPS}/delete`)).status, 404);
  });

  it("keeps what has finalizers until the last one is gone", async () => {
    const path = `${CONFIG_MAPS}/final`;
    await api.post(CONFIG_MAPS, configMap("final", { metadata: { finalizers: ["example.org/hold"] } }));
    const begun = await api.delete(path);
    assert.equal(begun.body.kind, "ConfigMap");
    assert.ok(begun.body.metadata.deletionTimestamp);
    assert.equal(begun.body.metadata.deletionGracePeriodSeconds, 0);
    const again = await api.delete(path);
    assert.equal(again.body.metadata.resourceVersion, begun.body.metadata.resourceVersion);
    const added = await api.patch("merge", path, {
      metadata: { finalizers: ["example.org/hold", "example.org/more"] },
    });
    assert.equal(added.status, 422);
    assert.match(
      added.body.message ?? "",
      /no new finalizers can be added if the object is being deleted, found new finalizers \[\]string\{"example\.org\/more"\}/,
    );
    assert.equal((await api.patch("merge", path, { data: { a: "b" } })).status, 200);
    const released = await api.patch("merge", path, { metadata: { finalizers: null } });
    assert.equal(released.status, 200);
    assert.equal(released.body.metadata.name, "final");
    assert.equal((await api.get(path)).status, 404);
  });

  it("deletes only what the preconditions mean", async () => {
    const path = `${CONFIG_MAPS}/pre`;
    const { body: created } = await api.post(CONFIG_MAPS, configMap("pre"));
    const uid = await api.delete(path, { preconditions: { uid: "other" } });
    assert.equal(uid.status, 409);
    assert.equal(uid.body.details?.kind, "ConfigMap");
    assert.match(uid.body.message ?? "", /the UID in the precondition \(other\) does not match the UID in record/);
    assert.equal((await api.delete(path, { preconditions: { resourceVersion: "1" } })).status, 409);
    assert.equal((await api.delete(path, { kind: "ConfigMap", apiVersion: "v1" })).status, 400);
    assert.equal((await api.delete(path, { propagationPolicy: "Sometimes" })).status, 422);
    const right = { uid: created.metadata.uid, resourceVersion: created.metadata.resourceVersion };
    assert.equal((await api.delete(path, { preconditions: right })).status, 200);
  });

  it("deletes a collection by selector, and lists what it deleted", async () => {
    for (const [name, app] of [
      ["c1", "x"],
      ["c2", "x"],
      ["c3", "y"],
    ] as const) {
      await api.post(CONFIG_MAPS, configMap(name, { metadata: { labels: { collection: app } } }));
    }
    const { body } = await api.delete(`${CONFIG_MAPS}?labelSelector=collection%3Dx`);
    assert.deepEqual(
      (body.items as unknown as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name),
      ["c1", "c2"],
    );
    const rest = await api.get(`${CONFIG_MAPS}?labelSelector=collection`);
    assert.equal((rest.body.items as unknown[]).length, 1);
  });
});
