import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { FakeClock, settle } from "../testing/fake-clock.ts";
import { DelayHeap } from "./delay-heap.ts";
import { Fifo } from "./fifo.ts";
import { FAIR_SHARE, Workqueue } from "./workqueue.ts";

function make() {
  const clock = new FakeClock();
  const queue = new Workqueue({ name: "test", clock, retryDelays: { baseMs: 1000, maxMs: 420_000 } });
  return { clock, queue };
}

async function takeAll(queue: Workqueue): Promise<string[]> {
  const taken: string[] = [];
  while (queue.depth > 0) {
    const key = await queue.take();
    if (key === undefined) break;
    taken.push(key);
    queue.done(key);
  }
  return taken;
}

describe("a workqueue", () => {
  it("hands out keys in the order in which they came, each once", async () => {
    const { queue } = make();
    for (const key of ["a", "b", "a", "c", "b"]) queue.add(key);
    assert.deepEqual(await takeAll(queue), ["a", "b", "c"]);
  });

  it("never hands out a key whose work is not done, and hands it out once more if it was added meanwhile", async () => {
    const { queue } = make();
    queue.add("a");
    assert.equal(await queue.take(), "a");
    queue.add("a");
    queue.add("a");
    assert.equal(queue.depth, 0);
    queue.done("a");
    assert.deepEqual(await takeAll(queue), ["a"]);
  });

  it("wakes who waits for a key", async () => {
    const { queue } = make();
    const [first, second] = [queue.take(), queue.take()];
    queue.add("a");
    queue.add("b");
    assert.deepEqual(await Promise.all([first, second]), ["a", "b"]);
  });

  it("takes changes before refreshes, and a refresh now and then", async () => {
    const { queue } = make();
    for (let i = 0; i < 5; i++) queue.add(`later${i}`, "later");
    for (let i = 0; i < 2 * FAIR_SHARE; i++) queue.add(`soon${i}`);
    const taken = await takeAll(queue);
    assert.ok(taken.slice(0, FAIR_SHARE).every((key) => key.startsWith("soon")));
    assert.equal(taken[FAIR_SHARE], "later0");
    assert.equal(taken[2 * FAIR_SHARE + 1], "later1");
    assert.equal(taken.length, 5 + 2 * FAIR_SHARE);
  });

  it("moves a refresh ahead when its object changes", async () => {
    const { queue } = make();
    queue.add("a", "later");
    queue.add("b", "later");
    queue.add("b");
    assert.deepEqual(await takeAll(queue), ["b", "a"]);
  });

  it("adds a key after its delay, and of several delays the shortest counts", async () => {
    const { clock, queue } = make();
    queue.addAfter("a", 500);
    queue.addAfter("a", 100);
    queue.addAfter("a", 300);
    queue.addAfter("b", 200);
    await clock.advance(99);
    assert.equal(queue.depth, 0);
    await clock.advance(1);
    assert.deepEqual(await takeAll(queue), ["a"]);
    await clock.advance(1000);
    assert.deepEqual(await takeAll(queue), ["b"]);
    assert.equal(clock.pending, 0);
  });

  it("backs off one key without holding up another, up to its longest delay", async () => {
    const { clock, queue } = make();
    const waits: number[] = [];
    for (let i = 0; i < 11; i++) {
      const before = clock.nowMs();
      queue.addRateLimited("a");
      const key = queue.take();
      while ((await Promise.race([key, settle()])) === undefined) await clock.advance(1000);
      waits.push((clock.nowMs() - before) / 1000);
      queue.done("a");
    }
    assert.deepEqual(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 420, 420]);
    assert.equal(queue.failures("a"), 11);
    queue.forget("a");
    queue.addRateLimited("a", 5000);
    await clock.advance(4999);
    assert.equal(queue.depth, 0);
    await clock.advance(1);
    assert.equal(queue.depth, 1);
  });

  it("closes: who waits gets nothing, and closing waits for the work in progress", async () => {
    const { queue } = make();
    queue.add("a");
    await queue.take();
    const waiting = queue.take();
    let closed = false;
    const closing = queue.close().then(() => {
      closed = true;
    });
    assert.equal(await waiting, undefined);
    assert.equal(await queue.take(), undefined);
    queue.add("b");
    await settle();
    assert.equal(closed, false);
    queue.done("a");
    await closing;
    assert.equal(queue.depth, 0);
  });

  it("loses no key and works on none twice at a time, whatever happens in between", async () => {
    const keys = fc.constantFrom("a", "b", "c", "d");
    const step = fc.oneof(
      fc.record({ do: fc.constant("add" as const), key: keys, soon: fc.boolean() }),
      fc.record({ do: fc.constant("after" as const), key: keys, ms: fc.nat(50) }),
      fc.record({ do: fc.constant("take" as const) }),
      fc.record({ do: fc.constant("done" as const), at: fc.nat(10) }),
      fc.record({ do: fc.constant("wait" as const), ms: fc.nat(50) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const { clock, queue } = make();
        const active: string[] = [];
        const owed = new Set<string>();
        const take = async () => {
          if (queue.depth === 0) return;
          const key = (await queue.take()) ?? "";
          assert.ok(!active.includes(key), "a key is worked on twice");
          active.push(key);
          owed.delete(key);
        };
        for (const step of steps) {
          if (step.do === "add") {
            queue.add(step.key, step.soon ? "soon" : "later");
            owed.add(step.key);
          } else if (step.do === "after") {
            queue.addAfter(step.key, step.ms);
            owed.add(step.key);
          } else if (step.do === "take") {
            await take();
          } else if (step.do === "done") {
            const [key] = active.splice(step.at % Math.max(active.length, 1), 1);
            if (key !== undefined) queue.done(key);
          } else {
            await clock.advance(step.ms);
          }
        }
        await clock.advance(1000);
        while (active.length > 0 || queue.depth > 0) {
          for (const key of active.splice(0)) queue.done(key);
          while (queue.depth > 0) await take();
        }
        assert.deepEqual([...owed], []);
      }),
      { numRuns: 200 },
    );
  });
});

describe("a delay heap", () => {
  it("gives back what it got, earliest first", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000)), (times) => {
        const heap = new DelayHeap<number>();
        for (const atMs of times) heap.push({ atMs, value: atMs });
        const popped = times.map(() => heap.pop()?.value);
        assert.deepEqual(
          popped,
          times.toSorted((a, b) => a - b),
        );
        assert.equal(heap.size, 0);
      }),
    );
  });
});

describe("a fifo", () => {
  it("keeps its order through thousands of items", () => {
    const fifo = new Fifo<number>();
    let next = 0;
    for (let i = 0; i < 10_000; i++) {
      fifo.push(i);
      if (i % 3 !== 0) assert.equal(fifo.shift(), next++);
    }
    while (fifo.size > 0) assert.equal(fifo.shift(), next++);
    assert.equal(next, 10_000);
    assert.equal(fifo.shift(), undefined);
  });
});
