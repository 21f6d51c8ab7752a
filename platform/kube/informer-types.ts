import type { KubeObject } from "@tegata/kube-types";

/** Which objects are kept, and how. Two users with equal choices share one watch. */
export interface InformerOptions<T extends KubeObject> {
  /** All namespaces if absent. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Only `metadata` is asked for and kept (`PartialObjectMetadata`). @defaultValue false */
  readonly metadataOnly?: boolean;
  /**
   * Runs on each object before it is kept, e.g. to drop what nobody reads; must not throw. `managedFields` are dropped
   * unless `keepManagedFields`.
   */
  readonly transform?: (object: T) => T;
  readonly keepManagedFields?: boolean;
  /** Name → keys under which an object is found with `byIndex`. Further names are added to a shared informer. */
  readonly indexes?: Readonly<Record<string, (object: T) => readonly string[]>>;
  /**
   * Longest silence, in seconds, before the watch is opened again where it stood. Servers send a bookmark each minute.
   * @defaultValue {@link WATCH_SILENCE_SECONDS}
   */
  readonly watchSilenceSeconds?: number;
}

/** Hears of changes. A handler that throws is logged and changes nothing for the others. */
export interface InformerHandler<T extends KubeObject> {
  /** `initial`: the object was in the first list, or was known already when the handler came. */
  added?(object: T, initial: boolean): void;
  updated?(object: T, old: T): void;
  /** `object`: its last state that was seen. */
  deleted?(object: T): void;
}

/**
 * A local copy of the objects of one kind, kept fresh by list and watch: chunked lists, bookmarks, resumed watches, a new
 * list after 410, backoff with jitter. Handlers see every change in order, once; after a gap they see the difference.
 * The objects are shared by all readers: never change one.
 */
export interface Informer<T extends KubeObject> {
  /** `namespace/name`, or `name`. */
  get(key: string): T | undefined;
  list(): readonly T[];
  byIndex(index: string, key: string): readonly T[];
  /** @returns what takes the handler off again */
  onChange(handler: InformerHandler<T>): () => void;
  hasSynced(): boolean;
  /** Why nothing comes at the moment, for readiness and logs; `undefined` while all is well. */
  failure(): string | undefined;
  /** Resolves when the first list is in. @throws TegataError `KUBE_SYNC_TIMEOUT` after `timeoutMs`, or the signal's reason */
  waitForSync(signal: AbortSignal, timeoutMs?: number): Promise<void>;
}

/** An informer that its owner runs. */
export interface RunnableInformer<T extends KubeObject> extends Informer<T> {
  /** Keeps the copy fresh until the signal aborts. Never throws. */
  run(signal: AbortSignal): Promise<void>;
}
