import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { JsonObject } from "@tegata/kube-types";
import { suiteContext, TestApi } from "./testing.ts";

const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/** A CRD in one or more versions, the first of which is stored. */
function crd(plural: string, versions: JsonObject[], more: JsonObject = {}): JsonObject {
  const kind = plural.slice(0, 1).toUpperCase() + plural.slice(1, -1);
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.example.org` },
    spec: { group: "example.org", scope: "Namespaced", names: { plural, kind }, versions, ...more },
  };
}

function version(name: string, spec: JsonObject, more: JsonObject = {}): JsonObject {
  const schema = {
    openAPIV3Schema: {
      type: "object",
      properties: { spec, status: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
    },
  };
  return { name, served: true, storage: name === "v1", schema, ...more };
}

const SPEC: JsonObject = {
  type: "object",
  properties: { size: { type: "integer", default: 1 }, image: { type: "string" }, replicas: { type: "integer" } },
};

describe("the API, for custom resources", () => {
  const suite = suiteContext();
  let api: TestApi;
  before(async () => {
    api = await TestApi.start(suite);
    const scale = { specReplicasPath: ".spec.replicas", statusReplicasPath: ".status.replicas" };
    const withStatus = version("v1", SPEC, { subresources: { status: {}, scale } });
    await define(crd("widgets", [withStatus, version("v2", SPEC, { subresources: { status: {} } })]));
    await define(crd("plains", [version("v1", SPEC)]));
  });

  /** Creates or changes a CRD, and waits until it is served. */
  async function define(body: JsonObject): Promise<void> {
    const { name } = body.metadata as { name: string };
    const current = await api.get(`${CRDS}/${name}`);
    if (current.status === 404) assert.equal((await api.post(CRDS, body)).status, 201);
    else await api.put(`${CRDS}/${name}`, { ...current.body, spec: body.spec ?? {} });
    const watch = await api.watch(`${CRDS}?watch=1&fieldSelector=metadata.name%3D${name}`);
    for (let event = await watch.next(); event !== undefined; event = await watch.next()) {
      const { conditions = [] } = (event.object.status ?? {}) as unknown as {
        conditions?: { type: string; status: string }[];
      };
      if (conditions.some(({ type, status }) => type === "Established" && status === "True")) break;
    }
    watch.close();
  }

  const path = (plural: string, name = "", at = "v1") =>
    `/apis/example.org/${at}/namespaces/default/${plural}${name === "" ? "" : `/${name}`}`;
  const widget = (name: string, spec: JsonObject = {}, at = "v1"): JsonObject => ({
    apiVersion: `example.org/${at}`,
    kind: "Widget",
    metadata: { name },
    spec,
  });

  it("wants to be told apiVersion and kind", async () => {
    const { status, body } = await api.post(path("widgets"), { metadata: { name: "a" } });
    assert.equal(status, 400);
    assert.match(body.message ?? "", /Object 'Kind' is missing/);
  });

  it("fills in defaults, drops unknown fields with a warning, and checks the rest", async () => {
    const created = await api.post(path("widgets"), widget("defaults", { image: "i", nope: 1 }));
    assert.deepEqual(created.body.spec, { image: "i", size: 1 });
    assert.match(String(created.headers.warning), /unknown field \\"spec\.nope\\"/);
    const bad = await api.post(path("widgets"), widget("bad", { size: "big" }));
    assert.equal(bad.status, 422);
    assert.equal(bad.body.details?.kind, "Widget");
    assert.equal(bad.body.details?.causes?.[0]?.field, "spec.size");
    const strict = await api.send(
      "PATCH",
      `${path("widgets", "defaults")}?fieldValidation=Strict`,
      { spec: { nope: 1 } },
      { "content-type": "application/merge-patch+json" },
    );
    assert.equal(strict.status, 422);
    assert.match(
      strict.body.message ?? "",
      /^Widget\.example\.org "defaults" is invalid: patch: Invalid value: strict decoding error: unknown field "spec\.nope"$/,
    );
  });

  it("is overwritten only with a resourceVersion, and has no strategic merge patch", async () => {
    await api.post(path("widgets"), widget("put"));
    const blind = await api.put(path("widgets", "put"), widget("put", { size: 2 }));
    assert.equal(blind.status, 422);
    assert.match(
      blind.body.message ?? "",
      /metadata\.resourceVersion: Invalid value: 0: must be specified for an update/,
    );
    assert.equal((await api.put(path("widgets", "nope"), widget("nope"))).status, 404);
    const strategic = await api.patch("strategic-merge", path("widgets", "put"), {});
    assert.equal(strategic.status, 415);
  });

  it("keeps status and the rest apart where it has a status subresource", async () => {
    await api.post(path("widgets"), { ...widget("status"), status: { ready: true } });
    assert.equal((await api.get(path("widgets", "status"))).body.status, undefined);
    const set = await api.patch("merge", `${path("widgets", "status")}/status`, {
      status: { ready: true },
      spec: { size: 9 },
    });
    assert.deepEqual([set.body.status, set.body.spec, set.body.metadata.generation], [{ ready: true }, { size: 1 }, 1]);
    const both = await api.patch("merge", path("widgets", "status"), { status: { ready: false }, spec: { size: 3 } });
    assert.deepEqual(
      [both.body.status, both.body.spec, both.body.metadata.generation],
      [{ ready: true }, { size: 3 }, 2],
    );
  });

  it("counts a change of the status where that is a field like any other", async () => {
    const plain = { apiVersion: "example.org/v1", kind: "Plain", metadata: { name: "p" }, status: { a: 1 } };
    assert.equal((await api.post(path("plains"), plain)).body.metadata.generation, 1);
    assert.equal((await api.patch("merge", path("plains", "p"), { status: { a: 2 } })).body.metadata.generation, 2);
    assert.equal(
      (await api.patch("merge", path("plains", "p"), { metadata: { labels: { a: "b" } } })).body.metadata.generation,
      2,
    );
    assert.equal((await api.get(`${path("plains", "p")}/status`)).status, 404);
  });

  it("is scaled", async () => {
    await api.post(path("widgets"), widget("scale", { replicas: 1 }));
    const scaled = await api.patch("merge", `${path("widgets", "scale")}/scale`, { spec: { replicas: 4 } });
    assert.equal(scaled.body.kind, "Scale");
    assert.deepEqual((await api.get(path("widgets", "scale"))).body.spec, { replicas: 4, size: 1 });
  });

  it("is served in all of its versions, whichever is stored", async () => {
    await api.post(path("widgets", "", "v2"), widget("versions", { size: 5 }, "v2"));
    const asV1 = await api.get(path("widgets", "versions"));
    assert.deepEqual([asV1.body.apiVersion, asV1.body.spec], ["example.org/v1", { size: 5 }]);
    const list = await api.get(`${path("widgets", "", "v2")}?fieldSelector=metadata.name%3Dversions`);
    assert.deepEqual((list.body.items as unknown as { apiVersion: string }[])[0]?.apiVersion, "example.org/v2");
    const watch = await api.watch(`${path("widgets", "", "v2")}?watch=1&fieldSelector=metadata.name%3Dversions`);
    assert.equal((await watch.next())?.object.apiVersion, "example.org/v2");
    await api.patch("merge", path("widgets", "versions"), { spec: { size: 6 } });
    const event = await watch.next();
    assert.deepEqual([event?.object.apiVersion, event?.object.spec], ["example.org/v2", { size: 6 }]);
    const same = await api.put(path("widgets", "versions", "v2"), { ...event?.object });
    assert.equal(same.body.metadata.resourceVersion, event?.object.metadata.resourceVersion);
  });

  it("shows the defaults of a schema that came later, ends watches then, and goes with its CRD", async () => {
    await define(crd("laters", [version("v1", { type: "object", properties: { a: { type: "integer" } } })]));
    await api.post(path("laters"), {
      apiVersion: "example.org/v1",
      kind: "Later",
      metadata: { name: "l" },
      spec: { a: 1 },
    });
    const watch = await api.watch(`${path("laters")}?watch=1`);
    await watch.next();
    const properties = { a: { type: "integer" }, b: { type: "integer", default: 2 } };
    await define(crd("laters", [version("v1", { type: "object", properties })]));
    assert.equal(await watch.next(), undefined);
    assert.deepEqual((await api.get(path("laters", "l"))).body.spec, { a: 1, b: 2 });
    const again = await api.watch(`${path("laters")}?watch=1`);
    assert.deepEqual((await again.next())?.object.spec, { a: 1, b: 2 });
    await api.delete(`${CRDS}/laters.example.org`);
    for (let event = await again.next(); event !== undefined; ) event = await again.next();
    const gone = await api.watch(`${CRDS}?watch=1&fieldSelector=metadata.name%3Dlaters.example.org&resourceVersion=1`);
    for (let event = await gone.next(); event?.type !== "DELETED"; ) event = await gone.next();
    assert.equal((await api.get(path("laters"))).status, 404);
  });

  it("applies server-side", async () => {
    const apply = (manager: string, spec: JsonObject) =>
      api.patch("apply", `${path("widgets", "ssa")}?fieldManager=${manager}`, widget("ssa", spec));
    assert.equal((await apply("one", { size: 2, image: "i" })).status, 201);
    const conflict = await apply("two", { size: 3 });
    assert.equal(conflict.status, 409);
    assert.deepEqual(
      conflict.body.details?.causes?.map(({ field }) => field),
      [".spec.size"],
    );
    const dropped = await apply("one", { image: "i" });
    assert.deepEqual(dropped.body.spec, { image: "i", size: 1 });
  });
});
