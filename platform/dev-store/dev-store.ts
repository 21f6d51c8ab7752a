import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { JsonValue } from "@tegata/kube-types";
import type { Core, TokenReviewer } from "./core.ts";
import { MountTable } from "./mounts.ts";
import type { ApiAnswer } from "./protocol.ts";
import { Router } from "./router.ts";
import { createApiServer, type Fault, type RequestRecord } from "./server.ts";
import { memoryMap, openDurableMap } from "./storage/durable-map.ts";
import { obtainServerIdentity, type ServerIdentity } from "./tls.ts";
import { TokenStore } from "./tokens.ts";

/** Requests that are remembered for {@link DevStore.requests}. */
const REMEMBERED_REQUESTS = 10_000;

/** How often tokens that have ended are removed, in milliseconds. */
const SWEEP_MS = 60_000;

export interface DevStoreOptions {
  /** Directory for the data, readable by its owner only. Without it everything is gone with the process. */
  readonly dataDir?: string;
  /** @defaultValue `127.0.0.1` */
  readonly host?: string;
  /** @defaultValue 0: any free port */
  readonly port?: number;
  /** `true`: a certificate of its own making, kept in `dataDir`; its CA is {@link DevStore.caPem}. @defaultValue plain HTTP */
  readonly tls?: boolean | ServerIdentity;
  /** Reviews the ServiceAccount tokens of logins at `auth/kubernetes`. */
  readonly reviewToken?: TokenReviewer;
  /** Token of the root policy. @defaultValue the one in `dataDir`, or a random one */
  readonly rootToken?: string;
  /** Milliseconds since 1970. @defaultValue `Date.now` */
  readonly nowMs?: () => number;
  /** Told of each request, for an audit log. There are no values in it. */
  readonly onRequest?: (record: RequestRecord) => void;
}

/** A running dev store. */
export interface DevStore {
  /** e.g. `http://127.0.0.1:8200` */
  readonly url: string;
  /** CA of the server's certificate; empty without TLS. */
  readonly caPem: string;
  readonly rootToken: string;
  /**
   * Does what an HTTP request with the root token does, without a socket.
   *
   * @param path - below `/v1/`.
   * @throws ApiRefusal
   */
  call(method: string, path: string, body?: Readonly<Record<string, JsonValue>>): Promise<ApiAnswer>;
  /** The last requests over HTTP, oldest first. */
  requests(): readonly RequestRecord[];
  /** Has requests suffer what `fault` says of them, from now on; `undefined` ends that. */
  setFault(
    fault: ((request: { readonly method: string; readonly path: string }) => Fault | undefined) | undefined,
  ): void;
  /** Ends the connections and closes the data. */
  stop(): Promise<void>;
}

/**
 * Starts a store that speaks the HTTP API of HashiCorp Vault: KV versions 1 and 2, tokens, policies, and logins by
 * Kubernetes, AppRole, user name, JWT and client certificate. A KV version 2 engine is mounted at `secret/`.
 *
 * The data is not encrypted: it is for development, and for clusters whose disks are.
 *
 * @throws TegataError `DEV_STORE_LOCKED`, `DEV_STORE_CORRUPT`
 */
export async function startDevStore(options: DevStoreOptions = {}): Promise<DevStore> {
  const map = options.dataDir === undefined ? memoryMap() : await openDurableMap(options.dataDir);
  const nowMs = options.nowMs ?? Date.now;
  const core: Core = { map, tokens: new TokenStore(map, nowMs), nowMs, reviewToken: options.reviewToken };
  const mounts = new MountTable(map);
  const rootToken = await initialize(core, mounts, options);
  const router = new Router(core, mounts);
  const requests: RequestRecord[] = [];
  let fault: Parameters<DevStore["setFault"]>[0];
  const host = options.host ?? "127.0.0.1";
  const tls = await chooseIdentity(options, host, new Date(nowMs()));
  const server = createApiServer(router, tls, {
    fault: (request) => fault?.(request),
    record: (record) => {
      if (requests.push(record) > REMEMBERED_REQUESTS) requests.shift();
      options.onRequest?.(record);
    },
  });
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(options.port ?? 0, host, resolve);
  await listening.catch(async (error: unknown) => {
    await map.close();
    throw error;
  });
  const sweeper = setInterval(() => void core.tokens.sweep().catch(() => undefined), SWEEP_MS).unref();
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? "http" : "https"}://${host.includes(":") ? `[${host}]` : host}:${port}`,
    caPem: tls?.caPem ?? "",
    rootToken,
    call: (method, path, body = {}) =>
      router.answer(
        { method, path, query: new URLSearchParams(), body, token: rootToken, clientCertificate: undefined },
        new AbortController().signal,
      ),
    requests: () => requests,
    setFault: (next) => {
      fault = next;
    },
    stop: async () => {
      clearInterval(sweeper);
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeAllConnections();
      await closed;
      await map.close();
    },
  };
}

async function chooseIdentity(
  { tls = false, dataDir }: DevStoreOptions,
  host: string,
  now: Date,
): Promise<ServerIdentity | undefined> {
  if (typeof tls === "object") return tls;
  return tls ? obtainServerIdentity(host, dataDir, now) : undefined;
}

/** Makes what a new store has: the root token, the token method, and `secret/`. */
async function initialize(core: Core, mounts: MountTable, options: DevStoreOptions): Promise<string> {
  const rootToken = options.rootToken ?? (await readOrMakeRootToken(options.dataDir));
  if (core.tokens.get(rootToken) === undefined) {
    const terms = { policies: ["root"], ttlSeconds: 0, maxTtlSeconds: 0, periodSeconds: 0, uses: 0 };
    await core.tokens.create(
      { ...terms, type: "service", renewable: false, noDefaultPolicy: true },
      { path: "auth/token/root", displayName: "root" },
      rootToken,
    );
  }
  if (!mounts.list("auth").some(({ path }) => path === "auth/token/")) {
    await mounts.add("auth/token", { type: "token", description: "token based credentials" });
    await mounts.add("secret", { type: "kv", options: { version: "2" }, description: "key/value secret storage" });
  }
  return rootToken;
}

async function readOrMakeRootToken(dataDir: string | undefined): Promise<string> {
  const made = `hvs.${randomBytes(24).toString("base64url")}`;
  if (dataDir === undefined) return made;
  const path = join(dataDir, "root-token");
  try {
    await writeFile(path, `${made}\n`, { flag: "wx", mode: 0o600 });
    return made;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    return (await readFile(path, "utf8")).trim();
  }
}
