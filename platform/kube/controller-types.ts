import type { Logger, Metrics } from "@tegata/telemetry";
import type { Clock } from "./clock.ts";
import type { RetryDelays } from "./workqueue/rate-limiter.ts";
import type { Priority } from "./workqueue/workqueue.ts";

/** What a reconcile asks for after it has succeeded. */
export interface ReconcileResult {
  /** Look again after this time, even if nothing changes. */
  readonly requeueAfterMs?: number;
}

/** One run of a reconciler. */
export interface ReconcileRun {
  /** In each log line of the run. */
  readonly id: string;
  /** Writes lines with the controller's name, the key and the id. Writes nothing if the controller has no logger. */
  readonly logger: Logger | undefined;
  /** Failures of this key since its last success. */
  readonly failures: number;
}

/**
 * Brings the world one object nearer to what it should be. Level-based: running it twice changes nothing.
 *
 * @param key - `namespace/name`, or `name`.
 * @param signal - aborts when the controller stops, or when the run takes too long.
 */
export type Reconciler = (key: string, signal: AbortSignal, run: ReconcileRun) => Promise<ReconcileResult>;

/** What a controller does and in which bounds. */
export interface ControllerOptions {
  /** In metrics and logs, e.g. `externalsecret`. */
  readonly name: string;
  readonly reconcile: Reconciler;
  /** Keys worked on at a time; one key is never worked on twice at a time. @defaultValue 1 */
  readonly concurrency?: number;
  /** Backoff of failed keys. @defaultValue {@link DEFAULT_RETRY_DELAYS} */
  readonly retryDelays?: RetryDelays;
  /** Longest time of one run, in milliseconds; none if absent. */
  readonly timeoutMs?: number;
  readonly logger?: Logger;
  readonly metrics?: Metrics;
  readonly clock?: Clock;
}

/**
 * A workqueue and its workers. What a thrown TegataError leads to is in the table of `@tegata/errors`; other errors are
 * bugs: logged with their stack, retried with backoff. Fairness: new and changed objects go ahead of periodic refresh.
 */
export interface Controller {
  readonly name: string;
  /** `soon`: a new or changed object; `later`: a periodic refresh, which waits behind all of the former. */
  enqueue(key: string, priority?: Priority): void;
  /** Of several delays of one key the shortest counts. */
  enqueueAfter(key: string, delayMs: number): void;
  /** Works until the signal aborts; resolves when the last reconcile has ended. */
  run(signal: AbortSignal): Promise<void>;
}
