import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { configMap, suiteContext, TestApi } from "./testing.ts";

const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

describe("the API, for creates and updates", () => {
  const suite = suiteContext();
  let api: TestApi;
  before(async () => {
    api = await TestApi.start(suite);
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
});
