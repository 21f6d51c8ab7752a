import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openStore } from "./store.ts";
import { configMap, dataOf, namesIn, put, removeObject } from "./testing.ts";
import { ExpiredVersionError, StaleVersionError, type Store } from "./types.ts";
import type { Revision } from "./revision.ts";

const now = () => new Date("2026-01-01T00:00:00Z");

const RANGE = { collection: "configmaps", prefix: "" };

function memoryStore(maxRevisions = 100): Promise<Store> {
  return openStore({ dataDir: "memory", now, window: { maxRevisions, maxAgeMs: 60_000, maxBytes: 1 << 20 } });
}

describe("a store", () => {
  it("numbers every write, whatever its kind, by one counter", async () => {
    const store = await memoryStore();
    assert.equal(await put(store, "a"), 1);
    await store.commit({ collection: "secrets", key: "shop/s", expectedVersion: 0, object: configMap("s") });
    assert.equal(await removeObject(store, "a"), 3);
    assert.equal(store.version, 3);
  });

  it("puts the version into the object", async () => {
    const store = await memoryStore();
    await put(store, "a");
    await put(store, "a", { k: "v" });
    const stored = store.get({ collection: "configmaps", key: "shop/a" });
    assert.equal(stored?.object.metadata.resourceVersion, "2");
    assert.equal(JSON.parse(stored?.bytes.toString() ?? "").metadata.resourceVersion, "2");
  });

  it("refuses a write whose expected version is not the stored one, and says what is stored", async () => {
    const store = await memoryStore();
    await put(store, "a");
    const change = { collection: "configmaps", key: "shop/a", object: configMap("a") };
    for (const expectedVersion of [0, 7]) {
      await assert.rejects(store.commit({ ...change, expectedVersion }), (error: unknown) => {
        assert.ok(error instanceof StaleVersionError);
        assert.equal(error.head?.version, 1);
        return true;
      });
    }
    assert.equal(store.version, 1);
  });

  it("lists in the order of keys, by prefix, in pages", async () => {
    const store = await memoryStore();
    for (const name of ["c", "a", "d", "b"]) await put(store, name);
    assert.deepEqual(namesIn(store), ["a", "b", "c", "d"]);
    assert.deepEqual(store.list({ ...RANGE, prefix: "other/" }).revisions, []);
    const page = store.list({ ...RANGE, limit: 2, after: "shop/a" });
    assert.deepEqual(
      page.revisions.map(({ key }) => key),
      ["shop/b", "shop/c"],
    );
    assert.equal(page.remaining, 1);
  });

  it("reads a list as it was at an earlier version", async () => {
    const store = await memoryStore();
    await put(store, "a");
    const before = await put(store, "b", { v: "1" });
    await put(store, "b", { v: "2" });
    await removeObject(store, "a");
    await put(store, "c");
    assert.deepEqual(namesIn(store, before), ["a", "b"]);
    assert.deepEqual(namesIn(store), ["b", "c"]);
    const [, b] = store.list({ ...RANGE, atVersion: before }).revisions;
    assert.deepEqual(dataOf(b), { v: "1" });
  });

  it("replays past events to a watch, then hands over what happens, each once and in order", async () => {
    const store = await memoryStore();
    const first = await put(store, "a");
    await put(store, "b");
    const seen: string[] = [];
    const stop = store.watch({ ...RANGE, fromVersion: first }, (revisions) => {
      for (const { version, key, deleted } of revisions) seen.push(`${version} ${key}${deleted ? " gone" : ""}`);
    });
    await put(store, "c");
    await removeObject(store, "b");
    stop();
    await put(store, "d");
    assert.deepEqual(seen, ["2 shop/b", "3 shop/c", "4 shop/b gone"]);
  });

  it("shows the last state, with the version of the removal, in the event of a removal", async () => {
    const store = await memoryStore();
    await put(store, "a", { k: "v" });
    const events: Revision[] = [];
    store.watch({ ...RANGE, fromVersion: 1 }, (revisions) => events.push(...revisions));
    await removeObject(store, "a");
    assert.equal(events[0]?.object.metadata.resourceVersion, "2");
    assert.deepEqual(dataOf(events[0]), { k: "v" });
  });

  it("acknowledges a write, and tells the others of it, when one watcher fails", async () => {
    const store = await memoryStore();
    const seen: number[] = [];
    store.watch({ ...RANGE, fromVersion: 0 }, () => {
      throw new Error("a bug");
    });
    store.watch({ ...RANGE, fromVersion: 0 }, (revisions) => seen.push(...revisions.map(({ version }) => version)));
    assert.equal(await put(store, "a"), 1);
    assert.deepEqual(seen, [1]);
  });

  it("gives a watch that begins in the future nothing before that", async () => {
    const store = await memoryStore();
    const seen: number[] = [];
    store.watch({ ...RANGE, fromVersion: 2 }, (revisions) => seen.push(...revisions.map(({ version }) => version)));
    for (const name of ["a", "b", "c"]) await put(store, name);
    assert.deepEqual(seen, [3]);
  });

  it("refuses what is older than its window of history, and keeps the objects", async () => {
    const store = await memoryStore(2);
    for (const name of ["a", "b", "c", "d"]) await put(store, name);
    const expired = (error: unknown) => error instanceof ExpiredVersionError && error.oldest === 2;
    assert.throws(() => store.watch({ ...RANGE, fromVersion: 1 }, () => undefined), expired);
    assert.throws(() => store.list({ ...RANGE, atVersion: 1 }), expired);
    assert.deepEqual(namesIn(store, 2), ["a", "b"]);
    assert.deepEqual(namesIn(store), ["a", "b", "c", "d"]);
  });

  it("forgets by age as well as by number", async () => {
    let time = 0;
    const store = await openStore({
      dataDir: "memory",
      now: () => new Date(time),
      window: { maxRevisions: 100, maxAgeMs: 1000, maxBytes: 1 << 20 },
    });
    await put(store, "a");
    await removeObject(store, "a");
    time = 5000;
    await put(store, "b");
    assert.throws(() => store.list({ ...RANGE, atVersion: 1 }), ExpiredVersionError);
    assert.deepEqual(namesIn(store), ["b"]);
  });

  it("forgets by size as well, but never the newest", async () => {
    const window = { maxRevisions: 100, maxAgeMs: 60_000, maxBytes: 2000 };
    const store = await openStore({ dataDir: "memory", now, window });
    for (const name of ["a", "b", "c"]) await put(store, name, { text: "x".repeat(700) });
    assert.throws(() => store.list({ ...RANGE, atVersion: 0 }), ExpiredVersionError);
    assert.deepEqual(namesIn(store, 1), ["a"]);
    await put(store, "d", { text: "x".repeat(5000) });
    assert.deepEqual(namesIn(store, 3), ["a", "b", "c"]);
    assert.throws(() => store.list({ ...RANGE, atVersion: 2 }), ExpiredVersionError);
  });

  it("goes on through many windows", async () => {
    const store = await memoryStore(10);
    for (let i = 0; i < 5000; i++) await put(store, `n${i % 7}`, { i: String(i) });
    assert.deepEqual(namesIn(store, store.version - 10).length, 7);
    const replayed: number[] = [];
    store.watch({ ...RANGE, fromVersion: store.version - 3 }, (r) => replayed.push(...r.map(({ version }) => version)));
    assert.deepEqual(replayed, [4998, 4999, 5000]);
  });

  it("tells when it has reached a version, and when it has not", async () => {
    const store = await memoryStore();
    const { signal } = new AbortController();
    const reached = store.reached(1, 10_000, signal);
    await put(store, "a");
    assert.equal(await reached, true);
    assert.equal(await store.reached(9, 1, signal), false);
  });
});
