import { readFile } from "node:fs/promises";
import { delimiter, resolve } from "node:path";
import { TegataError } from "@tegata/errors";
import type { ClusterAccess, RequestHeaders } from "./cluster-access.ts";
import { createClusterAccess } from "./composed-access.ts";
import { constantText, type CredentialText, fileText } from "./credential-text.ts";
import { createExecCredentials, type ExecConfig, type ExecEnvironment } from "./exec-credentials.ts";
import {
  kubeconfigInvalid,
  type KubeconfigDocument,
  type KubeconfigEntry,
  mergeKubeconfigs,
  parseKubeconfigDocument,
} from "./kubeconfig-document.ts";

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
  const contextName = options.context ?? document.currentContext;
  if (contextName === "") throw kubeconfigInvalid(document.origin, "it has no current-context and none was named");
  const context = entryOf(document, "contexts", contextName);
  const cluster = reader(
    document,
    `cluster "${context.text("cluster")}"`,
    find(document, "clusters", context.text("cluster")),
  );
  const userName = context.text("user");
  const user = reader(document, `user "${userName}"`, userName === "" ? NO_USER : find(document, "users", userName));
  refuseUnsupported(document, cluster, user);
  const exec = execConfigOf(document, user, cluster);
  const insecureSkipTlsVerify = cluster.flag("insecure-skip-tls-verify");
  return createClusterAccess({
    server: serverOf(document, cluster),
    namespace: context.text("namespace") || "default",
    tlsServerName: cluster.text("tls-server-name"),
    insecureSkipTlsVerify,
    ca: insecureSkipTlsVerify ? undefined : pemOf(cluster, "certificate-authority", nowMs),
    clientCertificate: pemOf(user, "client-certificate", nowMs),
    clientKey: pemOf(user, "client-key", nowMs),
    token: tokenOf(user, nowMs),
    exec: exec && createExecCredentials(exec, { environment, interactive, nowMs, now } satisfies ExecEnvironment),
    headers: { ...basicAuthOf(user), ...impersonationOf(user) },
    nowMs,
  });
}

interface EntryReader {
  readonly where: string;
  readonly baseDir: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** @returns the text, or "" if the field is absent. */
  text(field: string): string;
  flag(field: string): boolean;
}

const NO_USER: KubeconfigEntry = { fields: {}, baseDir: "." };

function find(document: KubeconfigDocument, list: "clusters" | "users" | "contexts", name: string): KubeconfigEntry {
  const entry = document[list].get(name);
  if (entry !== undefined) return entry;
  const known = [...document[list].keys()].map((key) => `"${key}"`).join(", ");
  throw kubeconfigInvalid(
    document.origin,
    `${list} has no entry "${name}"${known === "" ? "" : `; there are ${known}`}`,
  );
}

function entryOf(document: KubeconfigDocument, list: "contexts", name: string): EntryReader {
  return reader(document, `context "${name}"`, find(document, list, name));
}

function reader(document: KubeconfigDocument, where: string, { fields, baseDir }: KubeconfigEntry): EntryReader {
  return {
    where,
    baseDir,
    fields,
    text(field) {
      const value = fields[field] ?? "";
      if (typeof value === "string") return value;
      throw kubeconfigInvalid(document.origin, `${where}: ${field} is not a text`);
    },
    flag: (field) => fields[field] === true,
  };
}

function serverOf(document: KubeconfigDocument, cluster: EntryReader): string {
  const server = cluster.text("server").replace(/\/+$/, "");
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw kubeconfigInvalid(document.origin, `${cluster.where}: server is not an http or https URL`);
  }
  return server;
}

function refuseUnsupported(document: KubeconfigDocument, cluster: EntryReader, user: EntryReader): void {
  if (cluster.text("proxy-url") !== "") {
    const remedy = "Reach the API server without a proxy, for instance through a tunnel or kubectl proxy.";
    throw unsupported(document, `${cluster.where}: proxy-url is not supported`, remedy);
  }
  if (user.fields["auth-provider"] !== undefined) {
    const remedy =
      "Use a credential plugin (exec), as kubectl has done since 1.26, such as kubelogin or gke-gcloud-auth-plugin.";
    throw unsupported(document, `${user.where}: auth-provider is not supported`, remedy);
  }
}

function pemOf(entry: EntryReader, field: string, nowMs: () => number): CredentialText | undefined {
  const data = entry.text(`${field}-data`);
  if (data !== "") return constantText(Buffer.from(data, "base64").toString("utf8"));
  const path = entry.text(field);
  return path === "" ? undefined : fileText(resolve(entry.baseDir, path), nowMs);
}

// client-go lets the file win over the token beside it, so that a rotated token is seen.
function tokenOf(user: EntryReader, nowMs: () => number): CredentialText | undefined {
  const path = user.text("tokenFile");
  if (path !== "") return fileText(resolve(user.baseDir, path), nowMs);
  const token = user.text("token");
  return token === "" ? undefined : constantText(token);
}

function basicAuthOf(user: EntryReader): Record<string, string> {
  const username = user.text("username");
  if (username === "") return {};
  const credentials = Buffer.from(`${username}:${user.text("password")}`).toString("base64");
  return { authorization: `Basic ${credentials}` };
}

function impersonationOf(user: EntryReader): RequestHeaders {
  const groups = listOf(user.fields["as-groups"]).map(String);
  const as = user.text("as");
  const uid = user.text("as-uid");
  return {
    ...(as === "" ? {} : { "impersonate-user": as }),
    ...(groups.length === 0 ? {} : { "impersonate-group": groups }),
    ...(uid === "" ? {} : { "impersonate-uid": uid }),
  };
}

function execConfigOf(document: KubeconfigDocument, user: EntryReader, cluster: EntryReader): ExecConfig | undefined {
  const exec = user.fields["exec"];
  if (exec === undefined || exec === null) return undefined;
  const where = `${user.where}: exec`;
  if (typeof exec !== "object" || Array.isArray(exec))
    throw kubeconfigInvalid(document.origin, `${where} is not a mapping`);
  const fields = reader(document, where, { fields: exec as Readonly<Record<string, unknown>>, baseDir: user.baseDir });
  const apiVersion = fields.text("apiVersion");
  if (apiVersion !== "client.authentication.k8s.io/v1" && apiVersion !== "client.authentication.k8s.io/v1beta1") {
    throw unsupported(
      document,
      `${where}: apiVersion "${apiVersion}" is not supported`,
      "Use client.authentication.k8s.io/v1.",
    );
  }
  const command = fields.text("command");
  if (command === "") throw kubeconfigInvalid(document.origin, `${where} has no command`);
  return {
    apiVersion,
    command: command.includes("/") ? resolve(user.baseDir, command) : command,
    args: listOf(fields.fields["args"]).map(String),
    env: Object.fromEntries(listOf(fields.fields["env"]).flatMap(envEntry)),
    installHint: fields.text("installHint").trim(),
    interactiveMode: interactiveModeOf(fields.text("interactiveMode")),
    cluster: fields.flag("provideClusterInfo") ? clusterInfoOf(cluster) : undefined,
  };
}

function interactiveModeOf(text: string): ExecConfig["interactiveMode"] {
  return text === "Never" || text === "Always" ? text : "IfAvailable";
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function envEntry(entry: unknown): [string, string][] {
  if (typeof entry !== "object" || entry === null || !("name" in entry) || !("value" in entry)) return [];
  return [[String(entry.name), String(entry.value)]];
}

function clusterInfoOf(cluster: EntryReader): Record<string, string | boolean> {
  const data = cluster.text("certificate-authority-data");
  const serverName = cluster.text("tls-server-name");
  return {
    server: cluster.text("server"),
    ...(serverName === "" ? {} : { "tls-server-name": serverName }),
    ...(cluster.flag("insecure-skip-tls-verify") ? { "insecure-skip-tls-verify": true } : {}),
    ...(data === "" ? {} : { "certificate-authority-data": data }),
  };
}

function unsupported(document: KubeconfigDocument, why: string, remedy: string): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "KUBECONFIG_UNSUPPORTED",
    message: `kubeconfig "${document.origin}": ${why}`,
    remedy,
  });
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
