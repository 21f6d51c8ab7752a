import { asTegataError, TegataError } from "@tegata/errors";
import type { Clock } from "../context.ts";
import type { FetchOutcome, ReadOutcome } from "../contract.ts";

/** Failures without an answer, one after the other, after which a store counts as down. */
export const BREAKER_FAILURES = 5;
/** First and longest pause between tries while a store is down, in milliseconds. */
export const BREAKER_FIRST_PAUSE_MS = 1_000;
export const BREAKER_LONGEST_PAUSE_MS = 60_000;

/** Failures of one request that say nothing of the store: it has answered, if not as it should. */
const ANSWERED: ReadonlySet<string> = new Set([
  "STORE_ANSWER_UNEXPECTED",
  "STORE_ANSWER_TOO_LARGE",
  "STORE_NOT_MODIFIED",
]);

/**
 * Knows whether a store may be asked at all: not before the end of a pause that it asked for, and while it is down only
 * by one caller at a time, in growing intervals.
 */
export class Breaker {
  readonly #displayName: string;
  readonly #clock: Clock;
  readonly #random: () => number;
  #failures = 0;
  #pausedUntilMs = Number.NEGATIVE_INFINITY;
  #last: TegataError | undefined;
  #probing = false;

  constructor(displayName: string, clock: Clock, random: () => number) {
    this.#displayName = displayName;
    this.#clock = clock;
    this.#random = random;
  }

  /**
   * Runs a call if the store may be asked, and learns from how it ends.
   *
   * @throws TegataError `STORE_THROTTLED`, `STORE_DOWN`, both with the time until the next try
   */
  async guard<T>(call: () => Promise<T>, failureIn: (value: T) => TegataError | undefined): Promise<T> {
    this.#check();
    const isProbe = this.#isDown();
    this.#probing ||= isProbe;
    try {
      const value = await call();
      this.#learn(failureIn(value));
      return value;
    } catch (thrown) {
      const error = asTegataError(thrown);
      // A caller who gave up, or a bug, says nothing of the store.
      if (error !== undefined) this.#learn(error);
      throw thrown;
    } finally {
      if (isProbe) this.#probing = false;
    }
  }

  /** Whether a call would be refused now. */
  get refusal(): TegataError | undefined {
    const waitMs = this.#pausedUntilMs - this.#clock.nowMs();
    if (waitMs <= 0 && !this.#probing) return undefined;
    return this.#refuse(Math.max(waitMs, BREAKER_FIRST_PAUSE_MS / 10));
  }

  #check(): void {
    const { refusal } = this;
    if (refusal !== undefined) throw refusal;
  }

  #isDown(): boolean {
    return this.#failures >= BREAKER_FAILURES;
  }

  #learn(error: TegataError | undefined): void {
    if (error?.kind !== "unavailable" || ANSWERED.has(error.code)) {
      // An answer is an answer, also "denied" and "absent".
      this.#failures = 0;
      return;
    }
    this.#failures++;
    this.#last = error;
    const doublings = this.#failures - BREAKER_FAILURES;
    const backoffMs = doublings < 0 ? 0 : Math.min(BREAKER_FIRST_PAUSE_MS * 2 ** doublings, BREAKER_LONGEST_PAUSE_MS);
    const jitteredMs = backoffMs * (0.8 + 0.4 * this.#random());
    const pauseMs = Math.max(error.retryAfterMs ?? 0, jitteredMs);
    if (pauseMs > 0) this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.#clock.nowMs() + pauseMs);
  }

  #refuse(retryAfterMs: number): TegataError {
    const wait = `${(retryAfterMs / 1000).toFixed(1)} s`;
    const last = this.#last === undefined ? "" : ` (last: ${this.#last.code})`;
    return this.#isDown()
      ? new TegataError({
          kind: "unavailable",
          code: "STORE_DOWN",
          message: `${this.#displayName} has not answered ${this.#failures} times${last}; it is asked again in ${wait}`,
          remedy: this.#last?.remedy ?? "Check the store",
          cause: this.#last,
          retryAfterMs,
        })
      : new TegataError({
          kind: "unavailable",
          code: "STORE_THROTTLED",
          message: `${this.#displayName} asked for a pause${last}; it is asked again in ${wait}`,
          remedy: "Raise the store's quota, or lower the number of refreshes",
          cause: this.#last,
          retryAfterMs,
        });
  }
}

/** The first outcome that says that the store gave no answer. */
export function unavailableIn(outcomes: readonly (FetchOutcome | ReadOutcome)[]): TegataError | undefined {
  for (const outcome of outcomes) {
    if (outcome.kind === "error" && outcome.error.kind === "unavailable") return outcome.error;
  }
  return undefined;
}
