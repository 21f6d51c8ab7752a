import type { Clock } from "../clock.ts";

/** When a leader must stop. Counts from when the last renewal was sent, not from when its answer came: others count from when it was stored. */
export class RenewDeadline {
  readonly #clock: Clock;
  readonly #limitMs: number;
  #renewedAtMs: number;
  #passed: () => void = () => undefined;
  #cancel: () => void = () => undefined;

  constructor(clock: Clock, limitMs: number, renewedAtMs: number) {
    this.#clock = clock;
    this.#limitMs = limitMs;
    this.#renewedAtMs = renewedAtMs;
  }

  isPassed(): boolean {
    return this.#clock.nowMs() >= this.#renewedAtMs + this.#limitMs;
  }

  onPassed(passed: () => void): void {
    this.#passed = passed;
    this.#arm();
  }

  renewed(atMs: number): void {
    this.#renewedAtMs = atMs;
    this.#arm();
  }

  cancel(): void {
    this.#cancel();
  }

  #arm(): void {
    this.#cancel();
    this.#cancel = this.#clock.setTimer(() => this.#passed(), this.#renewedAtMs + this.#limitMs - this.#clock.nowMs());
  }
}
