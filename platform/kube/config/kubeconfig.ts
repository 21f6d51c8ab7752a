import { readFile } from "node:fs/promises";
import { delimiter } from "node:path";
import { TegataError } from "@tegata/errors";
import type { ClusterAccess } from "./cluster-access.ts";
import { createClusterAccess } from "./composed-access.ts";
import { createExecCredentials } from "./exec-credentials.ts";
import {
  type KubeconfigDocument,
  kubeconfigInvalid,
  mergeKubeconfigs,
  parseKubeconfigDocument,
} from "./kubeconfig-document.ts";
import { findEntry, KubeconfigEntryReader } from "./kubeconfig-entry.ts";
import { execConfigOf, headersOf, tokenOf } from "./kubeconfig-user.ts";

/** How a kubeconfig becomes an access. */
export interface KubeconfigOptions {
  /** @defaultValue the file's `current-context` */
  readonly context?: string;
  /** The process's environment, which credential plugins inherit. @defaultValue empty */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Whether a credential plugin may ask on the terminal. @defaultValue false */
  readonly interactive?: boolean;
  /** Monotonic clock, milliseconds. */
  readonly nowMs?: () => number;
  /** Wall clock, for the expiry of a plugin's credential. */
  readonly now?: () => Date;
}

/**
 * Reads kubeconfig files and merges them as kubectl does. Files that do not exist are passed over.
 *
 * @param paths - a path, or several as in `KUBECONFIG`, separated by the system's path delimiter.
 * @throws TegataError `KUBECONFIG_NOT_FOUND` if none of them exists, `KUBECONFIG_INVALID`, `KUBECONFIG_UNSUPPORTED`
 */
export async function readKubeconfigAccess(paths: string, options: KubeconfigOptions = {}): Promise<ClusterAccess> {
  const documents: KubeconfigDocument[] = [];
  for (const path of paths.split(delimiter).filter((path) => path !== "")) {
    const text = await readIfExists(path);
    if (text !== undefined) documents.push(await parseKubeconfigDocument(text, path));
  }
  if (documents.length === 0) throw notFound(paths);
  return accessOf(mergeKubeconfigs(documents), options);
}

/**
 * Uses the text of a kubeconfig.
 *
 * @param path - what relative paths inside it start from. @defaultValue a file `kubeconfig` in the working directory
 * @throws TegataError `KUBECONFIG_INVALID`, `KUBECONFIG_UNSUPPORTED`
 */
export async function parseKubeconfigAccess(
  text: string,
  options: KubeconfigOptions & { readonly path?: string } = {},
): Promise<ClusterAccess> {
  return accessOf(await parseKubeconfigDocument(text, options.path ?? "kubeconfig"), options);
}

function accessOf(document: KubeconfigDocument, options: KubeconfigOptions): ClusterAccess {
  const { environment = {}, interactive = false, nowMs = () => performance.now(), now = () => new Date() } = options;
  const { context, cluster, user } = entriesOf(document, options.context ?? document.currentContext);
  const exec = execConfigOf(user, cluster);
  const insecureSkipTlsVerify = cluster.flag("insecure-skip-tls-verify");
  return createClusterAccess({
    server: serverOf(cluster),
    namespace: context.text("namespace") || "default",
    tlsServerName: cluster.text("tls-server-name"),
    insecureSkipTlsVerify,
    ca: insecureSkipTlsVerify ? undefined : cluster.pem("certificate-authority", nowMs),
    clientCertificate: user.pem("client-certificate", nowMs),
    clientKey: user.pem("client-key", nowMs),
    token: tokenOf(user, nowMs),
    exec: exec && createExecCredentials(exec, { environment, interactive, nowMs, now }),
    headers: headersOf(user),
    nowMs,
  });
}

function entriesOf(document: KubeconfigDocument, contextName: string) {
  const { origin } = document;
  if (contextName === "") throw kubeconfigInvalid(origin, "it has no current-context and none was named");
  const context = findEntry(document, "contexts", contextName);
  const userName = context.text("user");
  const nobody = new KubeconfigEntryReader({ origin, where: "no user", baseDir: "." }, {});
  return {
    context,
    cluster: findEntry(document, "clusters", context.text("cluster")),
    user: userName === "" ? nobody : findEntry(document, "users", userName),
  };
}

function serverOf(cluster: KubeconfigEntryReader): string {
  const server = cluster.text("server").replace(/\/+$/, "");
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw cluster.invalid("server is not an http or https URL");
  if (cluster.text("proxy-url") !== "") {
    const remedy = "Reach the API server without a proxy, for instance through a tunnel or kubectl proxy.";
    throw cluster.unsupported("proxy-url is not supported", remedy);
  }
  return server;
}

function notFound(paths: string): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "KUBECONFIG_NOT_FOUND",
    message: `there is no kubeconfig at "${paths}"`,
    remedy: "Name one with --kubeconfig or KUBECONFIG, or start the embedded API with tegata up.",
  });
}

async function readIfExists(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    const why = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw kubeconfigInvalid(path, `it cannot be read (${why})`, error);
  }
}
