import { TegataError } from "@tegata/errors";
import type { Logger } from "@tegata/telemetry";

/** How long a failed attempt waits before the next, in milliseconds. */
const RETRY_MS = 1_000;

/** Runs one task at a time; a name that is added while it waits runs once. A task that fails runs again later. */
export class SerialQueue {
  readonly #run: (name: string) => Promise<void>;
  readonly #logger: Logger | undefined;
  readonly #waiting = new Set<string>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(run: (name: string) => Promise<void>, logger: Logger | undefined) {
    this.#run = run;
    this.#logger = logger;
  }

  add(name: string): void {
    if (this.#stopped) return;
    this.#waiting.add(name);
    this.#running ??= this.#drain().finally(() => {
      this.#running = undefined;
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#waiting.clear();
    for (const timer of this.#timers) clearTimeout(timer);
    await this.#running;
  }

  async #drain(): Promise<void> {
    for (const name of this.#waiting) {
      this.#waiting.delete(name);
      try {
        await this.#run(name);
      } catch (error) {
        this.#retryLater(name, error);
      }
    }
  }

  #retryLater(name: string, error: unknown): void {
    const code = error instanceof TegataError ? error.code : "INTERNAL";
    this.#logger?.warn("custom resource definition could not be reconciled", { crd: name, code, err: error });
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.add(name);
    }, RETRY_MS);
    this.#timers.add(timer);
  }
}
