import type { KubeObject } from "@tegata/kube-types";
import type { Revision } from "./revision.ts";

/** One object's place in the store. */
export interface ObjectKey {
  /** Which kind of object, e.g. `secrets` or `roles.rbac.authorization.k8s.io`. */
  readonly collection: string;
  /** `namespace/name`, or `name` for a cluster-scoped object. */
  readonly key: string;
}

/** One conditional write. */
export interface Change extends ObjectKey {
  /** The version that the object must have now; 0: it must not exist. */
  readonly expectedVersion: number;
  /** What is to be stored; its `metadata.resourceVersion` is set by the store. Undefined: the object is removed. */
  readonly object: KubeObject | undefined;
}

/** Which events a watch wants. */
export interface WatchRange {
  readonly collection: string;
  /** Only keys that start so; empty for all. */
  readonly prefix: string;
  /** Events after this version. */
  readonly fromVersion: number;
}

/** A page of a list. */
export interface ListPage {
  readonly revisions: readonly Revision[];
  /** The version at which the whole list was read. */
  readonly version: number;
  /** How many more objects follow. */
  readonly remaining: number;
}

/**
 * Where the API server keeps its objects. One counter numbers all writes without gaps. Readers see what is durable, in
 * the order in which it was written; a writer's promise resolves when its write is durable and visible.
 */
export interface Store {
  /** The newest version that readers see. */
  readonly version: number;
  get(key: ObjectKey): Revision | undefined;
  /** As `get`, with writes that are not durable yet: what the next {@link Store.commit} will be compared with. */
  head(key: ObjectKey): Revision | undefined;
  /** @throws ExpiredVersionError if `atVersion` is older than the window of history. */
  list(range: {
    readonly collection: string;
    readonly prefix: string;
    readonly after?: string;
    readonly atVersion?: number;
    readonly limit?: number;
  }): ListPage;
  /**
   * @throws StaleVersionError at once if the object's version is not the expected one.
   * @throws TegataError `KUBE_API_STORAGE_FAILED` if the write could not be made durable; it then has not happened.
   */
  commit(change: Change): Promise<Revision>;
  /** Resolves when a revision that {@link Store.head} gave is durable. */
  settled(revision: Revision): Promise<void>;
  /**
   * Hands over the events after `fromVersion` in order: first the past ones (at once, if there are any), then each as it happens.
   *
   * @returns how to end it.
   * @throws ExpiredVersionError if `fromVersion` is older than the window of history.
   */
  watch(range: WatchRange, onRevisions: (revisions: readonly Revision[]) => void): () => void;
  /** Resolves when the store has reached a version, false if it did not within the time. */
  reached(version: number, timeoutMs: number, signal: AbortSignal): Promise<boolean>;
  /** Writes out what is pending and closes the files. */
  close(): Promise<void>;
}

/** A write's precondition does not hold. */
export class StaleVersionError extends Error {
  override readonly name = "StaleVersionError";
  /** What is stored instead; undefined: nothing. */
  readonly head: Revision | undefined;

  constructor(head: Revision | undefined) {
    super("the object has been modified");
    this.head = head;
  }
}

/** The version asked for is older than what the store remembers. */
export class ExpiredVersionError extends Error {
  override readonly name = "ExpiredVersionError";
  readonly version: number;
  readonly oldest: number;

  constructor(version: number, oldest: number) {
    super(`too old resource version: ${version} (${oldest})`);
    this.version = version;
    this.oldest = oldest;
  }
}
