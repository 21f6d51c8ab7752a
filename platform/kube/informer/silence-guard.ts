import type { Clock } from "../clock.ts";

/** Aborts a watch that has brought nothing for too long. */
export class SilenceGuard {
  readonly #clock: Clock;
  #limitMs: number;
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal;
  readonly #onAbort = () => this.#controller.abort(this.#outer.reason);
  #heardAtMs: number;
  #cancel: () => void;
  /** Whether it has aborted the watch. */
  fired = false;

  constructor(clock: Clock, limitMs: number, outer: AbortSignal) {
    this.#clock = clock;
    this.#limitMs = limitMs;
    this.#outer = outer;
    this.#heardAtMs = clock.nowMs();
    this.#cancel = clock.setTimer(() => this.#check(), limitMs);
    outer.addEventListener("abort", this.#onAbort, { once: true });
    if (outer.aborted) this.#onAbort();
  }

  /** Aborts with the outer signal or after the silence. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  // One timer that looks at the time of the last event is cheaper than a new timer per event.
  heard(): void {
    this.#heardAtMs = this.#clock.nowMs();
  }

  /** Sets another limit, which counts from the last event on. It may be longer than the former one, not shorter. */
  limit(limitMs: number): void {
    this.#limitMs = limitMs;
  }

  /** Ends the guard; the watch goes on or has ended. */
  stop(): void {
    this.#cancel();
    this.#outer.removeEventListener("abort", this.#onAbort);
  }

  #check(): void {
    const restMs = this.#heardAtMs + this.#limitMs - this.#clock.nowMs();
    if (restMs > 0) {
      this.#cancel = this.#clock.setTimer(() => this.#check(), restMs);
      return;
    }
    this.fired = true;
    this.#controller.abort();
  }
}
