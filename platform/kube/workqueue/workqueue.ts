import type { Metrics } from "@tegata/telemetry";
import { type Clock, systemClock } from "../clock.ts";
import { DelayHeap } from "./delay-heap.ts";
import { Fifo } from "./fifo.ts";
import { DEFAULT_RETRY_DELAYS, ItemBackoff, type RetryDelays } from "./rate-limiter.ts";
import { createWorkqueueMetrics, type WorkqueueMetrics } from "./workqueue-metrics.ts";

/** `soon`: a new or changed object; `later`: a periodic refresh. */
export type Priority = "soon" | "later";

/** How many keys of priority `soon` are taken before one that is only `later` gets its turn. */
export const FAIR_SHARE = 10;

/** How a queue behaves. */
export interface WorkqueueOptions {
  /** `name` of its metrics. */
  readonly name: string;
  /** @defaultValue {@link DEFAULT_RETRY_DELAYS} */
  readonly retryDelays?: RetryDelays;
  readonly clock?: Clock;
  readonly metrics?: Metrics;
}

interface Pending {
  priority: Priority;
  readonly sinceMs: number;
}

/**
 * Keys to be worked on. A key that waits is not added twice, and a key that is worked on is not handed out again before its
 * work is done: added meanwhile, it comes once more after that.
 */
export class Workqueue {
  readonly #queues: Record<Priority, Fifo<string>> = { soon: new Fifo(), later: new Fifo() };
  readonly #pending = new Map<string, Pending>();
  /** Keys that are worked on, and since when. */
  readonly #active = new Map<string, number>();
  /** Keys that were added while they were worked on. */
  readonly #again = new Map<string, Priority>();
  readonly #delayed = new DelayHeap<{ key: string; priority: Priority }>();
  /** When the earliest delay of each key ends. */
  readonly #due = new Map<string, number>();
  readonly #takers = new Fifo<(key: string | undefined) => void>();
  readonly #backoff: ItemBackoff;
  readonly #clock: Clock;
  readonly #metrics: WorkqueueMetrics | undefined;
  #timer: { readonly atMs: number; readonly cancel: () => void } | undefined;
  #sinceLater = 0;
  #closed = false;
  #drained: (() => void)[] = [];

  constructor(options: WorkqueueOptions) {
    const { name, retryDelays = DEFAULT_RETRY_DELAYS, clock = systemClock, metrics } = options;
    this.#backoff = new ItemBackoff(retryDelays);
    this.#clock = clock;
    this.#metrics =
      metrics &&
      createWorkqueueMetrics(metrics, name, {
        depth: () => this.#pending.size,
        running: () => [...this.#active.values()].map((sinceMs) => (clock.nowMs() - sinceMs) / 1000),
      });
  }

  /** Keys that wait to be taken. */
  get depth(): number {
    return this.#pending.size;
  }

  add(key: string, priority: Priority = "soon"): void {
    if (this.#closed) return;
    if (this.#active.has(key)) {
      if (this.#again.get(key) !== "soon") this.#again.set(key, priority);
      return;
    }
    const pending = this.#pending.get(key);
    if (pending === undefined) {
      this.#metrics?.added();
      this.#pending.set(key, { priority, sinceMs: this.#clock.nowMs() });
    } else if (pending.priority === "later" && priority === "soon") {
      // Its entry among the later ones is passed over when its turn comes.
      pending.priority = "soon";
    } else {
      return;
    }
    this.#queues[priority].push(key);
    this.#hand();
  }

  /** Adds the key when the delay is over; of several delays the shortest counts. */
  addAfter(key: string, delayMs: number, priority: Priority = "later"): void {
    if (this.#closed) return;
    if (!(delayMs > 0)) {
      this.add(key, priority);
      return;
    }
    const atMs = this.#clock.nowMs() + delayMs;
    const due = this.#due.get(key);
    if (due !== undefined && due <= atMs) return;
    this.#due.set(key, atMs);
    this.#delayed.push({ atMs, value: { key, priority } });
    this.#schedule();
  }

  /** Adds the key after its backoff. @param atLeastMs - a server asked for this much. */
  addRateLimited(key: string, atLeastMs = 0): void {
    this.#metrics?.retried();
    this.addAfter(key, Math.max(this.#backoff.next(key), atLeastMs), "later");
  }

  /** Starts the key's backoff anew: its work succeeded. */
  forget(key: string): void {
    this.#backoff.forget(key);
  }

  /** Failures of the key since it was last forgotten. */
  failures(key: string): number {
    return this.#backoff.failures(key);
  }

  /** @returns the next key, as soon as there is one; `undefined` when the queue is closed. Call {@link done} with it. */
  take(): Promise<string | undefined> {
    const key = this.#closed ? undefined : this.#next();
    if (key !== undefined || this.#closed) return Promise.resolve(key);
    return new Promise((resolve) => this.#takers.push(resolve));
  }

  /** Says that the work on a key that was taken has ended, well or not. */
  done(key: string): void {
    const sinceMs = this.#active.get(key);
    if (sinceMs === undefined) return;
    this.#active.delete(key);
    this.#metrics?.done((this.#clock.nowMs() - sinceMs) / 1000);
    const again = this.#again.get(key);
    this.#again.delete(key);
    if (again !== undefined) this.add(key, again);
    if (this.#active.size === 0) for (const resolve of this.#drained.splice(0)) resolve();
  }

  /** Hands out no more keys. Resolves when the work in progress has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    for (let taker = this.#takers.shift(); taker !== undefined; taker = this.#takers.shift()) taker(undefined);
    if (this.#active.size > 0) await new Promise<void>((resolve) => this.#drained.push(resolve));
  }

  #hand(): void {
    while (this.#takers.size > 0) {
      const key = this.#next();
      if (key === undefined) return;
      this.#takers.shift()?.(key);
    }
  }

  #next(): string | undefined {
    const laterIsDue = this.#sinceLater >= FAIR_SHARE;
    const key = laterIsDue
      ? (this.#takeFrom("later") ?? this.#takeFrom("soon"))
      : (this.#takeFrom("soon") ?? this.#takeFrom("later"));
    return key;
  }

  #takeFrom(priority: Priority): string | undefined {
    const queue = this.#queues[priority];
    for (let key = queue.shift(); key !== undefined; key = queue.shift()) {
      const pending = this.#pending.get(key);
      if (pending?.priority !== priority) continue;
      this.#pending.delete(key);
      this.#sinceLater = priority === "soon" ? this.#sinceLater + 1 : 0;
      const now = this.#clock.nowMs();
      this.#active.set(key, now);
      this.#metrics?.taken((now - pending.sinceMs) / 1000);
      return key;
    }
    return undefined;
  }

  #schedule(): void {
    const first = this.#delayed.peek();
    if (first === undefined || this.#closed) return;
    if (this.#timer !== undefined) {
      if (this.#timer.atMs <= first.atMs) return;
      this.#timer.cancel();
    }
    const cancel = this.#clock.setTimer(() => this.#fire(), first.atMs - this.#clock.nowMs());
    this.#timer = { atMs: first.atMs, cancel };
  }

  #fire(): void {
    this.#timer = undefined;
    const now = this.#clock.nowMs();
    for (let first = this.#delayed.peek(); first !== undefined && first.atMs <= now; first = this.#delayed.peek()) {
      this.#delayed.pop();
      const { key, priority } = first.value;
      // A longer delay that a shorter one has overtaken.
      if (this.#due.get(key) !== first.atMs) continue;
      this.#due.delete(key);
      this.add(key, priority);
    }
    this.#schedule();
  }
}
