import type { GroupVersionKind, JsonObject, KubeList, KubeObject } from "@tegata/kube-types";

/** How a kind is reached. `T` is the shape of its objects. Made by `defineResource`; holds no state. */
export interface Resource<T extends KubeObject = KubeObject> extends GroupVersionKind {
  /** Lower-case plural, e.g. `secrets`. */
  readonly plural: string;
  readonly namespaced: boolean;
  /** Never present; carries the type. */
  readonly __object?: T;
}

export interface ListOptions {
  /** All namespaces if absent. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Objects per request; the client follows `continue`. @defaultValue 500 */
  readonly chunkSize?: number;
  readonly resourceVersion?: string;
}

export interface WriteOptions {
  /** Name under which `managedFields` records the write. */
  readonly fieldManager?: string;
  readonly dryRun?: boolean;
}

export interface ApplyOptions extends WriteOptions {
  readonly fieldManager: string;
  /** Take fields over from other managers. @defaultValue false: a conflict is an error */
  readonly force?: boolean;
}

export type PatchType = "json" | "merge" | "strategic";

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
  /** Events after `resourceVersion`; ends when the server ends the stream. @throws KubeApiError `Expired` when it is too old. */
  watch<T extends KubeObject>(
    resource: Resource<T>,
    options: ListOptions & { readonly resourceVersion: string; readonly timeoutSeconds?: number },
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
