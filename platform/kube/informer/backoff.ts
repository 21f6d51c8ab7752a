/** Delays between attempts. */
export interface BackoffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
  /** After this long without a failure the next one starts at `firstMs` again. */
  readonly resetAfterMs: number;
}

/** Doubles from attempt to attempt; each delay is stretched by up to its own length, so that clients do not return in step. */
export class Backoff {
  readonly #options: BackoffOptions;
  readonly #nowMs: () => number;
  readonly #random: () => number;
  #nextMs: number;
  #lastFailureMs = Number.NEGATIVE_INFINITY;

  constructor(options: BackoffOptions, nowMs: () => number, random: () => number) {
    this.#options = options;
    this.#nowMs = nowMs;
    this.#random = random;
    this.#nextMs = options.firstMs;
  }

  /** Counts a failure. @returns milliseconds to wait now */
  next(): number {
    const { firstMs, maxMs, resetAfterMs } = this.#options;
    const now = this.#nowMs();
    if (now - this.#lastFailureMs > resetAfterMs) this.#nextMs = firstMs;
    this.#lastFailureMs = now;
    const delayMs = this.#nextMs * (1 + this.#random());
    this.#nextMs = Math.min(this.#nextMs * 2, maxMs);
    return delayMs;
  }
}
