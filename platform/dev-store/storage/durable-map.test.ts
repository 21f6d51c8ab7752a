import assert from "node:assert/strict";
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { openDurableMap } from "./durable-map.ts";

async function directory(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "durable-map-"));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

describe("a durable map", () => {
  it("holds after reopening what was put and not what was deleted", async (t) => {
    const path = await directory(t);
    const map = await openDurableMap(path);
    await map.write([
      ["a", 1],
      ["b", { c: ["d"] }],
    ]);
    await map.write([["a", undefined]]);
    await map.close();
    const again = await openDurableMap(path);
    assert.deepEqual([again.keys(""), again.get("b")], [["b"], { c: ["d"] }]);
    await again.close();
  });
  it("cuts off a last line that a crash has torn, at whatever byte", async (t) => {
    const path = await directory(t);
    const map = await openDurableMap(path);
    await map.write([["whole", 1]]);
    const whole = (await stat(join(path, "log"))).size;
    await map.write([["torn", 2]]);
    await map.close();
    const log = await readFile(join(path, "log"));
    for (let length = whole; length < log.length; length += 7) {
      await writeFile(join(path, "log"), log.subarray(0, length));
      const again = await openDurableMap(path);
      assert.deepEqual(again.keys(""), ["whole"]);
      await again.write([["next", 3]]);
      await again.close();
    }
  });
  it("refuses a log that is damaged before its last line", async (t) => {
    const path = await directory(t);
    const map = await openDurableMap(path);
    for (let i = 0; i < 5; i++) await map.write([[`${i}`, "value"]]);
    await map.close();
    const log = await readFile(join(path, "log"));
    log[20] = (log[20] ?? 0) ^ 1;
    await writeFile(join(path, "log"), log);
    await assert.rejects(openDurableMap(path), { code: "DEV_STORE_CORRUPT", kind: "integrity" });
  });
  it("folds a long log into a snapshot, and survives a crash between the two", async (t) => {
    const path = await directory(t);
    const map = await openDurableMap(path);
    const value = "x".repeat(1024 * 1024);
    for (let i = 0; i < 6; i++) await map.write([[`${i % 2}`, value + i]]);
    await map.close();
    assert.ok((await stat(join(path, "log"))).size < 4 * 1024 * 1024);
    await appendFile(join(path, "snapshot.new"), "half a snapshot");
    const again = await openDurableMap(path);
    assert.deepEqual([again.get("0"), again.get("1")], [`${value}4`, `${value}5`]);
    await again.close();
  });
  it("takes many writes at once in their order", async (t) => {
    const path = await directory(t);
    const map = await openDurableMap(path);
    await Promise.all(Array.from({ length: 500 }, (_, i) => map.write([["n", i]])));
    await map.close();
    const again = await openDurableMap(path);
    assert.equal(again.get("n"), 499);
    await again.close();
  });
});
