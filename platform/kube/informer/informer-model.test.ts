import assert from "node:assert/strict";
import { it } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type KubeObject, namespacedName } from "@tegata/kube-types";
import fc from "fast-check";
import { createKubeClient } from "../client/kube-client.ts";
import type { Informer } from "../informer-types.ts";
import { defineResource } from "../resources.ts";
import { eventually } from "../testing/eventually.ts";
import { ScriptedKubeApi } from "../testing/scripted-kube-api.ts";
import { createInformer } from "./informer.ts";

const NAMES = ["a", "b", "c", "d"];
const HISTORIES = 120;

const change = fc.record({ do: fc.constantFrom("put" as const, "remove" as const), name: fc.constantFrom(...NAMES) });
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("outage" as const),
      changes: fc.array(change, { maxLength: 4 }),
      forgets: fc.boolean(),
    }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("put" as const), name: fc.constantFrom(...NAMES) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("remove" as const), name: fc.constantFrom(...NAMES) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("turns" as const), count: fc.integer({ min: 1, max: 12 }) }) },
  ...(["drop", "end", "compact", "bookmark", "duplicate", "tear", "garbage", "switch"] as const).map((name) => ({
    weight: 1,
    arbitrary: fc.record({ do: fc.constant(name) }),
  })),
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("refuse" as const), status: fc.constantFrom(410, 429, 500, 503) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** What somebody knows who only listens, and what did not fit onto what was known before. */
function listen(informer: Informer<KubeObject>) {
  const known = new Map<string, KubeObject>();
  const misfits: string[] = [];
  const check = (fits: boolean, what: string) => fits || misfits.push(what);
  informer.onChange({
    added(object) {
      check(!known.has(namespacedName(object)), "added twice");
      known.set(namespacedName(object), object);
    },
    updated(object, old) {
      check(known.get(namespacedName(object)) === old, "updated from a state that was never told");
      check(object.metadata.resourceVersion !== old.metadata.resourceVersion, "updated without a change");
      known.set(namespacedName(object), object);
    },
    deleted(object) {
      check(known.delete(namespacedName(object)), "deleted twice");
    },
  });
  return { known, misfits };
}

function versions(objects: Iterable<KubeObject>): Record<string, string> {
  const entries = [...objects].map(
    (object) => [namespacedName(object), object.metadata.resourceVersion ?? ""] as const,
  );
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

it(`an informer and its listeners end up with what the server has, over ${HISTORIES} histories of changes and faults`, async (t) => {
  const api = await ScriptedKubeApi.start(t);
  const client = createKubeClient(api.access(), { random: () => 0 });
  t.after(() => client.close());
  let history = 0;

  async function perform(step: Step, collection: string): Promise<void> {
    switch (step.do) {
      case "put":
        api.put(collection, {
          apiVersion: "test.dev/v1",
          kind: "Thing",
          metadata: { namespace: "n", name: step.name },
        });
        return;
      case "remove":
        api.remove(collection, `n/${step.name}`);
        return;
      case "turns":
        for (let i = 0; i < step.count; i++) await nextTurn();
        return;
      case "drop":
        return api.dropConnections();
      case "end":
        return api.endWatches();
      case "compact":
        return api.compact();
      case "bookmark":
        return api.sendBookmarks();
      case "outage":
        await api.stop();
        for (const change of step.changes) await perform(change, collection);
        if (step.forgets) api.compact();
        return api.listen();
      case "duplicate": {
        const [object] = api.stored(collection);
        if (object !== undefined) api.sendLine(JSON.stringify({ type: "MODIFIED", object }));
        return;
      }
      case "tear":
        api.sendFragment('{"type":"ADDED","object":{"metadata":{"name":"torn"');
        return api.dropConnections();
      case "garbage":
        return api.sendLine("not an event");
      case "switch":
        api.watchListEnabled = !api.watchListEnabled;
        return;
      case "refuse": {
        let left = 2;
        api.script = (_, response) => {
          if (left-- <= 0) return false;
          response.writeHead(step.status, { "retry-after": "0" }).end();
          return true;
        };
      }
    }
  }

  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
      const plural = `things${history++}`;
      const collection = `/apis/test.dev/v1/${plural}`;
      const resource = defineResource({ apiVersion: "test.dev/v1", kind: "Thing", plural });
      const informer = createInformer(
        client,
        resource,
        {},
        { backoff: { firstMs: 1, maxMs: 2, resetAfterMs: 1 }, random: () => 0 },
      );
      const { known, misfits } = listen(informer);
      const stop = new AbortController();
      const running = informer.run(stop.signal);
      for (const step of steps) await perform(step, collection);
      api.script = () => false;
      const wanted = JSON.stringify(versions(api.stored(collection)));
      await eventually(
        () => informer.hasSynced() && JSON.stringify(versions(informer.list())) === wanted,
        "the copy is what the server has",
      );
      assert.deepEqual(versions(known.values()), versions(informer.list()));
      assert.deepEqual(misfits, []);
      stop.abort();
      await running;
    }),
    { numRuns: HISTORIES, endOnFailure: false },
  );
});
