import { Agent as HttpAgent, type ClientRequest, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { ClusterAccess, TlsMaterial } from "../config/cluster-access.ts";
import { CONNECT_TIMEOUT_MS, describeNetworkError, isPlain, tlsOptions, TransportError } from "./connection.ts";
import { abortError } from "./http2-transport.ts";
import type { HttpAnswer, HttpRequest } from "./transport.ts";

const KEEP_ALIVE = { keepAlive: true, keepAliveMsecs: 30_000, maxFreeSockets: 16, timeout: 0 } as const;

/** HTTP/1.1 with kept connections, for servers and proxies that do not speak HTTP/2. */
export class Http1Connections {
  readonly tls: TlsMaterial;
  readonly #access: ClusterAccess;
  readonly #agent: HttpAgent | HttpsAgent;

  constructor(access: ClusterAccess, tls: TlsMaterial) {
    this.tls = tls;
    this.#access = access;
    this.#agent = isPlain(access)
      ? new HttpAgent(KEEP_ALIVE)
      : new HttpsAgent({ ...KEEP_ALIVE, ...tlsOptions(access, tls), ALPNProtocols: ["http/1.1"] });
  }

  /** HTTP/1.1 opens as many connections as it needs. */
  get usable(): boolean {
    return true;
  }

  /** Closes the idle connections; the others close when their request has ended. */
  retire(): void {
    this.#agent.maxFreeSockets = 0;
    for (const socket of Object.values(this.#agent.freeSockets).flat()) socket?.destroy();
  }

  /** Closes now. */
  close(): void {
    this.#agent.destroy();
  }

  send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const { method, path, headers, body } = request;
    const url = new URL(this.#access.server);
    const open = isPlain(this.#access) ? httpRequest : httpsRequest;
    // Without a length node:http sends the body of a DELETE unframed.
    const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const sent = open({
      hostname: url.hostname.replace(/^\[|\]$/g, ""),
      port: url.port,
      path,
      method,
      headers: { ...headers, ...length },
      agent: this.#agent,
    });
    const answer = answerOf(sent, signal);
    sent.end(body);
    return answer;
  }
}

function answerOf(sent: ClientRequest, signal: AbortSignal): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const onAbort = () => sent.destroy(abortError(signal));
    const timer = setTimeout(() => sent.destroy(new Error("no connection in time")), CONNECT_TIMEOUT_MS);
    let connected = false;
    sent.once("socket", (socket) => {
      const onConnect = () => {
        connected = true;
        clearTimeout(timer);
      };
      if (
        sent.reusedSocket ||
        (!socket.connecting && !("secureConnecting" in socket && socket.secureConnecting === true))
      )
        onConnect();
      else socket.once("encrypted" in socket ? "secureConnect" : "connect", onConnect);
    });
    signal.addEventListener("abort", onAbort, { once: true });
    sent.once("response", (response) => {
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: response });
    });
    sent.once("close", () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    });
    sent.once("error", (error) => {
      reject(
        signal.aborted
          ? error
          : new TransportError(describeNetworkError(error), { maybeSent: connected, cause: error }),
      );
    });
    if (signal.aborted) onAbort();
  });
}
