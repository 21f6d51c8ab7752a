import { type HttpResponse, isClosed } from "./respond.ts";

/** Made once: the error that an AbortController would make costs more than the rest of a small request. */
const ENDED = new Error("the request has ended, or the server stops");

/**
 * Signals that abort when a request has ended or the server stops. `AbortSignal.any` would do the same, but a signal that
 * lives as long as the server remembers every signal that was ever made from it.
 */
export class RequestSignals {
  readonly #running = new Set<AbortController>();
  readonly #stopping: AbortSignal;

  constructor(stopping: AbortSignal) {
    this.#stopping = stopping;
    stopping.addEventListener("abort", () => {
      for (const controller of this.#running) controller.abort(ENDED);
    });
  }

  /** The signal of the request that this is the answer of. */
  signalOf(response: HttpResponse): AbortSignal {
    const controller = new AbortController();
    if (isClosed(response) || this.#stopping.aborted) {
      controller.abort(ENDED);
      return controller.signal;
    }
    this.#running.add(controller);
    response.once("close", () => {
      this.#running.delete(controller);
      controller.abort(ENDED);
    });
    return controller.signal;
  }
}
