import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { configMap, TestApi } from "./testing.ts";

const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

describe("the API, for objects", () => {
  const cleanups: (() => unknown)[] = [];
  let api: TestApi;
  before(async () => {
    api = await TestApi.start({ after: (end) => void cleanups.push(end as () => unknown) });
  });
  after(async () => {
    for (const end of cleanups.reverse()) await end();
  });

  it("sets on create what the server decides, whatever the client says", async () => {
    const metadata = { uid: "x", generation: 7, selfLink: "/x", creationTimestamp: "2001-01-01T00:00:00Z" };
    const { status, body } = await api.post(CONFIG_MAPS, configMap("create", { metadata }));
    assert.equal(status, 201);
    assert.match(body.metadata.uid ?? "", /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    assert.match(body.metadata.resourceVersion ?? "", /^\d+$/);
    assert.notEqual(body.metadata.creationTimestamp, "2001-01-01T00:00:00Z");
    assert.equal(body.metadata.namespace, "default");
    assert.equal(body.metadata.generation, undefined);
  });

  it("makes names from generateName", async () => {
    const { body } = await api.post(CONFIG_MAPS, { metadata: { generateName: "gen-" } });
    assert.match(body.metadata.name ?? "", /^gen-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  });

  const badCreates: Record<
    string,
    [body: unknown, status: number, reason: string | undefined, message: RegExp | string]
  > = {
    "a name that is taken": [
      configMap("kube-root-ca.crt"),
      409,
      "AlreadyExists",
      'configmaps "kube-root-ca.crt" already exists',
    ],
    "no name": [
      { metadata: {} },
      422,
      "Invalid",
      'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
    ],
    "a resourceVersion": [
      configMap("rv", { metadata: { resourceVersion: "3" } }),
      500,
      undefined,
      "resourceVersion should not be set on objects to be created",
    ],
    "another namespace": [
      configMap("ns", { metadata: { namespace: "other" } }),
      400,
      "BadRequest",
      /^the namespace of the provided object does not match the namespace sent on the request/,
    ],
    "another kind": [{ ...configMap("k"), kind: "Secret" }, 400, "BadRequest", /Secret/],
    "labels that are no texts": [
      configMap("l", { metadata: { labels: { a: 1 } } }),
      400,
      "BadRequest",
      /metadata\.labels/,
    ],
    "a bad label": [
      configMap("l", { metadata: { labels: { "a b": "c" } } }),
      422,
      "Invalid",
      /metadata\.labels: Invalid value: "a b"/,
    ],
    "a name that is no DNS name": [
      configMap("Upper"),
      422,
      "Invalid",
      /metadata\.name: Invalid value: "Upper": a lowercase RFC 1123 subdomain/,
    ],
    "no JSON": ["{", 400, "BadRequest", /not valid JSON/],
    "a list": [[], 400, "BadRequest", /must be an object/],
    "a body nested too deep": [`${'{"a":'.repeat(3000)}1${"}".repeat(3000)}`, 400, "BadRequest", /too deep/],
  };
  for (const [why, [body, status, reason, message]] of Object.entries(badCreates)) {
    it(`refuses to create with ${why}`, async () => {
      const answer = await api.post(CONFIG_MAPS, body);
      assert.equal(answer.body.kind, "Status");
      assert.equal(answer.status, status);
      assert.equal(answer.body.reason, reason);
      if (typeof message === "string") assert.equal(answer.body.message, message);
      else assert.match(answer.body.message ?? "", message);
    });
  }

  it("answers 404 with the plural in its details", async () => {
    const { status, body } = await api.get(`${CONFIG_MAPS}/nope`);
    assert.equal(status, 404);
    assert.deepEqual(body, {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: 'configmaps "nope" not found',
      reason: "NotFound",
      details: { name: "nope", kind: "configmaps" },
      code: 404,
    });
  });

  it("answers a plain text to unknown groups and resources", async () => {
    for (const path of ["/apis/nope/v1/things", "/api/v1/things", "/nope", `${CONFIG_MAPS}/a/nope/nope`]) {
      const { status, text } = await api.get(path);
      assert.equal(status, 404, path);
      assert.match(text, /404 page not found|could not find the requested resource/);
    }
  });

  it("updates only what the given resourceVersion has not outrun", async () => {
    const { body: created } = await api.post(CONFIG_MAPS, configMap("update"));
    const first = await api.put(`${CONFIG_MAPS}/update`, { ...created, data: { a: "1" } });
    assert.equal(first.status, 200);
    const stale = await api.put(`${CONFIG_MAPS}/update`, { ...created, data: { a: "2" } });
    assert.equal(stale.status, 409);
    assert.equal(
      stale.body.message,
      'Operation cannot be fulfilled on configmaps "update": the object has been modified; please apply your changes to the latest version and try again',
    );
    assert.equal((await api.put(`${CONFIG_MAPS}/update`, configMap("update", { data: { a: "3" } }))).status, 200);
    const otherUid = configMap("update", { metadata: { uid: "other" } });
    const uid = await api.put(`${CONFIG_MAPS}/update`, otherUid);
    assert.match(uid.body.message ?? "", /Precondition failed: UID in precondition: other, UID in object meta: /);
    assert.equal((await api.put(`${CONFIG_MAPS}/update`, configMap("renamed"))).status, 400);
    assert.equal((await api.put(CONFIG_MAPS, configMap("update"))).status, 400);
  });

  it("does not write what changes nothing", async () => {
    const { body: created } = await api.post(CONFIG_MAPS, configMap("noop", { data: { a: "1" } }));
    const put = await api.put(`${CONFIG_MAPS}/noop`, configMap("noop", { data: { a: "1" } }));
    const patch = await api.patch("merge", `${CONFIG_MAPS}/noop`, { data: { a: "1" } });
    for (const { body } of [put, patch]) assert.equal(body.metadata.resourceVersion, created.metadata.resourceVersion);
  });

  it("creates by PUT for the kinds that allow it", async () => {
    const lease = { metadata: { name: "put" }, spec: { holderIdentity: "me" } };
    const path = "/apis/coordination.k8s.io/v1/namespaces/default/leases/put";
    assert.equal((await api.put(path, { ...lease, metadata: { name: "put" } })).status, 201);
    assert.equal((await api.put(`${CONFIG_MAPS}/nope`, configMap("nope"))).status, 404);
  });

  it("writes nothing in a dry run", async () => {
    const created = await api.post(`${CONFIG_MAPS}?dryRun=All`, configMap("dry"));
    assert.equal(created.status, 201);
    assert.ok(created.body.metadata.uid);
    assert.equal(created.body.metadata.resourceVersion, undefined);
    assert.equal((await api.get(`${CONFIG_MAPS}/dry`)).status, 404);
    await api.post(CONFIG_MAPS, configMap("dry"));
    assert.equal((await api.post(`${CONFIG_MAPS}?dryRun=All`, configMap("dry"))).status, 409);
    assert.equal((await api.patch("merge", `${CONFIG_MAPS}/dry?dryRun=All`, { data: { a: "b" } })).status, 200);
    assert.equal((await api.send("DELETE", `${CONFIG_MAPS}/dry?dryRun=All`)).status, 200);
    assert.deepEqual((await api.get(`${CONFIG_MAPS}/dry`)).body.data, {});
    const bad = await api.post(`${CONFIG_MAPS}?dryRun=Some`, configMap("dry2"));
    assert.equal(bad.status, 422);
    assert.equal(bad.body.details?.kind, "CreateOptions");
  });

  it("reports unknown and duplicate fields as the client wants", async () => {
    const body = '{"metadata":{"name":"NAME"},"data":{"a":"1","a":"2"},"nope":1}';
    const strict = await api.post(`${CONFIG_MAPS}?fieldValidation=Strict`, body.replace("NAME", "strict"));
    assert.equal(strict.status, 400);
    assert.match(strict.body.message ?? "", /strict decoding error: duplicate field "data\.a", unknown field "nope"/);
    const warned = await api.post(CONFIG_MAPS, body.replace("NAME", "warned"));
    assert.equal(warned.status, 201);
    assert.match(
      String(warned.headers.warning),
      /299 - "duplicate field \\"data\.a\\"", 299 - "unknown field \\"nope\\""/,
    );
    const ignored = await api.post(`${CONFIG_MAPS}?fieldValidation=Ignore`, body.replace("NAME", "ignored"));
    assert.equal(ignored.headers.warning, undefined);
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

  it("accepts YAML bodies and answers in YAML", async () => {
    const yaml = "metadata:\n  name: yaml\ndata:\n  a: 'yes'\n";
    assert.equal((await api.post(CONFIG_MAPS, yaml, { "content-type": "application/yaml" })).status, 201);
    const { text, headers } = await api.get(`${CONFIG_MAPS}/yaml`, { accept: "application/yaml" });
    assert.equal(headers["content-type"], "application/yaml");
    assert.match(text, /kind: ConfigMap/);
  });

  it("refuses bodies that are too large, of an unknown type, and answers that it cannot give", async () => {
    const large = await api.post(CONFIG_MAPS, Buffer.alloc(3 * 1024 * 1024 + 1, 32));
    assert.deepEqual([large.status, large.body.message], [413, "Request entity too large: limit is 3145728"]);
    assert.equal((await api.post(CONFIG_MAPS, "a", { "content-type": "text/plain" })).status, 415);
    assert.equal((await api.get(CONFIG_MAPS, { accept: "application/cbor" })).status, 406);
    assert.equal((await api.send("DELETE", "/api/v1/configmaps")).status, 405);
  });
});
