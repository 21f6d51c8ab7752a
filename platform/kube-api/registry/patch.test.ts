import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { configMap, suiteContext, TestApi } from "./testing.ts";

const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

describe("the API, for patches", () => {
  const suite = suiteContext();
  let api: TestApi;
  before(async () => {
    api = await TestApi.start(suite);
  });

  it("counts generations of what is desired, not of metadata or status", async () => {
    const path = "/apis/apps/v1/namespaces/default/deployments";
    const containers = [{ name: "c", image: "i" }];
    const spec = {
      selector: { matchLabels: { a: "b" } },
      template: { metadata: { labels: { a: "b" } }, spec: { containers } },
    };
    const created = await api.post(path, { metadata: { name: "gen" }, spec, status: { replicas: 9 } });
    assert.equal(created.body.metadata.generation, 1);
    assert.notDeepEqual(created.body.status, { replicas: 9 });
    const labelled = await api.patch("merge", `${path}/gen`, {
      metadata: { labels: { x: "y" } },
      status: { replicas: 9 },
    });
    assert.equal(labelled.body.metadata.generation, 1);
    const scaled = await api.patch("merge", `${path}/gen`, { spec: { replicas: 2 } });
    assert.equal(scaled.body.metadata.generation, 2);
    const status = await api.patch("merge", `${path}/gen/status`, { status: { replicas: 2 }, spec: { replicas: 5 } });
    assert.equal(status.body.metadata.generation, 2);
    const { body } = await api.get(`${path}/gen`);
    assert.deepEqual(
      [(body.spec as { replicas?: number }).replicas, (body.status as unknown as { replicas?: number }).replicas],
      [2, 2],
    );
  });

  it("scales through the scale subresource", async () => {
    const path = "/apis/apps/v1/namespaces/default/deployments/gen/scale";
    const read = await api.get(path);
    assert.equal(read.body.kind, "Scale");
    assert.equal(read.body.apiVersion, "autoscaling/v1");
    const patched = await api.patch("merge", path, { spec: { replicas: 7 } });
    assert.deepEqual(patched.body.spec, { replicas: 7 });
    const put = await api.put(path, { ...patched.body, spec: { replicas: 3 } });
    assert.deepEqual(put.body.spec, { replicas: 3 });
    assert.equal((put.body.status as unknown as { selector?: string }).selector, "a=b");
    assert.equal((await api.put(path, { ...read.body, spec: { replicas: 4 } })).status, 409);
  });

  it("answers patches by their kind", async () => {
    await api.post(CONFIG_MAPS, configMap("patch", { data: { a: "1", b: "2" } }));
    const path = `${CONFIG_MAPS}/patch`;
    const merged = await api.patch("merge", path, { data: { a: null, c: "3" } });
    assert.deepEqual(merged.body.data, { b: "2", c: "3" });
    const json = await api.patch("json", path, [{ op: "replace", path: "/data/b", value: "9" }]);
    assert.deepEqual(json.body.data, { b: "9", c: "3" });
    const strategic = await api.patch("strategic-merge", path, { data: { b: null } });
    assert.deepEqual(strategic.body.data, { c: "3" });
    const failed = await api.patch("json", path, [{ op: "test", path: "/data/c", value: "no" }]);
    assert.deepEqual(
      [failed.status, failed.body.message],
      [422, "the server rejected our request due to an error in our request"],
    );
    assert.equal((await api.patch("json", path, { op: "test" })).status, 400);
    assert.equal((await api.patch("merge", path, { metadata: { name: "other" } })).status, 400);
    assert.equal((await api.patch("merge", path, { metadata: { resourceVersion: "1" } })).status, 409);
    const type = await api.send("PATCH", path, {}, { "content-type": "application/json" });
    assert.equal(type.status, 415);
    assert.match(
      type.body.message ?? "",
      /accepted media types include: application\/json-patch\+json, application\/merge-patch\+json/,
    );
  });

  it("applies server-side: creates, shares, conflicts, forces, gives up", async () => {
    const path = (manager: string, more = "") => `${CONFIG_MAPS}/apply?fieldManager=${manager}${more}`;
    const config = (data: Record<string, string>) => configMap("apply", { data });
    assert.equal((await api.patch("apply", path("one"), config({ a: "1", b: "1" }))).status, 201);
    const again = await api.patch("apply", path("one"), config({ a: "1", b: "1" }));
    assert.equal(again.status, 200);
    const conflict = await api.patch("apply", path("two"), config({ a: "2" }));
    assert.equal(conflict.status, 409);
    assert.match(conflict.body.message ?? "", /Apply failed with 1 conflict: conflict with "one": \.data\.a/);
    assert.deepEqual(conflict.body.details?.causes?.[0]?.reason, "FieldManagerConflict");
    assert.equal((await api.patch("apply", path("two", "&force=true"), config({ a: "2" }))).status, 200);
    const less = await api.patch("apply", path("one"), config({}));
    assert.deepEqual(less.body.data, { a: "2" });
    const anonymous = await api.patch("apply", `${CONFIG_MAPS}/apply`, config({}));
    assert.equal(anonymous.status, 422);
    assert.deepEqual(
      again.body.metadata.managedFields?.map(({ manager, operation }) => `${manager} ${operation}`),
      ["one Apply"],
    );
  });

  it("records who updates what under the manager's name or that of the program", async () => {
    await api.post(`${CONFIG_MAPS}?fieldManager=named`, configMap("managed", { data: { a: "1" } }));
    const { body } = await api.send(
      "PATCH",
      `${CONFIG_MAPS}/managed`,
      { data: { b: "1" } },
      {
        "content-type": "application/merge-patch+json",
        "user-agent": "prog/v1 (linux)",
      },
    );
    assert.deepEqual(body.metadata.managedFields?.map(({ manager }) => manager).toSorted(), ["named", "prog"]);
  });

  it("repeats unconditional writes that others got ahead of, so that none is lost", async () => {
    await api.post(CONFIG_MAPS, configMap("race"));
    const names = Array.from({ length: 40 }, (_, i) => `k${i}`);
    const answers = await Promise.all(
      names.map((name) => api.patch("merge", `${CONFIG_MAPS}/race`, { data: { [name]: "v" } })),
    );
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
    const { body } = await api.get(`${CONFIG_MAPS}/race`);
    assert.equal(Object.keys(body.data as object).length, 40);
  });
});
