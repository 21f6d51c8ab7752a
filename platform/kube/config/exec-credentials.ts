import { spawn } from "node:child_process";
import { TegataError } from "@tegata/errors";
import type { JsonObject } from "@tegata/kube-types";

/** Seconds that a credential plugin may take; some open a browser. */
const EXEC_TIMEOUT_SECONDS = 120;

// Ask again a little before the end, so that a request does not arrive with a token that has just expired.
const EXPIRY_MARGIN_MS = 10_000;
const MAX_OUTPUT_BYTES = 1024 * 1024;

/** `users[].user.exec` of a kubeconfig. */
export interface ExecConfig {
  readonly apiVersion: "client.authentication.k8s.io/v1" | "client.authentication.k8s.io/v1beta1";
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly installHint: string;
  readonly interactiveMode: "Never" | "IfAvailable" | "Always";
  /** `spec.cluster` of the ExecCredential that the plugin gets; undefined unless `provideClusterInfo`. */
  readonly cluster: JsonObject | undefined;
}

/** What a plugin returned. */
export interface ExecCredential {
  readonly token: string | undefined;
  readonly clientCertificatePem: string | undefined;
  readonly clientKeyPem: string | undefined;
}

/** Runs a credential plugin when its last answer has expired. Kubernetes: client-go credential plugins. */
export interface ExecCredentials {
  /** On the monotonic clock. */
  readonly freshUntilMs: number;
  /** @throws TegataError `KUBE_EXEC_FAILED` */
  read(): Promise<ExecCredential>;
  /** Forgets the last answer. @returns true */
  invalidate(): boolean;
}

/** What a plugin runs in. */
export interface ExecEnvironment {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether standard input is a terminal that the plugin may ask on. */
  readonly interactive: boolean;
  readonly nowMs: () => number;
  /** The wall clock, which `expirationTimestamp` is compared with. */
  readonly now: () => Date;
}

/** Makes the reader of one user's credentials. */
export function createExecCredentials(config: ExecConfig, environment: ExecEnvironment): ExecCredentials {
  let last: ExecCredential | undefined;
  let freshUntilMs = 0;
  return {
    get freshUntilMs() {
      return freshUntilMs;
    },
    async read() {
      if (last !== undefined && environment.nowMs() < freshUntilMs) return last;
      const { credential, expiresAt } = parseExecCredential(await runPlugin(config, environment), config);
      last = credential;
      freshUntilMs =
        expiresAt === undefined
          ? Number.POSITIVE_INFINITY
          : environment.nowMs() + (expiresAt.getTime() - environment.now().getTime()) - EXPIRY_MARGIN_MS;
      return credential;
    },
    invalidate() {
      last = undefined;
      freshUntilMs = 0;
      return true;
    },
  };
}

function runPlugin(config: ExecConfig, { environment, interactive }: ExecEnvironment): Promise<string> {
  if (config.interactiveMode === "Always" && !interactive) {
    throw execFailed(config, "it needs a terminal (interactiveMode: Always) and there is none", undefined);
  }
  const info = {
    apiVersion: config.apiVersion,
    kind: "ExecCredential",
    spec: {
      interactive: interactive && config.interactiveMode !== "Never",
      ...(config.cluster === undefined ? {} : { cluster: config.cluster }),
    },
  };
  const env = { ...environment, ...config.env, KUBERNETES_EXEC_INFO: JSON.stringify(info) };
  return new Promise((resolve, reject) => {
    const child = spawn(config.command, config.args, {
      env,
      stdio: [info.spec.interactive ? "inherit" : "ignore", "pipe", "pipe"],
      windowsHide: true,
    });
    // The `timeout` of spawn keeps the process alive for that long if the program could not even be started.
    const timer = setTimeout(() => child.kill(), EXEC_TIMEOUT_SECONDS * 1000);
    const output = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output.stdout += text;
      if (output.stdout.length > MAX_OUTPUT_BYTES) child.kill();
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      output.stderr = (output.stderr + text).slice(-500);
    });
    child.once("error", (error) => {
      clearTimeout(timer);
      reject(execFailed(config, startFailure(error), error));
    });
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve(output.stdout);
      else reject(execFailed(config, `it ended with ${code ?? signal}: ${lastLine(output.stderr)}`, undefined));
    });
  });
}

function startFailure(error: Error): string {
  return "code" in error && error.code === "ENOENT"
    ? "there is no such program"
    : `it could not be started (${error.name})`;
}

function lastLine(stderr: string): string {
  return stderr.trim().split("\n").at(-1)?.trim() ?? "";
}

/**
 * Reads what a plugin printed.
 *
 * @throws TegataError `KUBE_EXEC_FAILED`; its text never quotes the output, which holds a token.
 */
export function parseExecCredential(
  stdout: string,
  config: Pick<ExecConfig, "apiVersion" | "command" | "installHint">,
): { credential: ExecCredential; expiresAt: Date | undefined } {
  const answer = parseJson(stdout);
  if (answer?.["kind"] !== "ExecCredential") throw execFailed(config, "its output is not an ExecCredential", undefined);
  if (answer["apiVersion"] !== config.apiVersion) {
    throw execFailed(config, `it answered in another apiVersion than ${config.apiVersion}`, undefined);
  }
  const status = recordOf(answer["status"]);
  const credential: ExecCredential = {
    token: textOf(status["token"]),
    clientCertificatePem: textOf(status["clientCertificateData"]),
    clientKeyPem: textOf(status["clientKeyData"]),
  };
  const { token, clientCertificatePem, clientKeyPem } = credential;
  if (token === undefined && clientCertificatePem === undefined) {
    throw execFailed(config, "its answer has neither a token nor a client certificate", undefined);
  }
  if ((clientCertificatePem === undefined) !== (clientKeyPem === undefined)) {
    throw execFailed(config, "its answer has a client certificate without its key, or the reverse", undefined);
  }
  const expiresAt = new Date(textOf(status["expirationTimestamp"]) ?? Number.NaN);
  return { credential, expiresAt: Number.isNaN(expiresAt.getTime()) ? undefined : expiresAt };
}

function parseJson(text: string): Record<string, unknown> | undefined {
  try {
    return recordOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function execFailed(
  { command, installHint }: Pick<ExecConfig, "command" | "installHint">,
  why: string,
  cause: unknown,
): TegataError {
  return new TegataError({
    kind: "denied",
    code: "KUBE_EXEC_FAILED",
    message: `the credential plugin "${command}" of the kubeconfig failed: ${why}`,
    remedy: installHint === "" ? "Run the command by hand, and sign in again if it asks for it." : installHint,
    cause,
  });
}
