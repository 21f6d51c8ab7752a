import type { Logger } from "@tegata/telemetry";
import { assembleServer } from "./bootstrap/api-server.ts";
import { issueClientPair, type KeyPair, loadIdentity, type ServerIdentity } from "./bootstrap/authority.ts";
import { startBackground } from "./bootstrap/background.ts";
import { dataFiles } from "./bootstrap/data-files.ts";
import { createDefaultObjects } from "./bootstrap/default-objects.ts";
import { formatKubeconfig } from "./bootstrap/kubeconfig.ts";
import { requestHandler } from "./http/handler.ts";
import { listenHttps } from "./http/server.ts";
import { healthRoute, versionRoute } from "./http/server-paths.ts";
import type { UserInfo } from "./registry/types.ts";
import { openStore } from "./store/index.ts";

/** Address to listen on, unless {@link KubeApiOptions.host} says otherwise. */
export const DEFAULT_HOST = "127.0.0.1";

/** Requests that still run this long after {@link KubeApi.stop} was called are cut, in milliseconds. */
export const STOP_GRACE_MS = 2000;

/** How the embedded Kubernetes API is to run. */
export interface KubeApiOptions {
  /**
   * Folder for the log, snapshots and keys (mode 0700). `memory` keeps nothing: for tests.
   * A second server on the same folder is refused with `KUBE_API_DATA_LOCKED`.
   */
  readonly dataDir: string;
  /** Loopback address to listen on. @defaultValue {@link DEFAULT_HOST} */
  readonly host?: string;
  /** 0 lets the system choose. kubectl caches discovery by host and port, so keep one port per data folder. @defaultValue 0 */
  readonly port?: number;
  /** Bearer tokens that are good as long as the server runs, each with the user that it stands for. @defaultValue none */
  readonly staticTokens?: Iterable<readonly [token: string, user: UserInfo]>;
  readonly logger?: Logger;
  /** The clock, for tests. @defaultValue the system's */
  readonly now?: () => Date;
}

/** A client certificate and its private key. */
export type ClientCredentials = KeyPair;

/** A running embedded Kubernetes API. */
export interface KubeApi {
  /** e.g. `https://127.0.0.1:16443` */
  readonly url: string;
  /** The CA that signed the serving certificate, PEM. */
  readonly caPem: string;
  /** The client certificate of the administrator (`system:masters`). */
  readonly admin: ClientCredentials;
  /** Kubeconfig (YAML) of the administrator, with the client certificate embedded. */
  readonly adminKubeconfig: string;
  /** Issues a client certificate for any user. */
  credentialsFor(username: string, groups: readonly string[]): Promise<ClientCredentials>;
  /** Writes a kubeconfig for any other user: a client certificate with this name and these groups. */
  kubeconfigFor(username: string, groups: readonly string[]): Promise<string>;
  /** Stops listening, ends watches, stops the controllers, flushes the log. */
  stop(): Promise<void>;
}

/**
 * Starts an embedded Kubernetes API server. It answers when the promise resolves.
 *
 * @throws TegataError `KUBE_API_DATA_LOCKED`, `KUBE_API_DATA_CORRUPT`, `KUBE_API_LISTEN_FAILED`
 */
export async function startKubeApi(options: KubeApiOptions): Promise<KubeApi> {
  const running = new AsyncDisposableStack();
  try {
    return await start(options, running);
  } catch (error) {
    await running.disposeAsync();
    throw error;
  }
}

/** @param running - gets what has to be stopped, which it does in the opposite order. */
async function start(options: KubeApiOptions, running: AsyncDisposableStack): Promise<KubeApi> {
  const { dataDir, logger, host = DEFAULT_HOST, port = 0, staticTokens = [], now = () => new Date() } = options;
  const store = await openStore({ dataDir, now, logger });
  running.defer(() => store.close());
  const identity = await loadIdentity(dataFiles(dataDir), host, now());
  const caPem = identity.authority.certificatePem;
  const server = assembleServer({ store, tokenSigner: identity.tokenSigner, staticTokens, now });
  running.defer(() => server.stop());
  await createDefaultObjects(server.services, now());
  const background = await startBackground({ ...server, authority: identity.authority, now, logger });
  running.defer(() => background.stop());
  const stopping = new AbortController();
  const paths = [versionRoute, healthRoute, ...server.paths];
  const https = await listenHttps(
    { host, port, serving: identity.serving, clientCaPem: caPem, stopGraceMs: STOP_GRACE_MS },
    requestHandler({ ...server, paths, now, logger, stopping: stopping.signal }),
  );
  running.defer(() => https.stop());
  running.defer(() => stopping.abort());
  return runningApi(urlOf(host, https.port), identity, now, () => running.disposeAsync());
}

function runningApi(url: string, identity: ServerIdentity, now: () => Date, stop: () => Promise<void>): KubeApi {
  const { authority, admin } = identity;
  const caPem = authority.certificatePem;
  return {
    url,
    caPem,
    admin,
    adminKubeconfig: formatKubeconfig(url, caPem, "kubernetes-admin", admin),
    credentialsFor: (username, groups) => issueClientPair(authority, username, groups, now()),
    async kubeconfigFor(username, groups) {
      return formatKubeconfig(url, caPem, username, await issueClientPair(authority, username, groups, now()));
    },
    stop,
  };
}

function urlOf(host: string, port: number): string {
  return `https://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
