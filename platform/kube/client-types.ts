import type { GroupVersionKind, JsonObject, KubeList, KubeObject } from "@tegata/kube-types";

/** How a kind is reached. `T` is the shape of its objects. Made by `defineResource`; holds no state. */
export interface Resource<T extends KubeObject = KubeObject> extends GroupVersionKind {
  /** Lower-case plural, e.g. `secrets`. */
  readonly plural: string;
  readonly namespaced: boolean;
  /** Never present; carries the type. */
  readonly __object?: T;
}

/** Which objects, and how. */
export interface ListOptions {
  /** All namespaces if absent. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Objects per request; the client follows `continue`. @defaultValue 500 */
  readonly chunkSize?: number;
  readonly resourceVersion?: string;
  /** Ask for metadata only: the objects come as `PartialObjectMetadata`, with the kind's own fields missing. */
  readonly metadataOnly?: boolean;
}

/** A part of a list. */
export interface ListChunk<T extends KubeObject> extends KubeList<T> {
  /** The continuation had expired, and this chunk holds everything anew: forget the chunks before. */
  readonly startsOver?: true;
}

/** Of a watch. Kubernetes API concepts, "Efficient detection of changes". */
export interface WatchOptions extends ListOptions {
  /** Events after this version; empty for all that exists now, as ADDED, and then its changes. */
  readonly resourceVersion: string;
  /** The server ends the stream after this time. */
  readonly timeoutSeconds?: number;
  /**
   * WatchList: what exists comes as ADDED, then a BOOKMARK with `initialEventsEnd`.
   * A server that cannot do this answers 400 or 422.
   */
  readonly sendInitialEvents?: boolean;
}

/** Of every write. */
export interface WriteOptions {
  /** Name under which `managedFields` records the write. */
  readonly fieldManager?: string;
  readonly dryRun?: boolean;
}

/** Of server-side apply. */
export interface ApplyOptions extends WriteOptions {
  readonly fieldManager: string;
  /** Take fields over from other managers. @defaultValue false: a conflict is an error */
  readonly force?: boolean;
}

/** RFC 6902, RFC 7386, or Kubernetes' strategic merge (built-in kinds only). */
export type PatchType = "json" | "merge" | "strategic";

/** One change, or a BOOKMARK that only moves `resourceVersion` on. */
export type WatchEvent<T extends KubeObject> =
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly object: T }
  | { readonly type: "BOOKMARK"; readonly resourceVersion: string; readonly initialEventsEnd: boolean };

/**
 * Talks to one Kubernetes API server as one identity. Safe to use concurrently; connections are kept and shared.
 *
 * Every method throws a `KubeApiError` (a TegataError with the HTTP `status` code, the Status `reason` and `causes`):
 * `denied` for 401 and 403, `invalid-input` for 400 and 422, `unavailable` for no answer, 429 and 5xx, `not-ready` for
 * 404 where the object must exist and for 409.
 */
export interface KubeClient {
  /** The API server, e.g. `https://127.0.0.1:16443`. */
  readonly server: string;
  /** @returns `undefined` if the API server says that there is no such object. */
  get<T extends KubeObject>(
    resource: Resource<T>,
    namespace: string,
    name: string,
    signal?: AbortSignal,
  ): Promise<T | undefined>;
  /** Follows `continue`; the list's `resourceVersion` is the first chunk's. */
  list<T extends KubeObject>(resource: Resource<T>, options?: ListOptions, signal?: AbortSignal): Promise<KubeList<T>>;
  /** The same list chunk by chunk, for callers that do not keep it whole. Mind {@link ListChunk.startsOver}. */
  listChunks<T extends KubeObject>(
    resource: Resource<T>,
    options?: ListOptions,
    signal?: AbortSignal,
  ): AsyncIterable<ListChunk<T>>;
  /** Events after `resourceVersion`; ends when the server ends the stream. @throws KubeApiError `Expired` when it is too old. */
  watch<T extends KubeObject>(
    resource: Resource<T>,
    options: WatchOptions,
    signal: AbortSignal,
  ): AsyncIterable<WatchEvent<T>>;
  create<T extends KubeObject>(
    resource: Resource<T>,
    object: T,
    options?: WriteOptions,
    signal?: AbortSignal,
  ): Promise<T>;
  /** PUT. With `metadata.resourceVersion` set, refused with `Conflict` if the stored object is another. */
  update<T extends KubeObject>(
    resource: Resource<T>,
    object: T,
    options?: WriteOptions & { readonly subresource?: string },
    signal?: AbortSignal,
  ): Promise<T>;
  patch<T extends KubeObject>(
    resource: Resource<T>,
    namespace: string,
    name: string,
    type: PatchType,
    patch: JsonObject | JsonObject[],
    options?: WriteOptions & { readonly subresource?: string },
    signal?: AbortSignal,
  ): Promise<T>;
  /** Server-side apply. */
  apply<T extends KubeObject>(
    resource: Resource<T>,
    object: T,
    options: ApplyOptions & { readonly subresource?: string },
    signal?: AbortSignal,
  ): Promise<T>;
  /** @returns false if there was no such object. */
  delete(
    resource: Resource,
    namespace: string,
    name: string,
    options?: {
      readonly propagationPolicy?: "Background" | "Foreground" | "Orphan";
      readonly uid?: string;
      readonly resourceVersion?: string;
    },
    signal?: AbortSignal,
  ): Promise<boolean>;
  /** POST of a kind that is answered and not stored (TokenReview, ...), or to a subresource (`serviceaccounts/NAME/token`). */
  post<T extends KubeObject>(
    resource: Resource<T>,
    body: T,
    target?: { readonly namespace?: string; readonly name?: string; readonly subresource?: string },
    signal?: AbortSignal,
  ): Promise<T>;
  /** GET of any path, e.g. `/version`; the body is parsed as JSON when it says that it is. */
  getRaw(path: string, signal?: AbortSignal): Promise<{ readonly status: number; readonly body: string }>;
  /** Closes the connections. */
  close(): Promise<void>;
}
