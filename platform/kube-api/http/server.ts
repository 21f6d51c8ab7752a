import { createSecureServer, type Http2SecureServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { TegataError } from "@tegata/errors";
import type { HttpRequest } from "./body.ts";
import { Connections } from "./connections.ts";
import type { HttpResponse } from "./respond.ts";

/** Requests at a time on one HTTP/2 connection; an informer's watch is one that stays. */
const MAX_STREAMS = 1000;
/** Bytes that may be on their way in one request before the server has read them. */
const STREAM_WINDOW_BYTES = 1 << 20;
/** Node.js refuses new requests on a connection that holds more; its 10 MB are less than one list of 10,000 Secrets. */
const MAX_SESSION_MEGABYTES = 512;

/** How to listen. PEM throughout. */
export interface HttpsOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly serving: { readonly certificatePem: string; readonly privateKeyPem: string };
  /** CAs of client certificates, which are asked for and not required. */
  readonly clientCaPem: string;
  /** Requests that still run after this time, in milliseconds, are cut when the server stops. */
  readonly stopGraceMs: number;
}

/** A server that listens. */
export interface HttpsServer {
  readonly port: number;
  /** Takes no new connections, waits for running requests and closes. Watches must be ended by their signal. */
  stop(): Promise<void>;
}

/**
 * Listens with TLS, for HTTP/2 and HTTP/1.1 on one port.
 *
 * @throws TegataError `KUBE_API_LISTEN_FAILED` if the address cannot be had.
 */
export async function listenHttps(
  options: HttpsOptions,
  handle: (request: HttpRequest, response: HttpResponse) => void,
): Promise<HttpsServer> {
  const server = createSecureServer({
    allowHTTP1: true,
    cert: options.serving.certificatePem,
    key: options.serving.privateKeyPem,
    ca: options.clientCaPem,
    requestCert: true,
    // Other ways to prove who one is come later in the request; a bad certificate is answered with 401 there.
    rejectUnauthorized: false,
    minVersion: "TLSv1.2",
    settings: { maxConcurrentStreams: MAX_STREAMS, initialWindowSize: STREAM_WINDOW_BYTES },
    maxSessionMemory: MAX_SESSION_MEGABYTES,
  });
  const connections = new Connections(server);
  server.on("request", handle);
  // A client that breaks off is no failure of the server.
  server.on("sessionError", () => undefined);
  server.on("tlsClientError", () => undefined);
  await listening(server, options);
  const { port } = server.address() as AddressInfo;
  return { port, stop: () => connections.stop(options.stopGraceMs) };
}

function listening(server: Http2SecureServer, { host, port }: HttpsOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(listenFailed(host, port, error)));
    server.listen({ host, port, backlog: 4096 }, resolve);
  });
}

function listenFailed(host: string, port: number, cause: Error): TegataError {
  const why = "code" in cause ? String(cause.code) : cause.message;
  return new TegataError({
    kind: "unavailable",
    code: "KUBE_API_LISTEN_FAILED",
    message: `The embedded Kubernetes API could not listen on ${host}:${port} (${why})`,
    remedy: "Choose another port, or stop the process that uses this one.",
    cause,
  });
}
