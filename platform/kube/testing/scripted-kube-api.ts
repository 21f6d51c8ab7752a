import { randomUUID } from "node:crypto";
import {
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from "node:http2";
import { createServer, type Server } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { TestContext } from "node:test";
import type { KubeObject, ObjectMeta } from "@tegata/kube-types";
import type { ClusterAccess } from "../config/cluster-access.ts";
import { createStaticAccess } from "../config/composed-access.ts";
import { createServingCertificate } from "./test-certificates.ts";

/** One request as a script sees it. */
export interface ScriptedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Http2ServerRequest["headers"];
  readonly body: string;
  /** HTTP/2 or HTTP/1.1 connection that it came on. */
  readonly connection: Socket;
}

type Script = (request: ScriptedRequest, response: Http2ServerResponse) => boolean | Promise<boolean>;
type Stored = KubeObject & { spec?: unknown; data?: unknown };

interface Change {
  readonly version: number;
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly collection: string;
  readonly object: Stored;
}

interface Watcher {
  readonly collection: string;
  readonly namespace: string;
  readonly response: Http2ServerResponse;
  /** Bookmarks carry the kind of the first object; the test kinds are all of one. */
  readonly bookmarks: boolean;
}

/**
 * A small API server on a real TLS socket whose behaviour a test scripts: it drops connections, forgets history, throttles
 * and hangs on demand. It knows lists, chunks, watches, bookmarks, WatchList and optimistic locking, and no other rule.
 */
export class ScriptedKubeApi {
  /** Every request since the start. */
  readonly requests: ScriptedRequest[] = [];
  /** TCP connections accepted since the start. */
  connections = 0;
  /** Answers `sendInitialEvents` with 422, as servers before 1.32 do, if false. */
  watchListEnabled = true;
  /** Runs before every request; true if it has answered (or deliberately not). */
  script: Script = () => false;
  readonly #objects = new Map<string, Map<string, Stored>>();
  readonly #sockets = new Set<Socket>();
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #watchers = new Set<Watcher>();
  readonly #certificate: { certificatePem: string; keyPem: string };
  readonly #allowHttp2: boolean;
  #server: Http2SecureServer | Server | undefined;
  #history: Change[] = [];
  #version = 1;
  #oldestVersion = 0;
  #port = 0;

  private constructor(certificate: { certificatePem: string; keyPem: string }, allowHttp2: boolean) {
    this.#certificate = certificate;
    this.#allowHttp2 = allowHttp2;
  }

  /** Starts one that stops with the test. */
  static async start(t: TestContext, options: { http2?: boolean } = {}): Promise<ScriptedKubeApi> {
    const api = new ScriptedKubeApi(await createServingCertificate(), options.http2 ?? true);
    await api.listen();
    t.after(() => api.stop());
    return api;
  }

  get url(): string {
    return `https://127.0.0.1:${this.#port}`;
  }

  get caPem(): string {
    return this.#certificate.certificatePem;
  }

  access(token?: string): ClusterAccess {
    return createStaticAccess({ server: this.url, caPem: this.caPem, ...(token === undefined ? {} : { token }) });
  }

  /** Listens, on the same port as before. */
  async listen(): Promise<void> {
    const { certificatePem, keyPem } = this.#certificate;
    const tls = { cert: certificatePem, key: keyPem };
    const server = this.#allowHttp2 ? createSecureServer(tls) : createServer(tls);
    server.on("connection", (socket: Socket) => {
      this.connections++;
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    // The compatibility API of node:http2 and that of node:https are the same for what is used here.
    server.on("request", (request: unknown, response: unknown) => {
      void this.#serve(request as Http2ServerRequest, response as Http2ServerResponse);
    });
    server.on("session", (session: ServerHttp2Session) => {
      this.#sessions.add(session);
      session.once("close", () => this.#sessions.delete(session));
    });
    server.on("sessionError", () => undefined);
    server.on("error", () => undefined);
    await new Promise<void>((resolve) => server.listen(this.#port, "127.0.0.1", resolve));
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Stops listening and cuts every connection. Objects are kept. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    this.dropConnections();
    await closed;
  }

  /** Cuts every TCP connection without a word. */
  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#watchers.clear();
  }

  /** Asks clients to take new requests elsewhere, as API servers do now and then (`--goaway-chance`). */
  goAway(): void {
    for (const session of this.#sessions) session.goaway();
  }

  /** Ends every watch as a server does when its time is up. */
  endWatches(): void {
    for (const { response } of this.#watchers) response.end();
    this.#watchers.clear();
  }

  /** Forgets the history: a watch from before is answered with 410. */
  compact(): void {
    this.#history = [];
    this.#oldestVersion = this.#version;
  }

  get watcherCount(): number {
    return this.#watchers.size;
  }

  get resourceVersion(): string {
    return String(this.#version);
  }

  /** What is stored below a collection's path, e.g. `/api/v1/secrets`. */
  stored(collection: string): Stored[] {
    return [...(this.#objects.get(collection)?.values() ?? [])];
  }

  /** Stores an object as if somebody had written it. */
  put(collection: string, object: Stored): Stored {
    const items = this.#collection(collection);
    const key = keyOf(object.metadata);
    const old = items.get(key);
    const metadata = {
      uid: old?.metadata.uid ?? randomUUID(),
      ...object.metadata,
      resourceVersion: String(++this.#version),
    };
    const stored = { ...object, metadata };
    items.set(key, stored);
    this.#publish({
      version: this.#version,
      type: old === undefined ? "ADDED" : "MODIFIED",
      collection,
      object: stored,
    });
    return stored;
  }

  /** Deletes an object as if somebody had. */
  remove(collection: string, key: string): boolean {
    const items = this.#collection(collection);
    const old = items.get(key);
    if (old === undefined) return false;
    items.delete(key);
    const object = { ...old, metadata: { ...old.metadata, resourceVersion: String(++this.#version) } };
    this.#publish({ version: this.#version, type: "DELETED", collection, object });
    return true;
  }

  /** Sends a bookmark to every watcher that asked for them. */
  sendBookmarks(): void {
    for (const watcher of this.#watchers)
      if (watcher.bookmarks) writeBookmark(watcher.response, this.resourceVersion, false);
  }

  /** Writes a raw line to every watcher. */
  sendLine(line: string): void {
    for (const { response } of this.#watchers) response.write(`${line}\n`);
  }

  /** Writes the beginning of a line to every watcher. */
  sendFragment(text: string): void {
    for (const { response } of this.#watchers) response.write(text);
  }

  #collection(path: string): Map<string, Stored> {
    const items = this.#objects.get(path) ?? new Map<string, Stored>();
    this.#objects.set(path, items);
    return items;
  }

  #publish(change: Change): void {
    this.#history.push(change);
    for (const watcher of this.#watchers)
      if (concerns(watcher, change)) writeEvent(watcher.response, change.type, change.object);
  }

  async #serve(incoming: Http2ServerRequest, response: Http2ServerResponse): Promise<void> {
    response.on("error", () => undefined);
    let body = "";
    try {
      for await (const chunk of incoming.setEncoding("utf8")) body += chunk;
    } catch {
      return;
    }
    const request = {
      method: incoming.method,
      url: new URL(incoming.url, this.url),
      headers: incoming.headers,
      body,
      connection: incoming.socket,
    };
    this.requests.push(request);
    if (await this.script(request, response)) return;
    const target = parsePath(request.url.pathname);
    if (target === undefined) return answer(response, 404, "404 page not found");
    if (request.method === "GET") return this.#read(request, response, target);
    return this.#write(request, response, target);
  }

  #read({ url, headers }: ScriptedRequest, response: Http2ServerResponse, target: Target): void {
    if (target.name !== "") {
      const object = this.#collection(target.collection).get(keyOf(target));
      return object === undefined ? refuse(response, 404, "NotFound", target) : answer(response, 200, object);
    }
    if (url.searchParams.get("watch") === "true") return this.#watch(url.searchParams, response, target);
    const metadataOnly = (headers.accept ?? "").includes("PartialObjectMetadataList");
    return this.#list(url.searchParams, response, target, metadataOnly);
  }

  #list(query: URLSearchParams, response: Http2ServerResponse, target: Target, metadataOnly: boolean): void {
    const token = query.get("continue");
    const [version, start] = token === null ? [this.#version, ""] : (JSON.parse(token) as [number, string]);
    if (version < this.#oldestVersion) return refuse(response, 410, "Expired", target);
    const limit = Number(query.get("limit") ?? "0") || Number.POSITIVE_INFINITY;
    const all = [...this.#collection(target.collection)]
      .filter(
        ([key, { metadata }]) => key > start && (target.namespace === "" || metadata.namespace === target.namespace),
      )
      .sort(([a], [b]) => (a < b ? -1 : 1));
    const page = all.slice(0, limit);
    const last = page.at(-1)?.[0] ?? "";
    const more = all.length > page.length ? { continue: JSON.stringify([version, last]) } : {};
    // Like a real one, it names neither kind nor apiVersion on the items.
    const items = page.map(([, { kind: _kind, apiVersion: _apiVersion, ...rest }]) =>
      metadataOnly ? { metadata: rest.metadata } : rest,
    );
    answer(response, 200, {
      kind: "List",
      apiVersion: "v1",
      metadata: { resourceVersion: String(version), ...more },
      items,
    });
  }

  #watch(query: URLSearchParams, response: Http2ServerResponse, target: Target): void {
    const sendInitialEvents = query.get("sendInitialEvents") === "true";
    if (sendInitialEvents && !this.watchListEnabled) return refuse(response, 422, "Invalid", target);
    const from = query.get("resourceVersion") ?? "";
    const bookmarks = query.get("allowWatchBookmarks") === "true";
    const watcher = { collection: target.collection, namespace: target.namespace, response, bookmarks };
    response.writeHead(200, { "content-type": "application/json" });
    if (sendInitialEvents || from === "" || from === "0") {
      const objects = [...this.#collection(target.collection).values()];
      for (const object of objects) {
        if (concerns(watcher, { collection: target.collection, object })) writeEvent(response, "ADDED", object);
      }
      if (sendInitialEvents) writeBookmark(response, this.resourceVersion, true);
    } else if (Number(from) < this.#oldestVersion) {
      response.end(`${JSON.stringify({ type: "ERROR", object: statusOf(410, "Expired", target) })}\n`);
      return;
    } else {
      for (const change of this.#history) {
        if (change.version > Number(from) && concerns(watcher, change))
          writeEvent(response, change.type, change.object);
      }
    }
    response.write("\n");
    this.#watchers.add(watcher);
    response.once("close", () => this.#watchers.delete(watcher));
  }

  #write({ method, body, url }: ScriptedRequest, response: Http2ServerResponse, target: Target): void {
    const items = this.#collection(target.collection);
    const sent = body === "" ? {} : (JSON.parse(body) as Partial<Stored> & { preconditions?: { uid?: string } });
    if (method === "POST" && target.name !== "")
      return answer(response, 201, { ...sent, status: { path: url.pathname } });
    const metadata = {
      ...sent.metadata,
      namespace: target.namespace,
      name: target.name || (sent.metadata?.name ?? ""),
    };
    if (target.namespace === "") Reflect.deleteProperty(metadata, "namespace");
    const old = items.get(keyOf(metadata));
    switch (method) {
      case "POST":
        if (old !== undefined) return refuse(response, 409, "AlreadyExists", target);
        return answer(response, 201, this.put(target.collection, { ...(sent as Stored), metadata }));
      case "PUT":
        if (old === undefined) return refuse(response, 404, "NotFound", target);
        if (isStale(sent.metadata, old)) return refuse(response, 409, "Conflict", target);
        return answer(response, 200, this.put(target.collection, { ...(sent as Stored), metadata }));
      case "PATCH": {
        if (old === undefined && !url.searchParams.has("force")) return refuse(response, 404, "NotFound", target);
        if (old !== undefined && isStale(sent.metadata, old)) return refuse(response, 409, "Conflict", target);
        const merged = mergePatch(old ?? {}, { ...sent, metadata }) as Stored;
        return answer(response, old === undefined ? 201 : 200, this.put(target.collection, merged));
      }
      case "DELETE":
        if (sent.preconditions?.uid !== undefined && sent.preconditions.uid !== old?.metadata.uid) {
          return refuse(response, 409, "Conflict", target);
        }
        if (!this.remove(target.collection, keyOf(metadata))) return refuse(response, 404, "NotFound", target);
        return answer(response, 200, { kind: "Status", apiVersion: "v1", status: "Success" });
      default:
        return refuse(response, 405, "MethodNotAllowed", target);
    }
  }
}

interface Target {
  readonly collection: string;
  readonly namespace: string;
  readonly name: string;
  readonly plural: string;
}

function parsePath(path: string): Target | undefined {
  const match = /^(\/api\/[^/]+|\/apis\/[^/]+\/[^/]+)(?:\/namespaces\/([^/]+)(?=\/[^/]+))?\/([^/]+)(?:\/([^/]+))?/.exec(
    path,
  );
  if (match === null) return undefined;
  const [, root = "", namespace = "", plural = "", name = ""] = match;
  return { collection: `${root}/${plural}`, namespace, name, plural };
}

function keyOf({ namespace = "", name = "" }: Pick<ObjectMeta, "namespace" | "name">): string {
  return namespace === "" ? name : `${namespace}/${name}`;
}

function concerns(
  watcher: Pick<Watcher, "collection" | "namespace">,
  change: Pick<Change, "collection" | "object">,
): boolean {
  const { namespace = "" } = change.object.metadata;
  return change.collection === watcher.collection && (watcher.namespace === "" || watcher.namespace === namespace);
}

function isStale(sent: ObjectMeta | undefined, old: Stored): boolean {
  return sent?.resourceVersion !== undefined && sent.resourceVersion !== old.metadata.resourceVersion;
}

function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const merged: Record<string, unknown> = typeof target === "object" && target !== null ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(merged, key);
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
}

function writeEvent(response: Http2ServerResponse, type: string, object: unknown): void {
  response.write(`${JSON.stringify({ type, object })}\n`);
}

function writeBookmark(response: Http2ServerResponse, resourceVersion: string, initialEventsEnd: boolean): void {
  const annotations = initialEventsEnd ? { annotations: { "k8s.io/initial-events-end": "true" } } : {};
  writeEvent(response, "BOOKMARK", { kind: "Secret", apiVersion: "v1", metadata: { resourceVersion, ...annotations } });
}

function statusOf(code: number, reason: string, { plural, name }: Target): object {
  const message = `${plural} "${name}": ${reason}`;
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    reason,
    details: { name, kind: plural },
    code,
  };
}

function refuse(response: Http2ServerResponse, code: number, reason: string, target: Target): void {
  answer(response, code, statusOf(code, reason, target));
}

function answer(response: Http2ServerResponse, code: number, body: unknown): void {
  const isText = typeof body === "string";
  response.writeHead(code, { "content-type": isText ? "text/plain" : "application/json" });
  response.end(isText ? body : JSON.stringify(body));
}
