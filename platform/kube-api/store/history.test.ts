import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { openStore } from "./store.ts";
import { put, removeObject } from "./testing.ts";

/** The data of every object at one version. */
type State = ReadonlyMap<string, string>;

const operation = fc.record({
  name: fc.constantFrom("a", "b", "c", "d", "e"),
  isRemoval: fc.boolean(),
});

describe("the history", () => {
  it("knows every version within its window exactly as it was, whatever was written", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(operation, { maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        async (operations, maxRevisions) => {
          const window = { maxRevisions, maxAgeMs: 60_000, maxBytes: 1 << 20 };
          const store = await openStore({ dataDir: "memory", now: () => new Date(0), window });
          const states: State[] = [new Map()];
          for (const [i, { name, isRemoval }] of operations.entries()) {
            const state = new Map(states.at(-1));
            if (isRemoval && !state.delete(name)) continue;
            if (!isRemoval) state.set(name, String(i));
            states.push(state);
            if (isRemoval) await removeObject(store, name);
            else await put(store, name, { value: String(i) });
          }
          const newest = states.length - 1;
          assert.equal(store.version, newest);
          for (let version = Math.max(0, newest - maxRevisions); version <= newest; version++) {
            assert.deepEqual(listed(store, version), sorted(states[version]));
            assert.deepEqual(replayed(store, version, states[version] ?? new Map()), sorted(states[newest]));
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

type TestedStore = Awaited<ReturnType<typeof openStore>>;

function listed(store: TestedStore, atVersion: number): [string, string][] {
  const { revisions } = store.list({ collection: "configmaps", prefix: "shop/", atVersion });
  return revisions.map(({ object }) => entryOf(object as never));
}

/** What a watcher that knew one state knows after all events since. */
function replayed(store: TestedStore, fromVersion: number, known: State): [string, string][] {
  const state = new Map(known);
  store.watch({ collection: "configmaps", prefix: "", fromVersion }, (revisions) => {
    for (const { object, deleted, version } of revisions) {
      assert.equal(object.metadata.resourceVersion, String(version));
      const [name, value] = entryOf(object as never);
      if (deleted) state.delete(name);
      else state.set(name, value);
    }
  });
  return sorted(state);
}

function entryOf({ metadata, data }: { metadata: { name: string }; data: { value: string } }): [string, string] {
  return [metadata.name, data.value];
}

function sorted(state: State | undefined): [string, string][] {
  return [...(state ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
}
