import assert from "node:assert/strict";
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from "node:http2";
import { createInterface } from "node:readline";
import { before, describe, it } from "node:test";
import { configMap, suiteContext, TestApi } from "./testing.ts";

let number = 0;

describe("the API, for watches", () => {
  const suite = suiteContext();
  let api: TestApi;
  before(async () => {
    api = await TestApi.start(suite);
  });

  /** A namespace of its own, with the ConfigMap kube-root-ca.crt alone. */
  async function namespace(): Promise<string> {
    const name = `watch-${++number}`;
    await api.post("/api/v1/namespaces", { metadata: { name } });
    const path = `/api/v1/namespaces/${name}/configmaps`;
    const watch = await api.watch(`${path}?watch=1`);
    await watch.next();
    watch.close();
    return path;
  }

  async function versionOf(path: string): Promise<string> {
    return (await api.get(path)).body.metadata.resourceVersion ?? "";
  }

  it("begins with what is there, then tells what happens", async () => {
    const path = await namespace();
    await api.post(path, configMap("a"));
    const watch = await api.watch(`${path}?watch=true`);
    assert.deepEqual(await watch.take(2), ["ADDED a", "ADDED kube-root-ca.crt"]);
    await api.post(path, configMap("b"));
    await api.patch("merge", `${path}/b`, { data: { x: "y" } });
    const deleted = await api.delete(`${path}/b`);
    assert.equal(deleted.status, 200);
    assert.deepEqual(await watch.take(2), ["ADDED b", "MODIFIED b"]);
    const event = await watch.next();
    assert.equal(event?.type, "DELETED");
    assert.equal(event.object.metadata.resourceVersion, await versionOf(path));
  });

  it("replays what happened after a version", async () => {
    const path = await namespace();
    const version = await versionOf(path);
    await api.post(path, configMap("a"));
    await api.delete(`${path}/a`);
    const watch = await api.watch(`${path}?watch=1&resourceVersion=${version}`);
    assert.deepEqual(await watch.take(2), ["ADDED a", "DELETED a"]);
  });

  it("shows what leaves the selection as deleted and what enters it as added", async () => {
    const path = await namespace();
    const watch = await api.watch(`${path}?watch=1&labelSelector=in%3Dyes`);
    await api.post(path, configMap("a"));
    await api.patch("merge", `${path}/a`, { metadata: { labels: { in: "yes" } } });
    await api.patch("merge", `${path}/a`, { data: { x: "1" } });
    await api.patch("merge", `${path}/a`, { metadata: { labels: { in: "no" } }, data: { x: "2" } });
    await api.patch("merge", `${path}/a`, { metadata: { labels: { in: "yes" } } });
    await api.delete(`${path}/a`);
    assert.deepEqual(await watch.take(2), ["ADDED a", "MODIFIED a"]);
    const left = await watch.next();
    assert.deepEqual([left?.type, left?.object.data], ["DELETED", { x: "1" }]);
    assert.deepEqual(await watch.take(2), ["ADDED a", "DELETED a"]);
  });

  it("watches one object by its name", async () => {
    const path = await namespace();
    const watch = await api.watch(`${path}?watch=1&resourceVersion=0&fieldSelector=metadata.name%3Da`);
    await api.post(path, configMap("ab"));
    await api.post(path, configMap("a"));
    assert.deepEqual(await watch.take(1), ["ADDED a"]);
  });

  it("says in the stream that a version is too old, and ends", async (t) => {
    let time = Date.now();
    const aged = await TestApi.start(t, { now: () => new Date(time) });
    const path = "/api/v1/namespaces/default/configmaps";
    await aged.post(path, configMap("a"));
    time += 3_600_000;
    await aged.post(path, configMap("b"));
    const watch = await aged.watch(`${path}?watch=1&resourceVersion=1`);
    assert.equal(watch.response.statusCode, 200);
    const event = await watch.next();
    assert.equal(event?.type, "ERROR");
    assert.deepEqual([event.object.code, event.object.reason], [410, "Expired"]);
    assert.match(event.object.message ?? "", /^too old resource version: 1 \(\d+\)$/);
    assert.equal(await watch.next(), undefined);
    const list = await aged.get(`${path}?resourceVersion=1&resourceVersionMatch=Exact`);
    assert.deepEqual([list.status, list.body.reason], [410, "Expired"]);
  });

  it("ends by its timeout, cleanly, with a bookmark before if the client likes them", async () => {
    const path = await namespace();
    const version = await versionOf(path);
    const watch = await api.watch(
      `${path}?watch=1&resourceVersion=${version}&timeoutSeconds=1&allowWatchBookmarks=true`,
    );
    const bookmark = await watch.next();
    assert.equal(bookmark?.type, "BOOKMARK");
    assert.deepEqual(bookmark.object, { kind: "ConfigMap", apiVersion: "v1", metadata: { resourceVersion: version } });
    assert.equal(await watch.next(), undefined);
    assert.equal(watch.response.complete, true);
  });

  it("sends the initial events of a WatchList and says when they were all", async () => {
    const path = await namespace();
    await api.post(path, configMap("a"));
    const query = "watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
    const watch = await api.watch(`${path}?${query}`);
    assert.deepEqual(await watch.take(2), ["ADDED a", "ADDED kube-root-ca.crt"]);
    const end = await watch.next();
    assert.equal(end?.type, "BOOKMARK");
    assert.deepEqual(end.object.metadata.annotations, { "k8s.io/initial-events-end": "true" });
    assert.equal(end.object.metadata.resourceVersion, await versionOf(path));
    await api.post(path, configMap("b"));
    assert.deepEqual(await watch.take(1), ["ADDED b"]);
  });

  const refused: Record<string, [query: string, status: number]> = {
    "initial events without a match": ["sendInitialEvents=true", 422],
    "a match without initial events": ["resourceVersionMatch=NotOlderThan&resourceVersion=1", 422],
    "a version that is no number": ["resourceVersion=x", 500],
    "a bad selector": ["labelSelector=%3D", 400],
  };
  for (const [why, [query, status]] of Object.entries(refused)) {
    it(`refuses ${why}`, async () => {
      assert.equal((await api.get(`/api/v1/configmaps?watch=1&${query}`)).status, status);
    });
  }

  it("prints events as Tables, the columns in the first one only", async () => {
    const path = await namespace();
    await api.post(path, configMap("a"));
    const watch = await api.watch(`${path}?watch=1`, { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" });
    const [first, second] = [await watch.next(), await watch.next()];
    assert.equal(first?.object.kind, "Table");
    assert.ok(Array.isArray(first.object.columnDefinitions));
    assert.equal(second?.object.columnDefinitions, null);
  });

  it("brings every event to 200 watchers, in order", async () => {
    const path = await namespace();
    const version = await versionOf(path);
    const session = connectHttp2(api);
    suite.after(() => session.destroy());
    const watchers = Array.from({ length: 200 }, () =>
      countVersions(session, `${path}?watch=1&resourceVersion=${version}`, 1000),
    );
    await Promise.all(watchers.map(({ open }) => open));
    for (let i = 0; i < 1000; i += 50) {
      const batch = Array.from({ length: 50 }, (_, j) => api.post(path, configMap(`n${i + j}`)));
      await Promise.all(batch);
    }
    const seen = await Promise.all(watchers.map(({ versions }) => versions));
    for (const versions of seen) {
      assert.equal(versions.length, 1000);
      assert.deepEqual(versions, seen[0]);
    }
    assert.ok((seen[0] ?? []).every((one, i, all) => i === 0 || one > (all[i - 1] ?? 0)));
  });
});

function connectHttp2({ api }: TestApi): ClientHttp2Session {
  const { certificatePem: cert, privateKeyPem: key } = api.admin;
  return connect(api.url, { ca: api.caPem, cert, key });
}

/** Opens a watch over HTTP/2 and reads the versions of its first events. */
function countVersions(session: ClientHttp2Session, path: string, count: number) {
  const stream: ClientHttp2Stream = session.request({ ":path": path });
  const open = new Promise<void>((resolve) => stream.once("response", () => resolve()));
  const versions = new Promise<number[]>((resolve) => {
    const seen: number[] = [];
    createInterface({ input: stream }).on("line", (line) => {
      seen.push(Number(/"resourceVersion":"(\d+)"/.exec(line)?.[1]));
      if (seen.length < count) return;
      stream.close();
      resolve(seen);
    });
  });
  return { open, versions };
}
