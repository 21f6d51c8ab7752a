import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { decodeUtf8, encodeUtf8, SecretBytes } from "@tegata/bytes";
import { TegataError } from "@tegata/errors";
import type { FetchOutcome, ReadOutcome, RemoteRef, SecretId, SecretStore } from "../contract.ts";
import { TextSecret } from "../json/text-secret.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { extractWhole, readWhole } from "../whole-secrets.ts";
import { BREAKER_FAILURES } from "./breaker.ts";
import { Flights } from "./flights.ts";
import { StoreReader, type StoreReaderOptions } from "./store-reader.ts";

type Fetch = (ids: readonly SecretId[], signal: AbortSignal) => Promise<FetchOutcome[]>;

/** A store whose provider is a function, which counts its calls. */
function storeOf(
  fetch: Fetch,
  batchSize = 1,
): SecretStore & { readonly calls: (readonly SecretId[])[]; closed: number } {
  const calls: (readonly SecretId[])[] = [];
  const whole = {
    batchSize,
    fetch: (ids: readonly SecretId[], signal: AbortSignal) => {
      calls.push(ids);
      return fetch(ids, signal);
    },
  };
  return {
    provider: "Test",
    whole,
    calls,
    closed: 0,
    read: (refs, signal) => readWhole(whole, refs, signal),
    extract: (ref, signal) => extractWhole(whole, ref, signal),
    validate: async () => "valid",
    async close() {
      this.closed++;
    },
  };
}

const answerAll: Fetch = async (ids) =>
  ids.map(({ key }) => ({ kind: "found", secret: new TextSecret(encodeUtf8(JSON.stringify({ v: key, w: 1 })), "1") }));

const unavailable = (retryAfterMs?: number) =>
  new TegataError({
    kind: "unavailable",
    code: "STORE_FAILED",
    message: "no answer",
    remedy: "Wait",
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });

function refTo(key: string, property = "v", version = ""): RemoteRef {
  return { key, property, version, what: "value" };
}

const textOf = (outcome: ReadOutcome | undefined) =>
  outcome?.kind === "found" ? decodeUtf8(outcome.bytes.reveal()) : outcome?.kind;
const never = () => new AbortController().signal;

async function share(store: SecretStore, options: StoreReaderOptions = {}) {
  const clock = new ManualClock();
  const reader = new StoreReader({ clock, random: () => 0.5, ...options });
  const identity = { key: "SecretStore/shop/vault", revision: "1", displayName: 'SecretStore "shop/vault"' };
  return { clock, reader, identity, shared: await reader.use(identity, async () => store) };
}

describe("the store reader shares", () => {
  it("one call among 5,000 references to one key, whatever property they want", async () => {
    const store = storeOf(answerAll);
    const reads = { fetched: 0, shared: 0, throttled: 0, rejected: 0 };
    const metrics = { apiCall() {}, read: (_: string, how: keyof typeof reads) => void reads[how]++ };
    const { shared } = await share(store, { metrics });
    const outcomes = await Promise.all(
      Array.from({ length: 5000 }, (_, i) => shared.read([refTo("app/db", i % 2 === 0 ? "v" : "w")], never())),
    );
    assert.deepEqual(new Set(outcomes.flat().map(textOf)), new Set(["app/db", "1"]));
    assert.equal(store.calls.length, 1);
    assert.deepEqual(reads, { fetched: 1, shared: 4999, throttled: 0, rejected: 0 });
  });
  it("no call among different keys, versions or kinds of content", async () => {
    const store = storeOf(answerAll);
    const { shared } = await share(store);
    await shared.read([refTo("a"), refTo("b"), refTo("a", "v", "1"), { ...refTo("a"), what: "metadata" }], never());
    assert.equal(store.calls.length, 4);
  });
  it("a value for as long as it is fresh, and not with who asks for a later one", async () => {
    const store = storeOf(answerAll);
    const { shared, clock, reader } = await share(store, { freshnessMs: 1000 });
    await shared.read([refTo("a")], never());
    clock.advance(900);
    await shared.read([refTo("a")], never());
    assert.equal(store.calls.length, 1);
    await shared.read([refTo("a")], never(), { notBeforeMs: reader.nowMs() });
    assert.equal(store.calls.length, 2);
    clock.advance(1001);
    await shared.read([refTo("a")], never());
    assert.equal(store.calls.length, 3);
  });
  it("extraction with reads of the same secret", async () => {
    const store = storeOf(answerAll);
    const { shared } = await share(store);
    const [extracted] = await Promise.all([
      shared.extract(refTo("a", ""), never()),
      shared.read([refTo("a")], never()),
    ]);
    assert.equal(extracted.kind, "found");
    assert.equal(store.calls.length, 1);
  });
  it("a failure with those who waited for it, and with nobody after them", async () => {
    let fails = true;
    const store = storeOf(async (ids, signal) => {
      if (fails) throw unavailable();
      return answerAll(ids, signal);
    });
    const { shared } = await share(store);
    const both = await Promise.allSettled([shared.read([refTo("a")], never()), shared.read([refTo("a")], never())]);
    assert.deepEqual(
      both.map(({ status }) => status),
      ["rejected", "rejected"],
    );
    assert.equal(store.calls.length, 1);
    fails = false;
    assert.equal(textOf((await shared.read([refTo("a")], never()))[0]), "a");
  });
  it("bytes that the caller may wipe", async () => {
    const { shared } = await share(storeOf(answerAll));
    const [first] = await shared.read([refTo("a")], never());
    if (first?.kind === "found") first.bytes.wipe();
    assert.equal(textOf((await shared.read([refTo("a")], never()))[0]), "a");
  });
  it("reads of a store without whole secrets by the whole reference", async () => {
    const calls: RemoteRef[] = [];
    const { whole: _, ...store } = storeOf(answerAll);
    const single: SecretStore = {
      ...store,
      read: async (refs) => {
        calls.push(...refs);
        return refs.map(({ property }) => ({
          kind: "found",
          bytes: new SecretBytes(encodeUtf8(property)),
          version: "",
        }));
      },
    };
    const { shared } = await share(single);
    const outcomes = await shared.read([refTo("a", "x"), refTo("a", "y"), refTo("a", "x")], never());
    assert.deepEqual(outcomes.map(textOf), ["x", "y", "x"]);
    assert.equal(calls.length, 2);
  });
  it("one search among all who search for the same, and none with who asks for a later one", async () => {
    let finds = 0;
    const find = async () => {
      finds++;
      return new Map([["a", new SecretBytes(encodeUtf8("1"))]]);
    };
    const { shared, clock, reader } = await share({ ...storeOf(answerAll), lister: { find } });
    const query = { path: "", nameRegexp: "a", tags: { x: "1", y: "2" } };
    const [found] = await Promise.all([
      shared.lister?.find(query, never()),
      shared.lister?.find({ ...query, tags: { y: "2", x: "1" } }, never()),
    ]);
    assert.equal(decodeUtf8(found?.get("a")?.reveal() ?? new Uint8Array()), "1");
    assert.equal(finds, 1);
    clock.advance(1);
    await shared.lister?.find(query, never(), { notBeforeMs: reader.nowMs() });
    assert.equal(finds, 2);
  });
  it("nothing that was read before a write or an announced change", async () => {
    let announce: (key: string) => void = () => {};
    const store: SecretStore & { readonly calls: unknown[] } = {
      ...storeOf(answerAll),
      writer: { write: async () => {}, remove: async () => {}, exists: async () => true },
      watcher: {
        watch: async (onChange) => {
          announce = onChange;
        },
      },
    };
    const { shared } = await share(store);
    const told: string[] = [];
    await shared.watcher?.watch((key) => told.push(key), never());
    await shared.read([refTo("a")], never());
    await shared.writer?.write(refTo("a"), new SecretBytes(encodeUtf8("x")), never());
    await shared.read([refTo("a")], never());
    announce("a");
    await shared.read([refTo("a")], never());
    assert.deepEqual([store.calls.length, told], [3, ["a"]]);
  });
  it("keeps no value in memory for longer than it is fresh", async () => {
    const flights = new Flights<string>(1, () => performance.now());
    await flights.share("a", 0, never(), async () => "value");
    while (flights.size > 0) await turn();
  });
});

describe("the store reader batches", () => {
  it("what is asked for at the same time into as few calls as the provider allows", async () => {
    const store = storeOf(answerAll, 20);
    const { shared } = await share(store);
    const keys = Array.from({ length: 50 }, (_, i) => `key-${i}`);
    const outcomes = await Promise.all(keys.map((key) => shared.read([refTo(key)], never())));
    assert.deepEqual(outcomes.flat().map(textOf), keys);
    assert.deepEqual(
      store.calls.map(({ length }) => length),
      [20, 20, 10],
    );
  });
  it("so that an error of one secret is of that secret alone", async () => {
    const store = storeOf(
      async (ids) =>
        ids.map(
          ({ key }): FetchOutcome => (key === "bad" ? { kind: "error", error: unavailable() } : { kind: "absent" }),
        ),
      20,
    );
    const { shared } = await share(store);
    const outcomes = await shared.read([refTo("good"), refTo("bad")], never());
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      ["absent", "error"],
    );
  });
});

describe("the store reader spares a store", () => {
  it("that answers 429: nobody asks before the end of the pause", async () => {
    let throttled = true;
    const store = storeOf(async (ids, signal) => {
      if (throttled) throw unavailable(7000);
      return answerAll(ids, signal);
    });
    const { shared, clock } = await share(store);
    await assert.rejects(shared.read([refTo("a")], never()), { retryAfterMs: 7000 });
    throttled = false;
    clock.advance(6999);
    await assert.rejects(shared.read([refTo("b")], never()), { code: "STORE_THROTTLED", kind: "unavailable" });
    assert.equal(store.calls.length, 1);
    clock.advance(2);
    assert.equal(textOf((await shared.read([refTo("b")], never()))[0]), "b");
  });
  it("that is down: after some failures it is asked once at a time, in growing intervals", async () => {
    const store = storeOf(() => Promise.reject(unavailable()));
    const { shared, clock } = await share(store);
    for (let i = 0; i < BREAKER_FAILURES; i++) await assert.rejects(shared.read([refTo(`${i}`)], never()));
    await assert.rejects(shared.read([refTo("x")], never()), { code: "STORE_DOWN" });
    assert.equal(store.calls.length, BREAKER_FAILURES);
    clock.advance(1001);
    const tries = await Promise.allSettled(["p", "q", "r"].map((key) => shared.read([refTo(key)], never())));
    assert.deepEqual(
      tries.map(({ status }) => status),
      ["rejected", "rejected", "rejected"],
    );
    assert.equal(store.calls.length, BREAKER_FAILURES + 1);
    clock.advance(1500);
    await assert.rejects(shared.read([refTo("x")], never()), { code: "STORE_DOWN" });
    assert.equal(store.calls.length, BREAKER_FAILURES + 1);
  });
  it("and asks freely again once it has answered, be it with a refusal", async () => {
    let answer: Fetch = () => Promise.reject(unavailable());
    const store = storeOf((ids, signal) => answer(ids, signal));
    const { shared, clock } = await share(store);
    for (let i = 0; i < BREAKER_FAILURES; i++) await assert.rejects(shared.read([refTo(`${i}`)], never()));
    clock.advance(1001);
    const denied = new TegataError({ kind: "denied", code: "STORE_ACCESS_DENIED", message: "no", remedy: "ask" });
    answer = () => Promise.reject(denied);
    await assert.rejects(shared.read([refTo("a")], never()), { code: "STORE_ACCESS_DENIED" });
    answer = answerAll;
    const outcomes = await Promise.all([shared.read([refTo("b")], never()), shared.read([refTo("c")], never())]);
    assert.deepEqual(outcomes.flat().map(textOf), ["b", "c"]);
  });
  it("but does not take it for down because of one secret that it answers wrongly", async () => {
    const odd = new TegataError({
      kind: "unavailable",
      code: "STORE_ANSWER_UNEXPECTED",
      message: "odd",
      remedy: "look",
    });
    const store = storeOf(async (ids, signal) => {
      if (ids[0]?.key === "odd") throw odd;
      return answerAll(ids, signal);
    });
    const { shared } = await share(store);
    for (let i = 0; i < 2 * BREAKER_FAILURES; i++)
      await assert.rejects(shared.read([refTo("odd")], never()), { message: "odd" });
    assert.equal(textOf((await shared.read([refTo("a")], never()))[0]), "a");
  });
  it("by asking no faster than its budget", async () => {
    const store = storeOf(answerAll);
    const { shared, clock } = await share(store, { callsPerSecond: 10, burst: 3, concurrency: 100 });
    const reads = Promise.all(Array.from({ length: 13 }, (_, i) => shared.read([refTo(`${i}`)], never())));
    const callsByTime: number[] = [];
    for (let tenth = 0; tenth <= 10; tenth++) {
      for (let i = 0; i < 5; i++) await turn();
      callsByTime.push(store.calls.length);
      clock.advance(100);
    }
    await reads;
    assert.deepEqual(callsByTime, [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
  });
  it("by keeping the budget that the store itself asks for", async () => {
    const store = { ...storeOf(answerAll), budget: { callsPerSecond: 1, burst: 2 } };
    const { shared, clock } = await share(store);
    const reads = Promise.all(Array.from({ length: 3 }, (_, i) => shared.read([refTo(`${i}`)], never())));
    for (let i = 0; i < 10; i++) await turn();
    assert.equal(store.calls.length, 2);
    clock.advance(1000);
    await reads;
    assert.equal(store.calls.length, 3);
  });
  it("by having no more calls under way than its budget", async () => {
    let underWay = 0;
    let most = 0;
    const store = storeOf(async (ids, signal) => {
      most = Math.max(most, ++underWay);
      await turn();
      underWay--;
      return answerAll(ids, signal);
    });
    const { shared } = await share(store, { concurrency: 4 });
    await Promise.all(Array.from({ length: 50 }, (_, i) => shared.read([refTo(`${i}`)], never())));
    assert.equal(most, 4);
    assert.equal(store.calls.length, 50);
  });
});

describe("a store that hangs", () => {
  const hang: Fetch = () => new Promise(() => {});

  it("fails its own readers at the deadline, and no other store's", async () => {
    const clock = new ManualClock();
    const reader = new StoreReader({ clock, callTimeoutMs: 5000, random: () => 0.5 });
    const stuck = await reader.use({ key: "stuck", revision: "1", displayName: "stuck" }, async () => storeOf(hang));
    const well = await reader.use({ key: "well", revision: "1", displayName: "well" }, async () => storeOf(answerAll));
    const read = stuck.read([refTo("a")], never());
    assert.equal(textOf((await well.read([refTo("a")], never()))[0]), "a");
    while (clock.alarms === 0) await turn();
    clock.advance(5000);
    await assert.rejects(read, { code: "STORE_TIMEOUT", kind: "unavailable" });
  });
  it("is let go of when the last reader gives up, and not before", async () => {
    let aborted = false;
    const store = storeOf((_, signal) => {
      signal.addEventListener("abort", () => (aborted = true));
      return new Promise(() => {});
    });
    const { shared } = await share(store);
    const [first, second] = [new AbortController(), new AbortController()];
    const reads = [shared.read([refTo("a")], first.signal), shared.read([refTo("a")], second.signal)];
    while (store.calls.length === 0) await turn();
    first.abort(new Error("first"));
    await assert.rejects(reads[0] ?? Promise.resolve(), /first/);
    assert.equal(aborted, false);
    second.abort(new Error("second"));
    await assert.rejects(reads[1] ?? Promise.resolve(), /second/);
    assert.equal(aborted, true);
  });
});

describe("the store reader opens", () => {
  it("a store once per revision, and closes the older one", async () => {
    const [old, next] = [storeOf(answerAll), storeOf(answerAll)];
    const { reader, identity, shared } = await share(old);
    assert.equal(await reader.use(identity, async () => assert.fail("opened twice")), shared);
    await reader.use({ ...identity, revision: "2" }, async () => next);
    while (old.closed === 0) await turn();
    await reader.close();
    assert.deepEqual([old.closed, next.closed], [1, 1]);
  });
  it("a store again after opening it failed", async () => {
    const reader = new StoreReader();
    const identity = { key: "k", revision: "1", displayName: "k" };
    await assert.rejects(reader.use(identity, () => Promise.reject(unavailable())));
    await reader.use(identity, async () => storeOf(answerAll));
    await reader.close();
  });
});
