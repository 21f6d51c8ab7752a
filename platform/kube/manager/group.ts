import { TegataError } from "@tegata/errors";
import type { Clock } from "../clock.ts";

/** A part that works until its signal aborts, and then resolves. What it throws before ends the whole. */
export interface Runnable {
  /** In logs and errors. */
  readonly name: string;
  run(signal: AbortSignal): Promise<void>;
}

/** Parts that start and stop together. The first failure is kept. */
export class Group {
  readonly #controller = new AbortController();
  readonly #running = new Map<Runnable, Promise<void>>();
  readonly #ended = Promise.withResolvers<void>();
  #failure: { readonly error: unknown } | undefined;

  constructor(outer: AbortSignal | undefined) {
    const stop = () => {
      this.#controller.abort(outer?.reason);
      this.#ended.resolve();
    };
    outer?.addEventListener("abort", stop, { once: true });
    if (outer?.aborted === true) stop();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  start(part: Runnable): void {
    this.#running.set(part, this.#run(part));
  }

  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#ended.resolve();
  }

  /** Resolves when one part has failed, all have ended, or the outer signal aborts. A group without parts lasts until then. */
  firstEnd(): Promise<void> {
    return this.#ended.promise;
  }

  /** Stops all parts and waits for them. */
  async stop(clock: Clock, timeoutMs: number): Promise<void> {
    this.#controller.abort();
    const late = Promise.withResolvers<void>();
    const cancel = clock.setTimer(() => {
      const names = [...this.#running.keys()].map(({ name }) => name);
      this.fail(stopTimeout(names, timeoutMs));
      late.resolve();
    }, timeoutMs);
    await Promise.race([Promise.all(this.#running.values()), late.promise]);
    cancel();
  }

  throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #run(part: Runnable): Promise<void> {
    try {
      await part.run(this.signal);
    } catch (error) {
      if (!this.signal.aborted || !isAbort(error)) this.fail(error);
    }
    this.#running.delete(part);
    if (this.#running.size === 0) this.#ended.resolve();
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

function stopTimeout(names: readonly string[], timeoutMs: number): TegataError {
  return new TegataError({
    kind: "unavailable",
    code: "STOP_TIMEOUT",
    message: `these parts did not stop within ${timeoutMs / 1000} s: ${names.join(", ")}`,
    remedy: "See in the log what they wait for; the process ends without them.",
  });
}
