import { randomUUID } from "node:crypto";
import { asTegataError, ERROR_KINDS, TegataError } from "@tegata/errors";
import type { Logger } from "@tegata/telemetry";
import { isKubeApiError } from "../client/kube-api-error.ts";
import { type Clock, systemClock } from "../clock.ts";
import type { Controller, ControllerOptions, ReconcileResult } from "../controller-types.ts";
import { type Priority, Workqueue } from "../workqueue/workqueue.ts";
import { type ControllerMetrics, createControllerMetrics, type RunResult } from "./controller-metrics.ts";

/** Least milliseconds before a refused request (`denied`) is tried again. */
export const DENIED_RETRY_MS = 60_000;
/** Milliseconds after which an object that waits for another is looked at again, should the watch have missed something. */
export const NOT_READY_RECHECK_MS = 300_000;

/** Makes a controller. It works when `run` is called. */
export function createController(options: ControllerOptions): Controller {
  return new QueueController(options);
}

/** What follows from a failure: nothing until a change, a look after a fixed time, or a retry with backoff. */
export type FailureOutcome =
  | { readonly next: "wait" }
  | { readonly next: "recheck"; readonly afterMs: number }
  | { readonly next: "retry"; readonly atLeastMs: number };

/** Decides by the table of `@tegata/errors`. Pure. */
export function outcomeOfFailure(error: unknown): FailureOutcome {
  const known = asTegataError(error);
  if (known === undefined) return { next: "retry", atLeastMs: 0 };
  // A lost race for an object is over with the next read; it is not a wait for something that is missing.
  if (isKubeApiError(known, "Conflict", "AlreadyExists")) return { next: "retry", atLeastMs: 0 };
  switch (ERROR_KINDS[known.kind].retry) {
    case "never":
      return { next: "wait" };
    case "watch":
      return { next: "recheck", afterMs: NOT_READY_RECHECK_MS };
    case "backoff":
      return { next: "retry", atLeastMs: known.retryAfterMs ?? 0 };
    case "slowly":
      return { next: "retry", atLeastMs: DENIED_RETRY_MS };
  }
}

class QueueController implements Controller {
  readonly name: string;
  readonly #options: ControllerOptions;
  readonly #queue: Workqueue;
  readonly #clock: Clock;
  readonly #logger: Logger | undefined;
  readonly #metrics: ControllerMetrics | undefined;
  readonly #concurrency: number;

  constructor(options: ControllerOptions) {
    const { name, concurrency = 1, retryDelays, clock = systemClock, metrics, logger } = options;
    this.name = name;
    this.#options = options;
    this.#concurrency = concurrency;
    this.#clock = clock;
    this.#logger = logger?.with({ controller: name });
    this.#metrics = metrics && createControllerMetrics(metrics, name, concurrency);
    this.#queue = new Workqueue({
      name,
      clock,
      ...(retryDelays === undefined ? {} : { retryDelays }),
      ...(metrics === undefined ? {} : { metrics }),
    });
  }

  enqueue(key: string, priority: Priority = "soon"): void {
    this.#queue.add(key, priority);
  }

  enqueueAfter(key: string, delayMs: number): void {
    this.#queue.addAfter(key, delayMs);
  }

  async run(signal: AbortSignal): Promise<void> {
    const close = () => void this.#queue.close();
    signal.addEventListener("abort", close, { once: true });
    if (signal.aborted) close();
    await Promise.all(Array.from({ length: this.#concurrency }, () => this.#work(signal)));
    signal.removeEventListener("abort", close);
  }

  async #work(signal: AbortSignal): Promise<void> {
    for (let key = await this.#queue.take(); key !== undefined; key = await this.#queue.take()) {
      try {
        await this.#reconcile(key, signal);
      } finally {
        this.#queue.done(key);
      }
    }
  }

  async #reconcile(key: string, signal: AbortSignal): Promise<void> {
    const id = randomUUID();
    const logger = this.#logger?.with({ key, reconcileId: id });
    const startedAtMs = this.#clock.nowMs();
    this.#metrics?.started();
    let result: RunResult = "error";
    try {
      const run = { id, logger, failures: this.#queue.failures(key) };
      result = this.#succeeded(key, await this.#limited(signal, (limit) => this.#options.reconcile(key, limit, run)));
    } catch (error) {
      // Work that stopped because we stop has not failed; whoever leads next does it again.
      if (signal.aborted) result = "success";
      else this.#failed(key, error, logger);
    } finally {
      this.#metrics?.ended(result, (this.#clock.nowMs() - startedAtMs) / 1000);
    }
  }

  #succeeded(key: string, { requeueAfterMs }: ReconcileResult): RunResult {
    this.#queue.forget(key);
    if (requeueAfterMs === undefined) return "success";
    this.#queue.addAfter(key, requeueAfterMs);
    return "requeue_after";
  }

  #failed(key: string, error: unknown, logger: Logger | undefined): void {
    const outcome = outcomeOfFailure(error);
    if (asTegataError(error) === undefined) {
      this.#metrics?.panicked();
      logger?.error("reconcile met a bug", { error });
    } else {
      logger?.warn("reconcile failed", { error, next: outcome.next });
    }
    switch (outcome.next) {
      case "wait":
        this.#metrics?.terminalError();
        this.#queue.forget(key);
        return;
      case "recheck":
        this.#queue.forget(key);
        this.#queue.addAfter(key, outcome.afterMs);
        return;
      case "retry":
        this.#queue.addRateLimited(key, outcome.atLeastMs);
    }
  }

  async #limited<R>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<R>): Promise<R> {
    const { timeoutMs } = this.#options;
    if (timeoutMs === undefined) return work(signal);
    const controller = new AbortController();
    const onAbort = () => controller.abort(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    const cancel = this.#clock.setTimer(() => controller.abort(tookTooLong(this.name, timeoutMs)), timeoutMs);
    try {
      return await work(controller.signal);
    } finally {
      cancel();
      signal.removeEventListener("abort", onAbort);
    }
  }
}

function tookTooLong(controller: string, timeoutMs: number): TegataError {
  return new TegataError({
    kind: "unavailable",
    code: "RECONCILE_TIMEOUT",
    message: `controller "${controller}": a reconcile took longer than ${timeoutMs / 1000} s`,
    remedy: "See what it waits for in the log; it is tried again.",
  });
}
