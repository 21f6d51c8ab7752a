import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { configMap, suiteContext, TestApi, type TestAnswer } from "./testing.ts";

const NAMESPACE = "/api/v1/namespaces/default";
const CONFIG_MAPS = `${NAMESPACE}/configmaps`;

function names({ body }: TestAnswer): string[] {
  return (body.items as unknown as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name);
}

function listMeta({ body }: TestAnswer): { resourceVersion?: string; continue?: string; remainingItemCount?: number } {
  return body.metadata as never;
}

describe("the API, for lists", () => {
  const suite = suiteContext();
  let api: TestApi;
  before(async () => {
    api = await TestApi.start(suite);
    for (const i of [1, 2, 3, 4, 5]) {
      const labels = { app: "list", parity: i % 2 === 0 ? "even" : "odd", n: String(i) };
      await api.post(CONFIG_MAPS, configMap(`l${i}`, { metadata: { labels } }));
    }
  });

  it("has the kind of the list and the version at which it was read", async () => {
    const answer = await api.get(`${CONFIG_MAPS}?labelSelector=app%3Dlist`);
    assert.equal(answer.body.kind, "ConfigMapList");
    assert.equal(answer.body.apiVersion, "v1");
    assert.match(listMeta(answer).resourceVersion ?? "", /^\d+$/);
    assert.deepEqual(names(answer), ["l1", "l2", "l3", "l4", "l5"]);
  });

  it("is read over all namespaces", async () => {
    const all = await api.get("/api/v1/configmaps?fieldSelector=metadata.name%3Dkube-root-ca.crt");
    assert.equal(names(all).length, 4);
  });

  it("comes in chunks that all show the same moment", async () => {
    const first = await api.get(`${CONFIG_MAPS}?limit=3`);
    assert.deepEqual(names(first), ["kube-root-ca.crt", "l1", "l2"]);
    assert.equal(listMeta(first).remainingItemCount, 3);
    await api.post(CONFIG_MAPS, configMap("l25"));
    await api.delete(`${CONFIG_MAPS}/l5`);
    const second = await api.get(`${CONFIG_MAPS}?limit=2&continue=${listMeta(first).continue}`);
    assert.deepEqual(names(second), ["l3", "l4"]);
    assert.equal(listMeta(second).resourceVersion, listMeta(first).resourceVersion);
    const third = await api.get(`${CONFIG_MAPS}?limit=2&continue=${listMeta(second).continue}`);
    assert.deepEqual(names(third), ["l5"]);
    assert.equal(listMeta(third).continue, undefined);
    await api.delete(`${CONFIG_MAPS}/l25`);
    await api.post(CONFIG_MAPS, configMap("l5", { metadata: { labels: { app: "list", n: "5", parity: "odd" } } }));
  });

  it("comes in full chunks with a selector, and then does not tell how many remain", async () => {
    const first = await api.get(`${CONFIG_MAPS}?limit=2&labelSelector=parity%3Dodd`);
    assert.deepEqual(names(first), ["l1", "l3"]);
    assert.equal(listMeta(first).remainingItemCount, undefined);
    const second = await api.get(`${CONFIG_MAPS}?labelSelector=parity%3Dodd&continue=${listMeta(first).continue}`);
    assert.deepEqual(names(second), ["l5"]);
  });

  it("ignores the limit at any version, as a cache would", async () => {
    assert.equal(names(await api.get(`${CONFIG_MAPS}?limit=1&resourceVersion=0`)).length, 6);
  });

  it("is read at an exact earlier version", async () => {
    const version = listMeta(await api.get(CONFIG_MAPS)).resourceVersion ?? "";
    await api.post(CONFIG_MAPS, configMap("later"));
    const exact = await api.get(`${CONFIG_MAPS}?resourceVersion=${version}&resourceVersionMatch=Exact`);
    assert.ok(!names(exact).includes("later"));
    assert.equal(listMeta(exact).resourceVersion, version);
    const notOlder = await api.get(`${CONFIG_MAPS}?resourceVersion=${version}`);
    assert.ok(names(notOlder).includes("later"));
    await api.delete(`${CONFIG_MAPS}/later`);
  });

  const selectors: Record<string, string[]> = {
    "labelSelector=app=list,n in (1,3)": ["l1", "l3"],
    "labelSelector=app=list,n notin (1,2,3)": ["l4", "l5"],
    "labelSelector=app,!nope,parity!=odd": ["l2", "l4"],
    "labelSelector=n>3": ["l4", "l5"],
    "fieldSelector=metadata.name=l2": ["l2"],
    "fieldSelector=metadata.name!=l2&labelSelector=app": ["l1", "l3", "l4", "l5"],
    "fieldSelector=metadata.namespace=other": [],
  };
  for (const [query, expected] of Object.entries(selectors)) {
    it(`selects by ${query}`, async () => {
      const encoded = query.replace(
        /(Selector=)([^&]*)/g,
        (_, head: string, value: string) => head + encodeURIComponent(value),
      );
      assert.deepEqual(names(await api.get(`${CONFIG_MAPS}?${encoded}`)), expected);
    });
  }

  const refused: Record<string, [query: string, status: number, message: RegExp]> = {
    "a bad label selector": ["labelSelector=a%3D%3D%3Db", 400, /unable to parse requirement: /],
    "an unknown field": ["fieldSelector=spec.x%3D1", 400, /^field label not supported: spec\.x$/],
    "a bad continue token": ["continue=abc", 400, /continue key is not valid/],
    "a version that is no number": ["resourceVersion=x", 400, /Invalid value: "x"/],
    "a match without a version": [
      "resourceVersionMatch=Exact",
      422,
      /resourceVersionMatch is forbidden unless resourceVersion is provided/,
    ],
    "an unknown match": [
      "resourceVersion=1&resourceVersionMatch=Some",
      422,
      /Unsupported value: "Some": supported values: "Exact", "NotOlderThan", ""/,
    ],
    "initial events": ["sendInitialEvents=true", 422, /sendInitialEvents is forbidden for list/],
  };
  for (const [why, [query, status, message]] of Object.entries(refused)) {
    it(`refuses ${why}`, async () => {
      const { body, ...answer } = await api.get(`${CONFIG_MAPS}?${query}`);
      assert.equal(answer.status, status);
      assert.match(body.message ?? "", message);
    });
  }

  it("refuses a version together with a continue token", async () => {
    const token = listMeta(await api.get(`${CONFIG_MAPS}?limit=1`)).continue;
    const { status, body } = await api.get(`${CONFIG_MAPS}?continue=${token}&resourceVersion=5`);
    assert.deepEqual([status, body.message], [400, "specifying resource version is not allowed when using continue"]);
  });

  it("waits a little for a version to come, then says that it is too large", async () => {
    const { status, body, headers } = await api.get(`${CONFIG_MAPS}?resourceVersion=999999`);
    assert.equal(status, 504);
    assert.equal(body.reason, "Timeout");
    assert.equal(body.details?.causes?.[0]?.reason, "ResourceVersionTooLarge");
    assert.equal(headers["retry-after"], "1");
  });

  it("is printed as a Table or as metadata alone when the client asks so", async () => {
    const table = await api.get(CONFIG_MAPS, {
      accept: "application/json;as=Table;v=v1;g=meta.k8s.io,application/json",
    });
    assert.equal(table.headers["content-type"], "application/json;as=Table;v=v1;g=meta.k8s.io");
    assert.equal(table.body.kind, "Table");
    assert.equal((table.body.rows as unknown[]).length, 6);
    const partial = await api.get(CONFIG_MAPS, {
      accept: "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io",
    });
    assert.equal(partial.body.kind, "PartialObjectMetadataList");
    assert.deepEqual(names(partial).at(-1), "l5");
    const one = await api.get(`${CONFIG_MAPS}/l1`, {
      accept: "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io",
    });
    assert.deepEqual(Object.keys(one.body).toSorted(), ["apiVersion", "kind", "metadata"]);
  });
});
