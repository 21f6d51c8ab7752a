import type { RequestHeaders } from "./cluster-access.ts";
import { type CredentialText, constantText, fileText } from "./credential-text.ts";
import type { ExecConfig } from "./exec-credentials.ts";
import type { KubeconfigEntryReader } from "./kubeconfig-entry.ts";

/** The user's bearer token. client-go lets the file win over the token beside it, so that a rotated token is seen. */
export function tokenOf(user: KubeconfigEntryReader, nowMs: () => number): CredentialText | undefined {
  const path = user.text("tokenFile");
  if (path !== "") return fileText(user.path(path), nowMs);
  const token = user.text("token");
  return token === "" ? undefined : constantText(token);
}

/** Headers that every request of this user carries: basic authentication, and whom to act as. */
export function headersOf(user: KubeconfigEntryReader): RequestHeaders {
  const username = user.text("username");
  const basic = Buffer.from(`${username}:${user.text("password")}`).toString("base64");
  const [as, uid] = [user.text("as"), user.text("as-uid")];
  const groups = user.list("as-groups").map(String);
  return {
    ...(username === "" ? {} : { authorization: `Basic ${basic}` }),
    ...(as === "" ? {} : { "impersonate-user": as }),
    ...(groups.length === 0 ? {} : { "impersonate-group": groups }),
    ...(uid === "" ? {} : { "impersonate-uid": uid }),
  };
}

/**
 * The user's credential plugin, if it has one.
 *
 * @throws TegataError `KUBECONFIG_INVALID`, `KUBECONFIG_UNSUPPORTED` for `auth-provider` and other versions of the API.
 */
export function execConfigOf(user: KubeconfigEntryReader, cluster: KubeconfigEntryReader): ExecConfig | undefined {
  if (user.has("auth-provider")) {
    throw user.unsupported(
      "auth-provider is not supported",
      "Use a credential plugin (exec), as kubectl has done since 1.26, such as kubelogin or gke-gcloud-auth-plugin.",
    );
  }
  if (!user.has("exec")) return undefined;
  const exec = user.mapping("exec");
  const command = exec.text("command");
  if (command === "") throw exec.invalid("it has no command");
  return {
    apiVersion: apiVersionOf(exec),
    command: command.includes("/") ? exec.path(command) : command,
    args: exec.list("args").map(String),
    env: Object.fromEntries(exec.list("env").flatMap(envEntry)),
    installHint: exec.text("installHint").trim(),
    interactiveMode: interactiveModeOf(exec.text("interactiveMode")),
    cluster: exec.flag("provideClusterInfo") ? clusterInfoOf(cluster) : undefined,
  };
}

function apiVersionOf(exec: KubeconfigEntryReader): ExecConfig["apiVersion"] {
  const apiVersion = exec.text("apiVersion");
  if (apiVersion === "client.authentication.k8s.io/v1" || apiVersion === "client.authentication.k8s.io/v1beta1") {
    return apiVersion;
  }
  throw exec.unsupported(`apiVersion "${apiVersion}" is not supported`, "Use client.authentication.k8s.io/v1.");
}

function interactiveModeOf(text: string): ExecConfig["interactiveMode"] {
  return text === "Never" || text === "Always" ? text : "IfAvailable";
}

function envEntry(entry: unknown): [string, string][] {
  if (typeof entry !== "object" || entry === null || !("name" in entry) || !("value" in entry)) return [];
  return [[String(entry.name), String(entry.value)]];
}

function clusterInfoOf(cluster: KubeconfigEntryReader): Record<string, string | boolean> {
  const data = cluster.text("certificate-authority-data");
  const serverName = cluster.text("tls-server-name");
  return {
    server: cluster.text("server"),
    ...(serverName === "" ? {} : { "tls-server-name": serverName }),
    ...(cluster.flag("insecure-skip-tls-verify") ? { "insecure-skip-tls-verify": true } : {}),
    ...(data === "" ? {} : { "certificate-authority-data": data }),
  };
}
