import type { FetchOutcome, SecretId } from "../contract.ts";

interface Wanted {
  readonly id: SecretId;
  readonly signal: AbortSignal;
  readonly outcome: PromiseWithResolvers<FetchOutcome>;
}

/**
 * Gathers single fetches into batches as large as the provider takes. What is asked for in one turn of the event loop
 * goes out together; nobody waits longer for company.
 */
export class Batcher {
  readonly #size: number;
  readonly #send: (ids: readonly SecretId[], signal: AbortSignal) => Promise<readonly FetchOutcome[]>;
  #wanted: Wanted[] = [];

  /** @param send - fetches at most `size` secrets, one outcome each, in their order. */
  constructor(size: number, send: (ids: readonly SecretId[], signal: AbortSignal) => Promise<readonly FetchOutcome[]>) {
    this.#size = size;
    this.#send = send;
  }

  fetch(id: SecretId, signal: AbortSignal): Promise<FetchOutcome> {
    const outcome = Promise.withResolvers<FetchOutcome>();
    this.#wanted.push({ id, signal, outcome });
    if (this.#wanted.length === this.#size) this.#flush();
    else if (this.#wanted.length === 1) setImmediate(() => this.#flush());
    return outcome.promise;
  }

  #flush(): void {
    const batch = this.#wanted.filter(({ signal, outcome }) => {
      if (signal.aborted) outcome.reject(signal.reason);
      return !signal.aborted;
    });
    this.#wanted = [];
    if (batch.length === 0) return;
    const controller = new AbortController();
    let left = batch.length;
    for (const { signal } of batch) {
      // The call is given up when the last of those who wait for it has given up.
      signal.addEventListener("abort", () => --left === 0 && controller.abort(signal.reason), { once: true });
    }
    const ids = batch.map(({ id }) => id);
    this.#send(ids, controller.signal).then(
      (outcomes) => {
        for (const [i, { outcome }] of batch.entries()) {
          const answer = outcomes[i];
          if (answer === undefined) outcome.reject(new Error("a store returned fewer outcomes than it was asked for"));
          else outcome.resolve(answer);
        }
      },
      (error: unknown) => {
        for (const { outcome } of batch) outcome.reject(error);
      },
    );
  }
}
