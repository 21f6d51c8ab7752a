import type { Clock } from "../context.ts";

interface Alarm {
  readonly atMs: number;
  readonly run: () => void;
}

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
  #nowMs = 0;
  #alarms: Alarm[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  after(ms: number, run: () => void): () => void {
    const alarm = { atMs: this.#nowMs + ms, run };
    this.#alarms.push(alarm);
    return () => {
      this.#alarms = this.#alarms.filter((other) => other !== alarm);
    };
  }

  /** How many alarms are set. */
  get alarms(): number {
    return this.#alarms.length;
  }

  /** Moves on, and runs the alarms whose time has come. */
  advance(ms: number): void {
    this.#nowMs += ms;
    const due = this.#alarms.filter(({ atMs }) => atMs <= this.#nowMs);
    this.#alarms = this.#alarms.filter(({ atMs }) => atMs > this.#nowMs);
    for (const { run } of due) run();
  }
}
