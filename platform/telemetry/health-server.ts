import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { TegataError } from "@tegata/errors";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics-types.ts";

/** Longest time in milliseconds that a check may take before it counts as failed. */
export const CHECK_TIMEOUT_MS = 5000;

/** One thing that must be in order. */
export interface HealthCheck {
  /** As in `/readyz/NAME`, e.g. `informers`. */
  readonly name: string;
  /** @returns why it is not in order, or `undefined` if it is. */
  check(): string | undefined | Promise<string | undefined>;
}

/** What is served and where. */
export interface HealthServerOptions {
  /** @defaultValue `127.0.0.1` */
  readonly host?: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Is the process of use at all? A failure asks for a restart, so check nothing that a restart cannot mend. */
  readonly live?: readonly HealthCheck[];
  /** May requests be sent here? */
  readonly ready?: readonly HealthCheck[];
  readonly metrics?: Metrics;
  readonly logger?: Logger;
}

/** A running health server. */
export interface HealthServer {
  /** e.g. `http://127.0.0.1:8080` */
  readonly url: string;
  /** Answers what has been asked, and stops. */
  close(): Promise<void>;
}

/**
 * Serves `/healthz` and `/livez`, `/readyz`, each also with `?verbose` and as `/readyz/NAME`, and `/metrics`, in the forms
 * that Kubernetes components use: 200 `ok`, or 503 with one line per check that failed and why.
 *
 * @throws TegataError `HEALTH_PORT_UNAVAILABLE`
 */
export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const { host = "127.0.0.1", port } = options;
  const server = createServer((request, response) => void answer(request, response, options));
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(portUnavailable(host, port, error)));
    server.listen(port, host, resolve);
  });
  const { port: actualPort } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${actualPort}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, options: HealthServerOptions): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://health");
  const [, endpoint = "", name = ""] = pathname.split("/");
  if (request.method !== "GET" && request.method !== "HEAD") return reply(response, 405, "method not allowed\n");
  if (endpoint === "metrics" && name === "" && options.metrics !== undefined) return expose(response, options.metrics);
  const checks = checksOf(endpoint, options);
  const chosen = name === "" ? checks : checks?.filter((check) => check.name === name);
  if (chosen === undefined || (name !== "" && chosen.length === 0)) return reply(response, 404, "404 page not found\n");
  const results = await Promise.all(chosen.map(runCheck));
  const failed = results.filter(({ why }) => why !== undefined);
  for (const { name, why } of failed) options.logger?.debug("health check failed", { endpoint, check: name, why });
  if (failed.length === 0 && !searchParams.has("verbose")) return reply(response, 200, "ok");
  const lines = results.map(({ name, why }) => (why === undefined ? `[+]${name} ok` : `[-]${name} failed: ${why}`));
  const verdict = `${endpoint} check ${failed.length === 0 ? "passed" : "failed"}`;
  return reply(response, failed.length === 0 ? 200 : 503, `${[...lines, verdict].join("\n")}\n`);
}

const PING: HealthCheck = { name: "ping", check: () => undefined };

function checksOf(
  endpoint: string,
  { live = [], ready = [] }: HealthServerOptions,
): readonly HealthCheck[] | undefined {
  if (endpoint === "healthz" || endpoint === "livez") return [PING, ...live];
  return endpoint === "readyz" ? [PING, ...ready] : undefined;
}

async function runCheck(health: HealthCheck): Promise<{ name: string; why: string | undefined }> {
  const { name } = health;
  const slow = Promise.withResolvers<string>();
  const timer = setTimeout(() => slow.resolve(`no answer within ${CHECK_TIMEOUT_MS / 1000} s`), CHECK_TIMEOUT_MS);
  try {
    return { name, why: await Promise.race([health.check(), slow.promise]) };
  } catch (error) {
    return { name, why: error instanceof TegataError ? error.text : "the check itself failed" };
  } finally {
    clearTimeout(timer);
  }
}

async function expose(response: ServerResponse, metrics: Metrics): Promise<void> {
  response.setHeader("content-type", metrics.contentType);
  response.end(await metrics.expose());
}

function reply(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" });
  response.end(text);
}

function portUnavailable(host: string, port: number, cause: Error): TegataError {
  const code = "code" in cause ? String(cause.code) : cause.name;
  return new TegataError({
    kind: "unavailable",
    code: "HEALTH_PORT_UNAVAILABLE",
    message: `cannot serve health and metrics at ${host}:${port} (${code})`,
    remedy: "Choose another address, or stop the program that uses this one.",
    cause,
  });
}
