import { TegataError } from "@tegata/errors";
import type { Clock } from "../context.ts";
import type { StoreBudget } from "../contract.ts";
import { Breaker } from "./breaker.ts";
import { Budget } from "./budget.ts";

export interface GateOptions extends StoreBudget {
  readonly displayName: string;
  /** Longest time for one call, in milliseconds. */
  readonly callTimeoutMs: number;
  readonly clock: Clock;
  /** From 0 to 1, for jitter. */
  readonly random: () => number;
}

/** What every call to one store goes through: may it be asked, has its budget room, and does it answer in time? */
export class StoreGate {
  readonly #options: GateOptions;
  readonly #breaker: Breaker;
  readonly #budget: Budget;

  constructor(options: GateOptions) {
    this.#options = options;
    this.#breaker = new Breaker(options.displayName, options.clock, options.random);
    this.#budget = new Budget(options, options.clock);
  }

  /**
   * Makes one call.
   *
   * @param failureIn - finds in what the call returns a failure that says something of the store itself.
   * @throws TegataError `STORE_THROTTLED`, `STORE_DOWN`, `STORE_TIMEOUT`, and whatever the call throws
   */
  call<T>(
    signal: AbortSignal,
    send: (signal: AbortSignal) => Promise<T>,
    failureIn: (value: T) => TegataError | undefined = () => undefined,
  ): Promise<T> {
    const { refusal } = this.#breaker;
    if (refusal !== undefined) return Promise.reject(refusal);
    return this.#budget.spend(signal, () =>
      // Asked again after the wait for a place: a pause may have begun meanwhile.
      this.#breaker.guard(() => this.#inTime(signal, send), failureIn),
    );
  }

  /** Lets go of a call at its deadline even if the store does not. */
  async #inTime<T>(signal: AbortSignal, send: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { clock, callTimeoutMs } = this.#options;
    const call = new AbortController();
    const { promise: overdue, reject } = Promise.withResolvers<never>();
    const giveUp = (reason: unknown) => {
      reject(reason);
      call.abort(reason);
    };
    const onAbort = () => giveUp(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    const cancel = clock.after(callTimeoutMs, () => giveUp(this.#timedOut()));
    try {
      return await Promise.race([send(call.signal), overdue]);
    } finally {
      cancel();
      signal.removeEventListener("abort", onAbort);
    }
  }

  #timedOut(): TegataError {
    const { displayName, callTimeoutMs } = this.#options;
    return new TegataError({
      kind: "unavailable",
      code: "STORE_TIMEOUT",
      message: `${displayName} did not answer within ${callTimeoutMs} ms`,
      remedy: "Check the load of the store and the network to it",
    });
  }
}
