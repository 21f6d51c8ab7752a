import { createServer, type Server } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { asTegataError, TegataError } from "@tegata/errors";
import { ADMISSION_PATHS, answerAdmissionReview } from "@tegata/secret-sync";
import type { Logger } from "@tegata/telemetry";
import type { WebhookCertificates } from "./certificates.ts";

/** Longest AdmissionReview that is read, in bytes: an object before and after, each at most 3 MiB. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;
const PATHS = new Set(Object.values(ADMISSION_PATHS));

/** The running HTTPS server of the webhook. */
export interface WebhookServer {
  /** What it listens on; chosen by the system if 0 was asked for. */
  readonly port: number;
  /** New connections get these certificates. */
  serveWith(certificates: WebhookCertificates): void;
  close(): Promise<void>;
}

/**
 * Starts the server. It refuses every handshake until {@link WebhookServer.serveWith} is called.
 *
 * @throws TegataError `WEBHOOK_PORT_UNAVAILABLE`
 */
export async function startWebhookServer(host: string, port: number, logger: Logger): Promise<WebhookServer> {
  const server = createServer({ minVersion: "TLSv1.2" }, (request, response) => void answer(request, response, logger));
  await listen(server, host, port);
  return {
    port: (server.address() as AddressInfo).port,
    serveWith(certificates) {
      server.setSecureContext({
        cert: certificates["tls.crt"],
        key: certificates["tls.key"],
        minVersion: "TLSv1.2",
      });
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause) =>
      reject(
        new TegataError({
          kind: "unavailable",
          code: "WEBHOOK_PORT_UNAVAILABLE",
          message: `the webhook cannot listen on ${host}:${port}`,
          remedy: "Choose another port, or stop what uses this one.",
          cause,
        }),
      ),
    );
    server.listen(port, host, resolve);
  });
}

async function answer(request: IncomingMessage, response: ServerResponse, logger: Logger): Promise<void> {
  const reply = (status: number, body: unknown): void => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
  try {
    const { pathname } = new URL(request.url ?? "/", "https://webhook");
    if (request.method !== "POST" || !PATHS.has(pathname)) {
      request.resume();
      reply(404, { code: "WEBHOOK_PATH_UNKNOWN" });
      return;
    }
    reply(200, await answerAdmissionReview(parseJson(await readBody(request))));
  } catch (error) {
    const known = asTegataError(error);
    if (known === undefined) logger.error("webhook call failed by a bug", { error });
    if (response.headersSent || response.destroyed) return;
    reply(known === undefined ? 500 : 400, { code: known?.code ?? "WEBHOOK_FAILED" });
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) throw reviewInvalid(`the body is longer than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw reviewInvalid("the body is not JSON");
  }
}

function reviewInvalid(message: string): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "ADMISSION_REVIEW_INVALID",
    message,
    remedy: "Only the Kubernetes API server calls this address.",
  });
}
