/** Delays of one key's retries. */
export interface RetryDelays {
  /** Before the first retry. */
  readonly baseMs: number;
  readonly maxMs: number;
}

/** client-go's default: 5 ms, doubled up to 1,000 s. */
export const DEFAULT_RETRY_DELAYS: RetryDelays = { baseMs: 5, maxMs: 1_000_000 };

/** Counts the failures of each key. The n-th retry waits `baseMs` × 2ⁿ⁻¹, up to `maxMs`. */
export class ItemBackoff {
  readonly #delays: RetryDelays;
  readonly #failures = new Map<string, number>();

  constructor(delays: RetryDelays) {
    this.#delays = delays;
  }

  /** Counts a failure. @returns milliseconds to wait before the next attempt */
  next(key: string): number {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    return Math.min(this.#delays.baseMs * 2 ** failures, this.#delays.maxMs);
  }

  failures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  forget(key: string): void {
    this.#failures.delete(key);
  }
}
