export interface ReconcileResult {
  /** Look again after this time, even if nothing changes. */
  readonly requeueAfterMs?: number;
}

/** Brings the world one object nearer to what it should be. Level-based: running it twice changes nothing. */
export type Reconciler = (key: string, signal: AbortSignal) => Promise<ReconcileResult>;

export interface ControllerOptions {
  /** In metrics and logs, e.g. `externalsecret`. */
  readonly name: string;
  readonly reconcile: Reconciler;
  /** Keys worked on at a time; one key is never worked on twice at a time. @defaultValue 1 */
  readonly concurrency?: number;
}

/**
 * A workqueue and its workers. What a thrown TegataError leads to is in the table of `@tegata/errors`; other errors are
 * bugs: logged with their stack, retried with backoff. Fairness: new and changed objects go ahead of periodic refresh.
 */
export interface Controller {
  /** `soon`: a new or changed object; `later`: a periodic refresh, which waits behind all of the former. */
  enqueue(key: string, priority?: "soon" | "later"): void;
  enqueueAfter(key: string, delayMs: number): void;
  /** Works until the signal aborts; resolves when the last reconcile has ended. */
  run(signal: AbortSignal): Promise<void>;
}
