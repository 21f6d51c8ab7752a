import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { configMap, suiteContext, TestApi } from "./testing.ts";

const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

describe("the API, for bodies and answers", () => {
  const suite = suiteContext();
  let api: TestApi;
  before(async () => {
    api = await TestApi.start(suite);
  });

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
