import { asTegataError, TegataError } from "@tegata/errors";
import type { KubeObject } from "@tegata/kube-types";
import type { Logger } from "@tegata/telemetry";
import type { KubeClient, ListOptions, Resource } from "../client-types.ts";
import { type Clock, systemClock } from "../clock.ts";
import type { InformerHandler, InformerOptions, RunnableInformer } from "../informer-types.ts";
import { qualifiedPlural } from "../resources.ts";
import type { BackoffOptions } from "./backoff.ts";
import { type CacheChange, type IndexFunction, ObjectCache } from "./object-cache.ts";
import { Reflector } from "./reflector.ts";

/** Longest silence of a watch, in seconds: two bookmarks have failed to come. */
export const WATCH_SILENCE_SECONDS = 150;
/** Longest silence within a first list that comes as a stream, in seconds. */
export const INITIAL_SILENCE_SECONDS = 30;
/** Backoff of lists and watches, as client-go's reflector. */
export const WATCH_BACKOFF: BackoffOptions = { firstMs: 800, maxMs: 30_000, resetAfterMs: 120_000 };
/** Milliseconds that {@link RunnableInformer.waitForSync} waits, as controller-runtime's CacheSyncTimeout. */
export const SYNC_TIMEOUT_MS = 120_000;

/** What an informer runs in. */
export interface InformerEnvironment {
  readonly logger?: Logger;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** @defaultValue {@link WATCH_BACKOFF} */
  readonly backoff?: BackoffOptions;
}

/** Makes an informer of its own; `createInformerFactory` makes shared ones. */
export function createInformer<T extends KubeObject>(
  client: KubeClient,
  resource: Resource<T>,
  options: InformerOptions<T> = {},
  environment: InformerEnvironment = {},
): SharedInformer<T> {
  return new SharedInformer(client, resource, options, environment);
}

/** An informer whose indexes can be added to. */
export class SharedInformer<T extends KubeObject> implements RunnableInformer<T> {
  readonly #resource: Resource<T>;
  readonly #cache: ObjectCache<T>;
  readonly #reflector: Reflector<T>;
  readonly #handlers = new Set<InformerHandler<T>>();
  readonly #logger: Logger | undefined;
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();
  #synced = false;

  constructor(
    client: KubeClient,
    resource: Resource<T>,
    options: InformerOptions<T>,
    environment: InformerEnvironment,
  ) {
    const { logger, clock = systemClock, random = Math.random, backoff = WATCH_BACKOFF } = environment;
    this.#resource = resource;
    this.#logger = logger;
    this.#clock = clock;
    this.#cache = new ObjectCache((change) => this.#tell(change));
    this.addIndexes(options.indexes ?? {});
    this.#reflector = new Reflector({
      client,
      resource,
      selection: selectionOf(options),
      prepare: preparation(options),
      sink: {
        replace: (listed) => {
          this.#cache.replace(listed);
          this.#nowSynced();
        },
        upsert: (object) => this.#cache.upsert(object),
        remove: (object) => this.#cache.remove(object),
      },
      backoff,
      watchSilenceSeconds: options.watchSilenceSeconds ?? WATCH_SILENCE_SECONDS,
      initialSilenceSeconds: Math.min(options.watchSilenceSeconds ?? INITIAL_SILENCE_SECONDS, INITIAL_SILENCE_SECONDS),
      clock,
      random,
      logger,
    });
  }

  get(key: string): T | undefined {
    return this.#cache.get(key);
  }

  list(): readonly T[] {
    return this.#cache.list();
  }

  byIndex(index: string, key: string): readonly T[] {
    return this.#cache.byIndex(index, key);
  }

  /** @throws Error if a name stands for another function already: that is a bug. */
  addIndexes(indexes: Readonly<Record<string, IndexFunction<T>>>): void {
    for (const [name, indexOf] of Object.entries(indexes)) this.#cache.addIndex(name, indexOf);
  }

  onChange(handler: InformerHandler<T>): () => void {
    this.#handlers.add(handler);
    if (this.#synced)
      for (const object of this.#cache.list()) this.#tellOne(handler, { type: "added", object, initial: true });
    return () => this.#handlers.delete(handler);
  }

  hasSynced(): boolean {
    return this.#synced;
  }

  failure(): string | undefined {
    const { failure } = this.#reflector;
    if (failure === undefined) return undefined;
    return asTegataError(failure)?.text ?? `${qualifiedPlural(this.#resource)}: the watch fails`;
  }

  async waitForSync(signal: AbortSignal, timeoutMs: number = SYNC_TIMEOUT_MS): Promise<void> {
    if (this.#synced) return;
    const end = Promise.withResolvers<void>();
    const onAbort = () => end.reject(signal.reason);
    const cancel = this.#clock.setTimer(() => end.reject(this.#notSynced(timeoutMs)), timeoutMs);
    this.#waiting.add(end.resolve);
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    try {
      await end.promise;
    } finally {
      cancel();
      this.#waiting.delete(end.resolve);
      signal.removeEventListener("abort", onAbort);
    }
  }

  run(signal: AbortSignal): Promise<void> {
    return this.#reflector.run(signal);
  }

  #nowSynced(): void {
    this.#synced = true;
    for (const resolve of this.#waiting) resolve();
  }

  #tell(change: CacheChange<T>): void {
    for (const handler of this.#handlers) this.#tellOne(handler, change);
  }

  #tellOne(handler: InformerHandler<T>, change: CacheChange<T>): void {
    try {
      if (change.type === "added") handler.added?.(change.object, change.initial);
      else if (change.type === "updated") handler.updated?.(change.object, change.old);
      else handler.deleted?.(change.object);
    } catch (error) {
      this.#logger?.error("informer handler failed", { resource: qualifiedPlural(this.#resource), error });
    }
  }

  #notSynced(timeoutMs: number): TegataError {
    const why = this.failure() ?? "the API server has not answered yet";
    return new TegataError({
      kind: "unavailable",
      code: "KUBE_SYNC_TIMEOUT",
      message: `${qualifiedPlural(this.#resource)} could not be listed within ${timeoutMs / 1000} s: ${why}`,
      remedy:
        "Check that the API server can be reached, that the kind is installed, and that RBAC allows list and watch.",
      cause: this.#reflector.failure,
    });
  }
}

function selectionOf<T extends KubeObject>(options: InformerOptions<T>): ListOptions {
  const { namespace, labelSelector, fieldSelector, metadataOnly } = options;
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
    ...(metadataOnly === undefined ? {} : { metadataOnly }),
  };
}

function preparation<T extends KubeObject>(options: InformerOptions<T>): (object: T) => T {
  const { keepManagedFields = false, transform } = options;
  return (object) => {
    // Nearly half of a decoded object's memory, and no controller reads them.
    if (!keepManagedFields) delete object.metadata.managedFields;
    return transform === undefined ? object : transform(object);
  };
}
