import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Lease } from "@tegata/kube-types";
import fc from "fast-check";
import { createKubeClient } from "../client/kube-client.ts";
import type { KubeClient } from "../client-types.ts";
import { secrets } from "../resources.ts";
import { FakeClock, settle } from "../testing/fake-clock.ts";
import { ScriptedKubeApi } from "../testing/scripted-kube-api.ts";
import { fencedClient } from "./fenced-client.ts";
import { type Leadership, leadWhenElected } from "./leader-election.ts";

const LEASES = "/apis/coordination.k8s.io/v1/leases";
const STEP_MS = 500;

/** A client whose requests in flight are counted, so that time stands still until they are answered. */
function counted(client: KubeClient, count: (by: number) => void, reachable: () => boolean): KubeClient {
  return new Proxy(client, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== "function") return method;
      return async (...args: unknown[]): Promise<unknown> => {
        if (!reachable()) throw new Error("cut off");
        count(1);
        try {
          return await Reflect.apply(method, target, args);
        } finally {
          count(-1);
        }
      };
    },
  });
}

async function setUp(t: TestContext) {
  const api = await ScriptedKubeApi.start(t);
  const client = createKubeClient(api.access());
  t.after(() => client.close());
  const clock = new FakeClock();
  let inFlight = 0;

  function candidate(identity: string) {
    const stop = new AbortController();
    const state = { reachable: true, leadership: undefined as Leadership | undefined, terms: 0 };
    const own = counted(
      client,
      (by) => {
        inFlight += by;
      },
      () => state.reachable,
    );
    const ended = leadWhenElected(
      { client: own, namespace: "tegata", name: "operator", identity, clock, random: () => 0.5 },
      async (leadership) => {
        state.leadership = leadership;
        state.terms++;
        await new Promise((resolve) => leadership.signal.addEventListener("abort", resolve, { once: true }));
        state.leadership = undefined;
      },
      stop.signal,
    );
    ended.catch(() => undefined);
    t.after(() => stop.abort());
    return { identity, state, stop, ended, client: own };
  }

  async function answered() {
    do {
      await settle();
      if (inFlight > 0) await nextTurn();
    } while (inFlight > 0);
    await settle();
  }

  async function pass(ms: number, check: () => void = () => {}) {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      await clock.advance(STEP_MS);
      await answered();
      check();
    }
  }

  const lease = () => api.stored(LEASES)[0] as Lease | undefined;
  await answered();
  return { api, client, clock, candidate, pass, answered, lease };
}

describe("leader election", () => {
  it("elects one of two candidates and keeps it", async (t) => {
    const { candidate, pass, answered, lease } = await setUp(t);
    const a = candidate("a");
    await answered();
    const b = candidate("b");
    await pass(120_000);
    assert.deepEqual([a.state.terms, b.state.terms], [1, 0]);
    assert.equal(lease()?.spec?.holderIdentity, "a");
    assert.equal(lease()?.spec?.leaseTransitions, 0);
    assert.equal(lease()?.spec?.leaseDurationSeconds, 15);
  });

  it("hands over at once when the leader stops", async (t) => {
    const { candidate, pass, answered, lease } = await setUp(t);
    const a = candidate("a");
    await answered();
    const b = candidate("b");
    await pass(10_000);
    a.stop.abort();
    await answered();
    await a.ended;
    assert.equal(lease()?.spec?.holderIdentity, "");
    await pass(5000);
    assert.equal(b.state.terms, 1);
    assert.equal(lease()?.spec?.leaseTransitions, 1);
  });

  it("stops a leader that is cut off before another one starts", async (t) => {
    const { clock, candidate, pass, answered } = await setUp(t);
    const a = candidate("a");
    await answered();
    const b = candidate("b");
    await pass(10_000);
    a.state.reachable = false;
    const cutAtMs = clock.nowMs();
    let stoppedAtMs = 0;
    let startedAtMs = 0;
    await pass(60_000, () => {
      if (a.state.leadership === undefined) stoppedAtMs ||= clock.nowMs();
      if (b.state.leadership !== undefined) startedAtMs ||= clock.nowMs();
    });
    await assert.rejects(a.ended, { code: "LEADERSHIP_LOST" });
    assert.ok(stoppedAtMs - cutAtMs <= 10_000 + STEP_MS);
    assert.ok(startedAtMs - stoppedAtMs >= 3000);
    assert.ok(startedAtMs - cutAtMs <= 15_000 + 2000 * 2.2 + STEP_MS);
  });

  it("survives an API server that is away for less than the deadline", async (t) => {
    const { candidate, pass, answered } = await setUp(t);
    const a = candidate("a");
    await answered();
    a.state.reachable = false;
    await pass(6000);
    a.state.reachable = true;
    await pass(60_000);
    assert.equal(a.state.terms, 1);
    assert.equal(a.state.leadership?.isHeld(), true);
  });

  it("does not trust clocks of others: a lease renewed 'long ago' is waited for as long as any", async (t) => {
    const { api, clock, candidate, pass } = await setUp(t);
    api.put(LEASES, {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { namespace: "tegata", name: "operator" },
      spec: {
        holderIdentity: "other",
        leaseDurationSeconds: 15,
        renewTime: "2000-01-01T00:00:00.000000Z",
        leaseTransitions: 4,
      },
    });
    const a = candidate("a");
    let startedAtMs = 0;
    await pass(30_000, () => {
      if (a.state.leadership !== undefined) startedAtMs ||= clock.nowMs();
    });
    assert.ok(startedAtMs >= 15_000);
  });

  it("holds back the writes of a leader that was frozen, before any of its timers has run", async (t) => {
    const { api, clock, candidate, answered } = await setUp(t);
    const a = candidate("a");
    await answered();
    const { leadership } = a.state;
    assert.ok(leadership !== undefined);
    const fenced = fencedClient(a.client, () => leadership.isHeld());
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { namespace: "shop", name: "x" } };
    await fenced.create(secrets, secret);
    clock.freeze(60_000);
    assert.equal(leadership.signal.aborted, false);
    const writes = [
      () => fenced.create(secrets, secret),
      () => fenced.update(secrets, secret),
      () => fenced.apply(secrets, secret, { fieldManager: "t" }),
      () => fenced.patch(secrets, "shop", "x", "merge", {}),
      () => fenced.delete(secrets, "shop", "x"),
    ];
    const before = api.requests.length;
    for (const write of writes) await assert.rejects(write(), { code: "NOT_LEADER" });
    assert.equal(api.requests.length, before);
    assert.ok((await fenced.get(secrets, "shop", "x")) !== undefined);
  });

  it("refuses times that do not fit together", async (t) => {
    const { client } = await setUp(t);
    const options = { client, namespace: "n", name: "l", identity: "a", leaseMs: 10_000, renewDeadlineMs: 10_000 };
    await assert.rejects(
      leadWhenElected(options, async () => {}, AbortSignal.abort()),
      { code: "LEADER_ELECTION_TIMING_INVALID" },
    );
  });

  it("never has two leaders, whoever is cut off and whenever", async (t) => {
    const outage = fc.record({
      who: fc.nat(2),
      forMs: fc.integer({ min: 0, max: 30_000 }),
      thenMs: fc.integer({ min: 0, max: 20_000 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(outage, { minLength: 1, maxLength: 4 }), async (outages) => {
        const { candidate, pass, answered } = await setUp(t);
        const candidates = ["a", "b", "c"].map(candidate);
        await answered();
        const atMostOne = () => {
          const holders = candidates.filter(({ state }) => state.leadership?.isHeld() === true);
          assert.ok(holders.length <= 1, `${holders.map(({ identity }) => identity).join(" and ")} lead`);
        };
        for (const { who, forMs, thenMs } of outages) {
          const cut = candidates[who];
          assert.ok(cut !== undefined);
          cut.state.reachable = false;
          await pass(forMs, atMostOne);
          cut.state.reachable = true;
          await pass(thenMs, atMostOne);
        }
        for (const { stop } of candidates) stop.abort();
        await answered();
      }),
      { numRuns: 15 },
    );
  });
});
