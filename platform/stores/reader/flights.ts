/** One read that many wait for. */
interface Flight<T> {
  readonly startedAtMs: number;
  readonly promise: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
  landed: boolean;
}

/** Sweeps are at least this far apart, in milliseconds, so that many results do not lead to many of them. */
const SWEEP_MIN_MS = 50;

/**
 * Shares reads of the same thing: who asks while one is under way, or shortly after it, gets its result. A read is as
 * fresh as its beginning. Failures are shared by those who waited for them, and forgotten.
 */
export class Flights<T> {
  readonly #flights = new Map<string, Flight<T>>();
  readonly #freshnessMs: number;
  readonly #nowMs: () => number;
  #sweep: NodeJS.Timeout | undefined;

  /** @param freshnessMs - how long after its beginning a result is kept. */
  constructor(freshnessMs: number, nowMs: () => number) {
    this.#freshnessMs = freshnessMs;
    this.#nowMs = nowMs;
  }

  /**
   * @param notBeforeMs - a read that began earlier is not good enough.
   * @param start - begins a read; its signal aborts when nobody waits any more.
   * @returns the result, and whether another's read gave it.
   */
  async share(
    key: string,
    notBeforeMs: number,
    signal: AbortSignal,
    start: (signal: AbortSignal) => Promise<T>,
  ): Promise<{ readonly value: T; readonly shared: boolean }> {
    signal.throwIfAborted();
    const known = this.#flights.get(key);
    const shared = known !== undefined && known.startedAtMs >= notBeforeMs;
    const flight = shared ? known : this.#start(key, start);
    return { value: await this.#wait(key, flight, signal), shared };
  }

  /** Reads under way and results kept. */
  get size(): number {
    return this.#flights.size;
  }

  /** Lets nobody share what began before now; those who wait already still get it. */
  forget(): void {
    this.#flights.clear();
  }

  /** Gives up what is under way and forgets what has landed. */
  clear(reason: Error): void {
    for (const { controller } of this.#flights.values()) controller.abort(reason);
    this.#flights.clear();
    clearTimeout(this.#sweep);
    this.#sweep = undefined;
  }

  #start(key: string, start: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const controller = new AbortController();
    const flight: Flight<T> = {
      startedAtMs: this.#nowMs(),
      promise: start(controller.signal),
      controller,
      waiting: 0,
      landed: false,
    };
    this.#flights.set(key, flight);
    flight.promise.then(
      () => {
        flight.landed = true;
        this.#scheduleSweep();
      },
      () => this.#forget(key, flight),
    );
    return flight;
  }

  async #wait(key: string, flight: Flight<T>, signal: AbortSignal): Promise<T> {
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    flight.waiting++;
    try {
      return await Promise.race([flight.promise, aborted]);
    } finally {
      signal.removeEventListener("abort", onAbort);
      flight.waiting--;
      if (flight.waiting === 0 && !flight.landed) {
        this.#forget(key, flight);
        flight.controller.abort(signal.reason);
      }
    }
  }

  #forget(key: string, flight: Flight<T>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }

  /** Values must not stay in memory for longer than they are good, whether or not somebody asks again. */
  #scheduleSweep(): void {
    if (this.#sweep !== undefined) return;
    const oldestMs = this.#landed().reduce((oldest, [, { startedAtMs }]) => Math.min(oldest, startedAtMs), Infinity);
    if (!Number.isFinite(oldestMs)) return;
    const waitMs = Math.max(oldestMs + this.#freshnessMs - this.#nowMs(), SWEEP_MIN_MS);
    this.#sweep = setTimeout(() => {
      this.#sweep = undefined;
      const oldestGoodMs = this.#nowMs() - this.#freshnessMs;
      for (const [key, { startedAtMs }] of this.#landed()) if (startedAtMs <= oldestGoodMs) this.#flights.delete(key);
      this.#scheduleSweep();
    }, waitMs).unref();
  }

  #landed(): [string, Flight<T>][] {
    return [...this.#flights].filter(([, { landed }]) => landed);
  }
}
