import type { JsonObject, KubeList, KubeObject } from "@tegata/kube-types";
import type { Logger, Metrics } from "@tegata/telemetry";
import type {
  ApplyOptions,
  KubeClient,
  ListChunk,
  ListOptions,
  PatchType,
  Resource,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from "../client-types.ts";
import type { ClusterAccess } from "../config/cluster-access.ts";
import manifest from "../package.json" with { type: "json" };
import { apiVersionOf, resourcePath, type ResourceTarget } from "../resources.ts";
import { type Exchange, Exchanger } from "./http-exchange.ts";
import type { PingOptions } from "./http2-transport.ts";
import { isKubeApiError, noAnswerError, type RequestSubject } from "./kube-api-error.ts";
import { parseJson } from "./json-body.ts";
import { createTransport } from "./negotiated-transport.ts";
import { selection, writing } from "./query.ts";
import { createRequestMetrics } from "./request-metrics.ts";
import type { Transport } from "./transport.ts";
import { decodeWatch } from "./watch-stream.ts";

/** Milliseconds for one request, from the first byte sent to the last byte read. Watches are not limited. */
export const REQUEST_TIMEOUT_MS = 30_000;
/** Objects per chunk of a list, as client-go's pager asks for. */
export const LIST_CHUNK_SIZE = 500;

/** How a client behaves. */
export interface KubeClientOptions {
  /** @defaultValue {@link REQUEST_TIMEOUT_MS} */
  readonly timeoutMs?: number;
  /** Product and version. @defaultValue `tegata/VERSION` */
  readonly userAgent?: string;
  readonly logger?: Logger;
  readonly metrics?: Metrics;
  /** When a connection counts as dead. @defaultValue every 30 s, 15 s without an answer */
  readonly ping?: PingOptions;
  /** Jitter of retries, 0 to 1. @defaultValue Math.random */
  readonly random?: () => number;
}

/** Makes a client. It connects with the first request. */
export function createKubeClient(access: ClusterAccess, options: KubeClientOptions = {}): KubeClient {
  const transport = createTransport(access, options.ping);
  const { timeoutMs = REQUEST_TIMEOUT_MS, userAgent = `tegata/${manifest.version}`, logger, metrics } = options;
  const exchanger = new Exchanger({
    access,
    transport,
    timeoutMs,
    headers: { "user-agent": userAgent, accept: "application/json" },
    metrics: metrics === undefined ? undefined : createRequestMetrics(metrics, new URL(access.server).host),
    logger,
    random: options.random ?? Math.random,
  });
  return new HttpKubeClient(access.server, exchanger, transport);
}

const METADATA_ONLY = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
const METADATA_ONLY_LIST = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
const PATCH_TYPES: Readonly<Record<PatchType, string>> = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
};

class HttpKubeClient implements KubeClient {
  readonly server: string;
  readonly #exchanger: Exchanger;
  readonly #transport: Transport;

  constructor(server: string, exchanger: Exchanger, transport: Transport) {
    this.server = server;
    this.#exchanger = exchanger;
    this.#transport = transport;
  }

  async get<T extends KubeObject>(
    resource: Resource<T>,
    namespace: string,
    name: string,
    signal?: AbortSignal,
  ): Promise<T | undefined> {
    const exchange = this.#exchange("get", "GET", resource, { namespace, name }, { repeatable: true });
    try {
      return await this.#object<T>(exchange, signal);
    } catch (error) {
      // Only the API's own Status says that there is no object; a proxy's 404 page says nothing of it.
      if (isKubeApiError(error, "NotFound") && error.saidByApi) return undefined;
      throw error;
    }
  }

  async list<T extends KubeObject>(
    resource: Resource<T>,
    options: ListOptions = {},
    signal?: AbortSignal,
  ): Promise<KubeList<T>> {
    let whole: KubeList<T> | undefined;
    for await (const chunk of this.listChunks(resource, options, signal)) {
      if (whole === undefined || chunk.startsOver === true) whole = { ...chunk, metadata: listVersion(chunk) };
      else for (const item of chunk.items) whole.items.push(item);
    }
    return whole ?? { apiVersion: apiVersionOf(resource), kind: `${resource.kind}List`, metadata: {}, items: [] };
  }

  async *listChunks<T extends KubeObject>(
    resource: Resource<T>,
    options: ListOptions = {},
    signal?: AbortSignal,
  ): AsyncGenerator<ListChunk<T>> {
    const query = selection(options);
    query.set("limit", String(options.chunkSize ?? LIST_CHUNK_SIZE));
    if (options.resourceVersion !== undefined) query.set("resourceVersion", options.resourceVersion);
    let restarted = false;
    for (;;) {
      const continued = query.has("continue");
      try {
        const chunk = await this.#chunk(resource, options, query, signal);
        yield restarted ? { ...chunk, startsOver: true } : chunk;
        const next = chunk.metadata.continue ?? "";
        if (next === "") return;
        query.set("continue", next);
        query.delete("resourceVersion");
      } catch (error) {
        // The snapshot behind the continuation is gone: start over, in one piece so that it cannot happen again.
        if (!continued || !isKubeApiError(error, "Expired", "Gone")) throw error;
        query.delete("continue");
        query.delete("limit");
        restarted = true;
      }
    }
  }

  async *watch<T extends KubeObject>(
    resource: Resource<T>,
    options: WatchOptions,
    signal: AbortSignal,
  ): AsyncGenerator<WatchEvent<T>> {
    const query = selection(options);
    query.set("watch", "true");
    query.set("allowWatchBookmarks", "true");
    if (options.resourceVersion !== "") query.set("resourceVersion", options.resourceVersion);
    if (options.timeoutSeconds !== undefined) query.set("timeoutSeconds", String(options.timeoutSeconds));
    if (options.sendInitialEvents === true) {
      query.set("sendInitialEvents", "true");
      query.set("resourceVersionMatch", "NotOlderThan");
    }
    const accept = options.metadataOnly === true ? METADATA_ONLY : "application/json";
    const target = { namespace: options.namespace };
    const exchange = this.#exchange("watch", "GET", resource, target, { query, repeatable: true, headers: { accept } });
    const body = await this.#exchanger.open(exchange, signal);
    try {
      yield* decodeWatch<T>(body, exchange.subject);
    } catch (error) {
      throw signal.aborted || isKubeApiError(error)
        ? error
        : noAnswerError(exchange.subject, "the connection was lost", error);
    } finally {
      body.destroy();
    }
  }

  create<T extends KubeObject>(
    resource: Resource<T>,
    object: T,
    options: WriteOptions = {},
    signal?: AbortSignal,
  ): Promise<T> {
    const { namespace, name } = object.metadata;
    const exchange = this.#exchange(
      "create",
      "POST",
      resource,
      { namespace },
      { query: writing(options), body: object },
    );
    return this.#object(named(exchange, name), signal);
  }

  update<T extends KubeObject>(
    resource: Resource<T>,
    object: T,
    options: WriteOptions & { readonly subresource?: string } = {},
    signal?: AbortSignal,
  ): Promise<T> {
    const target = { ...nameOf(object), subresource: options.subresource };
    return this.#object(
      this.#exchange("update", "PUT", resource, target, { query: writing(options), body: object }),
      signal,
    );
  }

  patch<T extends KubeObject>(
    resource: Resource<T>,
    namespace: string,
    name: string,
    type: PatchType,
    patch: JsonObject | JsonObject[],
    options: WriteOptions & { readonly subresource?: string } = {},
    signal?: AbortSignal,
  ): Promise<T> {
    const target = { namespace, name, subresource: options.subresource };
    const exchange = this.#exchange("patch", "PATCH", resource, target, {
      query: writing(options),
      body: patch,
      headers: { "content-type": PATCH_TYPES[type] },
      repeatable: type === "merge",
    });
    return this.#object(exchange, signal);
  }

  apply<T extends KubeObject>(
    resource: Resource<T>,
    object: T,
    options: ApplyOptions & { readonly subresource?: string },
    signal?: AbortSignal,
  ): Promise<T> {
    const query = writing(options);
    query.set("force", String(options.force ?? false));
    const target = { ...nameOf(object), subresource: options.subresource };
    const exchange = this.#exchange("apply", "PATCH", resource, target, {
      query,
      body: object,
      headers: { "content-type": "application/apply-patch+yaml" },
      repeatable: true,
    });
    return this.#object(exchange, signal);
  }

  async delete(
    resource: Resource,
    namespace: string,
    name: string,
    options: {
      readonly propagationPolicy?: "Background" | "Foreground" | "Orphan";
      readonly uid?: string;
      readonly resourceVersion?: string;
    } = {},
    signal?: AbortSignal,
  ): Promise<boolean> {
    const { propagationPolicy, uid, resourceVersion } = options;
    const preconditions = {
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    };
    const body = {
      kind: "DeleteOptions",
      apiVersion: "v1",
      ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
      ...(Object.keys(preconditions).length === 0 ? {} : { preconditions }),
    };
    const exchange = this.#exchange("delete", "DELETE", resource, { namespace, name }, { body, repeatable: true });
    try {
      await this.#exchanger.exchange(exchange, signal);
      return true;
    } catch (error) {
      if (isKubeApiError(error, "NotFound") && error.saidByApi) return false;
      throw error;
    }
  }

  post<T extends KubeObject>(
    resource: Resource<T>,
    body: T,
    target: { readonly namespace?: string; readonly name?: string; readonly subresource?: string } = {},
    signal?: AbortSignal,
  ): Promise<T> {
    return this.#object(this.#exchange("create", "POST", resource, target, { body }), signal);
  }

  async getRaw(path: string, signal?: AbortSignal): Promise<{ status: number; body: string }> {
    const subject = { verb: "get", name: path, server: this.server };
    const headers = { accept: "application/json, */*" };
    const exchange = { method: "GET", path, headers, subject, repeatable: true };
    const { status, body } = await this.#exchanger.exchangeRaw(exchange, signal);
    return { status, body: body.toString("utf8") };
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  async #chunk<T extends KubeObject>(
    resource: Resource<T>,
    { namespace, metadataOnly = false }: ListOptions,
    query: URLSearchParams,
    signal: AbortSignal | undefined,
  ): Promise<KubeList<T>> {
    const headers = { accept: metadataOnly ? METADATA_ONLY_LIST : "application/json" };
    const exchange = this.#exchange("list", "GET", resource, { namespace }, { query, headers, repeatable: true });
    const { body } = await this.#exchanger.exchange(exchange, signal);
    const list = parseJson(body, exchange.subject) as unknown as KubeList<T>;
    if (!Array.isArray(list.items)) list.items = [];
    // The items of a list of built-in kinds come without their apiVersion and kind.
    const apiVersion = metadataOnly ? "meta.k8s.io/v1" : apiVersionOf(resource);
    const kind = metadataOnly ? "PartialObjectMetadata" : resource.kind;
    for (const item of list.items) {
      item.apiVersion ??= apiVersion;
      item.kind ??= kind;
    }
    return list;
  }

  async #object<T extends KubeObject>(exchange: Exchange, signal: AbortSignal | undefined): Promise<T> {
    const { body } = await this.#exchanger.exchange(exchange, signal);
    return parseJson(body, exchange.subject) as unknown as T;
  }

  #exchange(
    verb: string,
    method: string,
    resource: Resource,
    target: ResourceTarget,
    options: {
      readonly query?: URLSearchParams;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
      readonly repeatable?: boolean;
    },
  ): Exchange {
    const { query, body, headers = {}, repeatable = false } = options;
    const subject: RequestSubject = {
      verb: target.subresource === undefined ? verb : `${verb} the ${target.subresource} of`,
      resource,
      namespace: resource.namespaced ? target.namespace : "",
      name: target.name,
      server: this.server,
    };
    const queryText = query === undefined || query.size === 0 ? "" : `?${query.toString()}`;
    return {
      method,
      path: resourcePath(resource, target) + queryText,
      headers: body === undefined ? headers : { "content-type": "application/json", ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
      subject,
      repeatable,
    };
  }
}

function named(exchange: Exchange, name: string | undefined): Exchange {
  return { ...exchange, subject: { ...exchange.subject, name } };
}

function nameOf({ metadata: { namespace, name } }: KubeObject): ResourceTarget {
  return { namespace, name };
}

function listVersion({ metadata: { resourceVersion } }: KubeList): KubeList["metadata"] {
  return resourceVersion === undefined ? {} : { resourceVersion };
}
