import type { Logger } from "@tegata/telemetry";
import { assembleServer } from "./bootstrap/api-server.ts";
import {
  type Authority,
  issueClientPair,
  type KeyPair,
  loadAdminPair,
  loadAuthority,
  loadServingPair,
  loadSigner,
} from "./bootstrap/authority.ts";
import { dataFiles } from "./bootstrap/data-files.ts";
import { startBackground } from "./bootstrap/background.ts";
import { createDefaultObjects } from "./bootstrap/default-objects.ts";
import { formatKubeconfig } from "./bootstrap/kubeconfig.ts";
import { startCrdController } from "./crd/index.ts";
import { requestHandler } from "./http/handler.ts";
import { listenHttps } from "./http/server.ts";
import { healthRoute, versionRoute } from "./http/server-paths.ts";
import { openStore } from "./store/index.ts";

/** Address to listen on, unless {@link KubeApiOptions.host} says otherwise. */
export const DEFAULT_HOST = "127.0.0.1";

/** Requests that still run this long after {@link KubeApi.stop} was called are cut, in milliseconds. */
export const STOP_GRACE_MS = 5000;

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
  readonly logger?: Logger;
  /** The clock, for tests. @defaultValue the system's */
  readonly now?: () => Date;
}

/** A client certificate and its key, PEM. */
export interface ClientCredentials {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

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
  /** Stops listening, ends watches, flushes the log. */
  stop(): Promise<void>;
}

/**
 * Starts an embedded Kubernetes API server. It answers when the promise resolves.
 *
 * @throws TegataError `KUBE_API_DATA_LOCKED`, `KUBE_API_DATA_CORRUPT`, `KUBE_API_LISTEN_FAILED`
 */
export async function startKubeApi(options: KubeApiOptions): Promise<KubeApi> {
  const now = options.now ?? (() => new Date());
  const host = options.host ?? DEFAULT_HOST;
  const store = await openStore({ dataDir: options.dataDir, now, logger: options.logger });
  const stopping = new AbortController();
  try {
    const files = dataFiles(options.dataDir);
    const authority = await loadAuthority(files, now());
    const [serving, admin, tokenSigner] = await Promise.all([
      loadServingPair(files, authority, host, now()),
      loadAdminPair(files, authority, now()),
      loadSigner(files, "service-accounts"),
    ]);
    const server = assembleServer(store, tokenSigner, now);
    const { services } = server;
    await createDefaultObjects(services, now());
    const background = await startBackground({ services, now, logger: options.logger }, authority.certificatePem);
    const crds = await startCrdController({ services: server.services, now, logger: options.logger });
    const handle = requestHandler({
      ...server,
      paths: [versionRoute, healthRoute, ...server.paths],
      now,
      logger: options.logger,
      stopping: stopping.signal,
    });
    const https = await listenHttps(
      {
        host,
        port: options.port ?? 0,
        certificatePem: serving.certificatePem,
        privateKeyPem: serving.privateKeyPem,
        clientCaPem: authority.certificatePem,
        stopGraceMs: STOP_GRACE_MS,
      },
      handle,
    );
    const stop = async (): Promise<void> => {
      stopping.abort();
      await https.stop();
      await crds.stop();
      server.authorizer.stop();
      await store.close();
    };
    return runningApi(urlOf(host, https.port), authority, admin, now, stop);
  } catch (error) {
    await store.close();
    throw error;
  }
}

function runningApi(
  url: string,
  authority: Authority,
  admin: KeyPair,
  now: () => Date,
  stop: () => Promise<void>,
): KubeApi {
  const caPem = authority.certificatePem;
  let stopped: Promise<void> | undefined;
  return {
    url,
    caPem,
    admin,
    adminKubeconfig: formatKubeconfig(url, caPem, "kubernetes-admin", admin),
    credentialsFor: (username, groups) => issueClientPair(authority, username, groups, now()),
    async kubeconfigFor(username, groups) {
      return formatKubeconfig(url, caPem, username, await issueClientPair(authority, username, groups, now()));
    },
    stop: () => (stopped ??= stop()),
  };
}

function urlOf(host: string, port: number): string {
  return `https://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
