import type { KubeObject } from "@tegata/kube-types";

export interface InformerOptions<T extends KubeObject> {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Only `metadata` is asked for and kept (`PartialObjectMetadata`). @defaultValue false */
  readonly metadataOnly?: boolean;
  /** Runs on each object before it is kept, e.g. to drop what nobody reads. `managedFields` are dropped unless `keepManagedFields`. */
  readonly transform?: (object: T) => T;
  readonly keepManagedFields?: boolean;
  /** Name → keys under which an object is found with `byIndex`. */
  readonly indexes?: Readonly<Record<string, (object: T) => readonly string[]>>;
}

export interface InformerHandler<T extends KubeObject> {
  /** `initial`: the object was in the first list. */
  added?(object: T, initial: boolean): void;
  updated?(object: T, old: T): void;
  deleted?(object: T): void;
}

/**
 * A local copy of the objects of one kind, kept fresh by list and watch: chunked lists, bookmarks, resumed watches, a new
 * list after 410, backoff with jitter. Handlers see every change in order, once; after a gap they see the difference.
 */
export interface Informer<T extends KubeObject> {
  /** `namespace/name`, or `name`. */
  get(key: string): T | undefined;
  list(): readonly T[];
  byIndex(index: string, key: string): readonly T[];
  onChange(handler: InformerHandler<T>): void;
  hasSynced(): boolean;
  /** Resolves when the first list is in. @throws TegataError `KUBE_SYNC_TIMEOUT` after `timeoutMs` */
  waitForSync(signal: AbortSignal, timeoutMs?: number): Promise<void>;
}
