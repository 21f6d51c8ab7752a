import assert from "node:assert/strict";
import { type ChildProcess, execFile, fork } from "node:child_process";
import { once } from "node:events";
import { chmod, readdir, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { openStore } from "./store.ts";
import { dataOf, namesIn, put, removeObject, temporaryDir } from "./testing.ts";

const now = () => new Date();

async function segments(dir: string): Promise<string[]> {
  return (await readdir(dir)).filter((name) => name.startsWith("log-")).sort();
}

/** A folder with the ConfigMaps a, b and c, written one after the other. */
async function writtenDir(dir: string): Promise<string> {
  const store = await openStore({ dataDir: dir, now });
  for (const name of ["a", "b", "c"]) await put(store, name, { text: name });
  await store.close();
  const [segment = ""] = await segments(dir);
  return join(dir, segment);
}

describe("a store on disk", () => {
  it("has everything again after a restart: objects, removals, versions and the events of the log", async (t) => {
    const dir = await temporaryDir(t);
    const first = await openStore({ dataDir: dir, now });
    await put(first, "a");
    await put(first, "b", { umlaut: "ä\u2028\n" });
    await removeObject(first, "a");
    await first.close();
    const second = await openStore({ dataDir: dir, now });
    assert.deepEqual(namesIn(second), ["b"]);
    assert.deepEqual(dataOf(second.list({ collection: "configmaps", prefix: "" }).revisions[0]), {
      umlaut: "ä\u2028\n",
    });
    const events: string[] = [];
    second.watch({ collection: "configmaps", prefix: "", fromVersion: 1 }, (revisions) => {
      for (const { version, object, deleted } of revisions) {
        events.push(`${version} ${object.metadata.name ?? ""} ${object.metadata.resourceVersion ?? ""} ${deleted}`);
      }
    });
    assert.deepEqual(events, ["2 b 2 false", "3 a 3 true"]);
    assert.equal(await put(second, "c"), 4);
    await second.close();
  });

  it("keeps its folder and files to its user", async (t) => {
    const dir = await temporaryDir(t);
    await chmod(dir, 0o755);
    const segment = await writtenDir(dir);
    assert.equal((await stat(dir)).mode & 0o777, 0o700);
    assert.equal((await stat(segment)).mode & 0o777, 0o600);
  });

  it("acknowledges a batch of writes in order, and shows none before it is durable", async (t) => {
    const store = await openStore({ dataDir: await temporaryDir(t), now });
    const published: number[] = [];
    store.watch({ collection: "configmaps", prefix: "", fromVersion: 0 }, (revisions) =>
      published.push(...revisions.map(({ version }) => version)),
    );
    const acknowledged: number[] = [];
    const writes = Array.from({ length: 200 }, (_, i) =>
      put(store, `n${i}`).then((version) => {
        assert.ok(store.version >= version);
        acknowledged.push(version);
      }),
    );
    assert.equal(store.version, 0);
    await Promise.all(writes);
    const all = Array.from({ length: 200 }, (_, i) => i + 1);
    assert.deepEqual(published, all);
    assert.deepEqual(acknowledged, all);
    await store.close();
  });

  it("replaces a long log by a snapshot, and drops what that makes superfluous", async (t) => {
    const dir = await temporaryDir(t);
    const store = await openStore({ dataDir: dir, now, snapshotAfterBytes: 2000 });
    for (let i = 0; i < 100; i++) await put(store, `n${i % 5}`, { i: String(i) });
    await store.close();
    const names = await readdir(dir);
    assert.equal(names.filter((name) => name.startsWith("snapshot-")).length, 1);
    assert.ok((await segments(dir)).length <= 2);
    const again = await openStore({ dataDir: dir, now, snapshotAfterBytes: 2000 });
    assert.equal(again.version, 100);
    assert.deepEqual(namesIn(again), ["n0", "n1", "n2", "n3", "n4"]);
    assert.equal(await put(again, "n0"), 101);
    await again.close();
  });

  it("cuts off a torn last record, however much of it is there", async (t) => {
    const whole = await readFile(await writtenDir(await temporaryDir(t)));
    const lastStart = whole.lastIndexOf("\n", whole.length - 2) + 1;
    for (const length of [lastStart + 1, lastStart + 9, lastStart + 40, whole.length - 1]) {
      const dir = await temporaryDir(t);
      await writeFile(join(dir, "log-00000000000000000001.jsonl"), whole.subarray(0, length));
      const store = await openStore({ dataDir: dir, now });
      assert.deepEqual(namesIn(store), ["a", "b"], `cut at ${length}`);
      assert.equal(await put(store, "d"), 3);
      await store.close();
      const again = await openStore({ dataDir: dir, now });
      assert.deepEqual(namesIn(again), ["a", "b", "d"]);
      await again.close();
    }
  });

  it("refuses to start on a damaged record in the middle, says how to repair it, and leaves the files alone", async (t) => {
    const dir = await temporaryDir(t);
    const segment = await writtenDir(dir);
    const bytes = await readFile(segment);
    const offset = bytes.indexOf("\n") + 1;
    bytes[offset + 60] = (bytes[offset + 60] ?? 0) ^ 1;
    await writeFile(segment, bytes);
    await assert.rejects(openStore({ dataDir: dir, now }), (error: Error & { code?: string; remedy?: string }) => {
      assert.equal(error.code, "KUBE_API_DATA_CORRUPT");
      assert.match(error.message, new RegExp(`at byte ${offset}`));
      assert.match(error.remedy ?? "", new RegExp(`truncate -s ${offset} `));
      return true;
    });
    assert.deepEqual(await readFile(segment), bytes);
    await truncate(segment, offset);
    const repaired = await openStore({ dataDir: dir, now });
    assert.deepEqual(namesIn(repaired), ["a"]);
    await repaired.close();
  });

  it("refuses to start on a damaged or cut snapshot", async (t) => {
    const dir = await temporaryDir(t);
    const store = await openStore({ dataDir: dir, now, snapshotAfterBytes: 1000 });
    for (let i = 0; i < 30; i++) await put(store, `n${i}`, { i: String(i) });
    await store.close();
    const name = (await readdir(dir)).find((one) => one.startsWith("snapshot-")) ?? "";
    const bytes = await readFile(join(dir, name));
    const lastLine = bytes.lastIndexOf("\n", bytes.length - 2) + 1;
    const flipped = Buffer.from(bytes);
    flipped[200] = (flipped[200] ?? 0) ^ 1;
    for (const damaged of [
      flipped,
      bytes.subarray(0, lastLine),
      bytes.subarray(0, bytes.length - 4),
      Buffer.alloc(0),
    ]) {
      await writeFile(join(dir, name), damaged);
      await assert.rejects(openStore({ dataDir: dir, now }), { code: "KUBE_API_DATA_CORRUPT", remedy: /backup/ });
    }
    await writeFile(join(dir, name), bytes);
    await (await openStore({ dataDir: dir, now })).close();
  });

  it("refuses to start when a write is missing between others", async (t) => {
    const dir = await temporaryDir(t);
    const segment = await writtenDir(dir);
    const lines = (await readFile(segment, "utf8")).split("\n");
    await writeFile(segment, [lines[0], lines[2], ""].join("\n"));
    await assert.rejects(openStore({ dataDir: dir, now }), { code: "KUBE_API_DATA_CORRUPT" });
  });

  it("refuses a second server on its folder, and takes the lock of a dead one over", async (t) => {
    const dir = await temporaryDir(t);
    const store = await openStore({ dataDir: dir, now });
    await assert.rejects(openStore({ dataDir: dir, now }), { code: "KUBE_API_DATA_LOCKED" });
    await store.close();
    const ended = fork(join(import.meta.dirname, "testdata", "exit.ts"));
    await once(ended, "exit");
    const stale = [
      JSON.stringify({ pid: ended.pid, startedAt: "" }),
      JSON.stringify({ pid: process.pid, startedAt: "another-boot/1" }),
      "",
    ];
    for (const content of stale) {
      await writeFile(join(dir, "lock"), content);
      const next = await openStore({ dataDir: dir, now });
      await next.close();
    }
  });

  it("lets only one of many processes' attempts have the folder", async (t) => {
    const dir = await temporaryDir(t);
    await writeFile(join(dir, "lock"), "stale");
    const attempts = await Promise.allSettled(Array.from({ length: 20 }, () => openStore({ dataDir: dir, now })));
    const stores = attempts.flatMap((attempt) => (attempt.status === "fulfilled" ? [attempt.value] : []));
    assert.equal(stores.length, 1);
    await stores[0]?.close();
  });

  it("takes a write back that the disk has no room for, and goes on with those that fit", async (t) => {
    const dir = await temporaryDir(t);
    // A limit on the size of files stands in for a full disk: 100 KB in the shell's blocks of 512 bytes.
    const script = join(import.meta.dirname, "testdata", "fill.ts");
    const { stdout } = await promisify(execFile)("sh", [
      "-c",
      `ulimit -f 200; exec "${process.execPath}" "${script}" "${dir}"`,
    ]);
    const { acknowledged, version, names, code, small } = JSON.parse(stdout) as Record<string, number | string>;
    assert.equal(code, "KUBE_API_STORAGE_FAILED");
    assert.deepEqual([version, names], [acknowledged, acknowledged]);
    assert.equal(small, Number(acknowledged) + 1);
    const store = await openStore({ dataDir: dir, now });
    assert.equal(store.version, small);
    await store.close();
  });

  for (let run = 1; run <= 3; run++) {
    it(`loses no acknowledged write when it is killed while 64 writers write (run ${run})`, async (t) => {
      const dir = await temporaryDir(t);
      const writer = fork(join(import.meta.dirname, "testdata", "writer.ts"), [dir, String(run)]);
      const acknowledged = await killAfter(writer, 1500 + 500 * run);
      const store = await openStore({ dataDir: dir, now });
      const newest = Math.max(...acknowledged.values());
      assert.ok(store.version >= newest, `version ${store.version} is less than the acknowledged ${newest}`);
      for (const [name, version] of acknowledged) {
        const stored = store.get({ collection: "configmaps", key: `shop/${name}` })?.version ?? 0;
        assert.ok(stored >= version, `${name} is at ${stored}, acknowledged was ${version}`);
      }
      await store.close();
    });
  }
});

/** Kills the writer after so many acknowledged writes. @returns the last acknowledged version of each object. */
async function killAfter(writer: ChildProcess, count: number): Promise<Map<string, number>> {
  const acknowledged = new Map<string, number>();
  let last = 0;
  let seen = 0;
  writer.on("message", (message) => {
    const [name, version] = message as [string, number];
    assert.ok(version > last, "versions are acknowledged in order");
    last = version;
    acknowledged.set(name, version);
    if (++seen === count) writer.kill("SIGKILL");
  });
  await once(writer, "close");
  return acknowledged;
}
