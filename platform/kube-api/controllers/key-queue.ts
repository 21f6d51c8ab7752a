import type { Logger } from "@tegata/telemetry";

/** Longest pause before a key whose work failed is tried again, in milliseconds. */
const MAX_RETRY_MS = 30_000;
const FIRST_RETRY_MS = 100;

/** How a {@link KeyQueue} is to work. */
export interface KeyQueueOptions {
  /** In log lines, e.g. `namespaces`. */
  readonly name: string;
  readonly concurrency: number;
  readonly logger: Logger | undefined;
}

/**
 * Works on keys, several at a time but never twice on one key at a time. A key that is added while it waits is worked on
 * once; one that is added while it is worked on, once more. Work that fails is tried again, ever more slowly.
 */
export class KeyQueue {
  readonly #work: (key: string) => Promise<void>;
  readonly #options: KeyQueueOptions;
  readonly #waiting = new Set<string>();
  readonly #active = new Map<string, Promise<void>>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #failures = new Map<string, number>();
  #isStopped = false;

  constructor(work: (key: string) => Promise<void>, options: KeyQueueOptions) {
    this.#work = work;
    this.#options = options;
  }

  add(key: string): void {
    if (this.#isStopped) return;
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    this.#waiting.add(key);
    this.#startWork();
  }

  /** Adds a key after a pause, unless it is added before. */
  addAfter(key: string, delayMs: number): void {
    if (this.#isStopped || this.#timers.has(key) || this.#waiting.has(key)) return;
    this.#timers.set(
      key,
      setTimeout(() => this.add(key), delayMs),
    );
  }

  /** Resolves when nothing waits and nothing is worked on, retries and pauses aside. */
  async idle(): Promise<void> {
    while (this.#active.size > 0) await Promise.all(this.#active.values());
  }

  /** Takes nothing more; resolves when the work under way has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#waiting.clear();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    await this.idle();
  }

  #startWork(): void {
    for (const key of this.#waiting) {
      if (this.#active.size >= this.#options.concurrency) return;
      if (this.#active.has(key)) continue;
      this.#waiting.delete(key);
      this.#active.set(key, this.#run(key));
    }
  }

  async #run(key: string): Promise<void> {
    // What was asked for in this turn of the loop is worked on together, after whoever asked is done.
    await Promise.resolve();
    try {
      await this.#work(key);
      this.#failures.delete(key);
    } catch (error) {
      this.#retry(key, error);
    }
    this.#active.delete(key);
    this.#startWork();
  }

  #retry(key: string, error: unknown): void {
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    this.#options.logger?.warn("controller failed", { controller: this.#options.name, key, failures, error });
    this.addAfter(key, Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1)));
  }
}
