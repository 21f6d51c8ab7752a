import { sleep } from "../clock.ts";
import type { Clock } from "../context.ts";
import type { StoreBudget } from "../contract.ts";

/** What one store may be asked: so many calls at a time, and so many a second. Waiting is in the order of asking. */
export class Budget {
  readonly #options: StoreBudget;
  readonly #clock: Clock;
  readonly #queue: (() => void)[] = [];
  #underWay = 0;
  #tokens: number;
  #filledAtMs: number;

  constructor(options: StoreBudget, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#tokens = options.burst;
    this.#filledAtMs = clock.nowMs();
  }

  /** Runs a call when the budget has room for it. */
  async spend<T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> {
    await this.#enter(signal);
    try {
      await this.#takeToken(signal);
      return await call();
    } finally {
      const next = this.#queue.shift();
      // The place is handed on, so that nobody slips in between.
      if (next === undefined) this.#underWay--;
      else next();
    }
  }

  async #enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#underWay < this.#options.concurrency) {
      this.#underWay++;
    } else {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      this.#queue.push(resolve);
      const onAbort = () => {
        const at = this.#queue.indexOf(resolve);
        if (at >= 0) this.#queue.splice(at, 1);
        reject(signal.reason);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      await promise.finally(() => signal.removeEventListener("abort", onAbort));
    }
  }

  async #takeToken(signal: AbortSignal): Promise<void> {
    const now = this.#clock.nowMs();
    const { callsPerSecond, burst } = this.#options;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#filledAtMs) / 1000) * callsPerSecond);
    this.#filledAtMs = now;
    // The balance may go below zero: that is the place in the queue, and each waits for its own token.
    this.#tokens -= 1;
    if (this.#tokens < 0) await sleep(this.#clock, (-this.#tokens / callsPerSecond) * 1000, signal);
  }
}
