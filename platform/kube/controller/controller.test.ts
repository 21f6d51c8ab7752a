import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { type ErrorKind, TegataError } from "@tegata/errors";
import { kubeApiErrorFromAnswer } from "../client/kube-api-error.ts";
import type { ControllerOptions, Reconciler } from "../controller-types.ts";
import { FakeClock, settle } from "../testing/fake-clock.ts";
import { createController, DENIED_RETRY_MS, NOT_READY_RECHECK_MS, outcomeOfFailure } from "./controller.ts";

function failure(kind: ErrorKind, retryAfterMs?: number): TegataError {
  const text = { code: "TEST", message: "it failed", remedy: "Mend it." };
  return new TegataError({ kind, ...text, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
}

function start(t: TestContext, reconcile: Reconciler, options: Partial<ControllerOptions> = {}) {
  const clock = new FakeClock();
  const retryDelays = { baseMs: 1000, maxMs: 420_000 };
  const controller = createController({ name: "test", reconcile, clock, retryDelays, ...options });
  const stop = new AbortController();
  const running = controller.run(stop.signal);
  t.after(() => stop.abort());
  return { clock, controller, stop, running };
}

describe("a controller", () => {
  it("reconciles what is enqueued, and again after the time that the reconciler asks for", async (t) => {
    const runs: string[] = [];
    const { clock, controller } = start(t, async (key) => {
      runs.push(key);
      return key === "a" ? { requeueAfterMs: 60_000 } : {};
    });
    controller.enqueue("a");
    controller.enqueue("b");
    await settle();
    assert.deepEqual(runs, ["a", "b"]);
    await clock.advance(60_000);
    assert.deepEqual(runs, ["a", "b", "a"]);
  });

  it("works on as many keys at a time as it may, and on one key never twice at a time", async (t) => {
    const active = new Map<string, number>();
    let most = 0;
    const release: (() => void)[] = [];
    const { controller } = start(
      t,
      async (key) => {
        active.set(key, (active.get(key) ?? 0) + 1);
        assert.equal(active.get(key), 1);
        most = Math.max(most, active.size);
        await new Promise<void>((resolve) => release.push(resolve));
        active.delete(key);
        return {};
      },
      { concurrency: 3 },
    );
    for (const key of ["a", "b", "c", "d", "a"]) controller.enqueue(key);
    await settle();
    controller.enqueue("a");
    while (release.length > 0) {
      release.shift()?.();
      await settle();
    }
    assert.equal(most, 3);
  });

  const retries: Record<string, { error: unknown; afterMs: number }> = {
    "a store that is down": { error: failure("unavailable"), afterMs: 1000 },
    "a server that names a time": { error: failure("unavailable", 9000), afterMs: 9000 },
    "refused credentials": { error: failure("denied"), afterMs: DENIED_RETRY_MS },
    "something that is not there yet": { error: failure("not-ready"), afterMs: NOT_READY_RECHECK_MS },
    "a bug": { error: new TypeError("x is not a function"), afterMs: 1000 },
  };
  for (const [why, { error, afterMs }] of Object.entries(retries)) {
    it(`tries again after ${afterMs / 1000} s for ${why}`, async (t) => {
      let runs = 0;
      const { clock, controller } = start(t, async () => {
        runs++;
        throw error;
      });
      controller.enqueue("a");
      await clock.advance(afterMs - 1);
      assert.equal(runs, 1);
      await clock.advance(1);
      assert.equal(runs, 2);
    });
  }

  for (const kind of ["invalid-input", "integrity"] as const) {
    it(`waits for a change after a failure of kind ${kind}`, async (t) => {
      let runs = 0;
      const { clock, controller } = start(t, async () => {
        runs++;
        throw failure(kind);
      });
      controller.enqueue("a");
      await clock.advance(86_400_000);
      assert.equal(runs, 1);
      controller.enqueue("a");
      await settle();
      assert.equal(runs, 2);
    });
  }

  it("tries again at once after a lost race for an object", () => {
    const subject = { verb: "update", server: "https://k" };
    const conflict = kubeApiErrorFromAnswer(subject, 409, '{"kind":"Status","reason":"Conflict","code":409}');
    assert.deepEqual(outcomeOfFailure(conflict), { next: "retry", atLeastMs: 0 });
    const missing = kubeApiErrorFromAnswer(subject, 404, '{"kind":"Status","reason":"NotFound","code":404}');
    assert.deepEqual(outcomeOfFailure(missing), { next: "recheck", afterMs: NOT_READY_RECHECK_MS });
  });

  it("tells the run how often its key has failed, and forgets it after a success", async (t) => {
    const failures: number[] = [];
    const { clock, controller } = start(t, async (_key, _signal, run) => {
      failures.push(run.failures);
      if (run.failures < 2) throw failure("unavailable");
      return {};
    });
    controller.enqueue("a");
    await clock.advance(3000);
    controller.enqueue("a");
    await settle();
    assert.deepEqual(failures, [0, 1, 2, 0]);
  });

  it("stops: tells the work in progress and waits for it", async (t) => {
    let ended = false;
    const { controller, stop, running } = start(t, async (_key, signal) => {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      await settle();
      ended = true;
      throw signal.reason;
    });
    controller.enqueue("a");
    controller.enqueue("b");
    await settle();
    stop.abort();
    await running;
    assert.equal(ended, true);
  });

  it("ends a run that takes too long", async (t) => {
    const reasons: unknown[] = [];
    const { clock, controller } = start(
      t,
      async (_key, signal) => {
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        reasons.push(signal.reason);
        throw signal.reason;
      },
      { timeoutMs: 30_000 },
    );
    controller.enqueue("a");
    await clock.advance(30_000);
    assert.equal(reasons.length, 1);
    assert.equal((reasons[0] as TegataError).code, "RECONCILE_TIMEOUT");
  });
});
