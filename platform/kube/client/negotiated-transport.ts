import { type ClusterAccess, sameTlsMaterial, type TlsMaterial } from "../config/cluster-access.ts";
import { connectTls, isPlain, TransportError } from "./connection.ts";
import type { Http1Connections } from "./http1-transport.ts";
import { abortError, Http2Connection, PING, type PingOptions } from "./http2-transport.ts";
import type { HttpAnswer, HttpRequest, Transport } from "./transport.ts";

type Purpose = "request" | "watch";
type Connection = Http2Connection | Http1Connections;

/**
 * Speaks HTTP/2 where the server does, else HTTP/1.1. Short requests share one connection and watches another, so that a
 * burst of events never stands before an answer. Connections made with older TLS material end with their last request.
 */
export function createTransport(access: ClusterAccess, ping: PingOptions = PING): Transport {
  return new NegotiatedTransport(access, ping);
}

class NegotiatedTransport implements Transport {
  readonly #access: ClusterAccess;
  readonly #ping: PingOptions;
  readonly #http2: Record<Purpose, Http2Connection[]> = { request: [], watch: [] };
  readonly #opening: Partial<Record<Purpose, Promise<Connection>>> = {};
  #http1: Http1Connections | undefined;
  #closed = false;

  constructor(access: ClusterAccess, ping: PingOptions) {
    this.#access = access;
    this.#ping = ping;
  }

  async send(request: HttpRequest, purpose: Purpose, signal: AbortSignal): Promise<HttpAnswer> {
    let connection = this.#kept(request.tls, purpose);
    // Of many requests that waited for one connection, not all may fit on it.
    while (connection === undefined || !connection.usable) connection = await this.#open(request.tls, purpose, signal);
    return connection.send(request, signal);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#http1?.close();
    const connections = [...this.#http2.request.splice(0), ...this.#http2.watch.splice(0)];
    await Promise.all(connections.map((connection) => connection.close()));
  }

  #kept(tls: TlsMaterial, purpose: Purpose): Connection | undefined {
    if (this.#http1 !== undefined && sameTlsMaterial(this.#http1.tls, tls)) return this.#http1;
    const connections = this.#http2[purpose];
    for (let i = connections.length - 1; i >= 0; i--) {
      const connection = connections[i];
      if (connection === undefined) continue;
      if (!sameTlsMaterial(connection.tls, tls)) {
        connection.retire();
        connections.splice(i, 1);
      } else if (connection.usable) {
        return connection;
      }
    }
    return undefined;
  }

  // Requests that arrive together share the connection that the first of them opens.
  async #open(tls: TlsMaterial, purpose: Purpose, signal: AbortSignal): Promise<Connection> {
    if (this.#closed) throw new TransportError("the client is closed", { maybeSent: false });
    const kept = this.#kept(tls, purpose);
    if (kept !== undefined) return kept;
    const opening = this.#opening[purpose] ?? this.#connect(tls, purpose);
    this.#opening[purpose] = opening;
    try {
      const connection = await raceAbort(opening, signal);
      return sameTlsMaterial(connection.tls, tls) ? connection : await this.#connect(tls, purpose);
    } finally {
      if (this.#opening[purpose] === opening) delete this.#opening[purpose];
    }
  }

  async #connect(tls: TlsMaterial, purpose: Purpose): Promise<Connection> {
    if (isPlain(this.#access)) return this.#useHttp1(tls);
    const socket = await connectTls(this.#access, tls);
    if (this.#closed) {
      socket.destroy();
      throw new TransportError("the client is closed", { maybeSent: false });
    }
    if (socket.alpnProtocol !== "h2") {
      socket.destroy();
      return this.#useHttp1(tls);
    }
    const connection = new Http2Connection(this.#access.server, socket, { tls, ping: this.#ping });
    this.#http2[purpose] = [...this.#http2[purpose].filter((kept) => !kept.closed), connection];
    return connection;
  }

  // Loaded when it is needed: hardly any API server speaks HTTP/1.1 only.
  async #useHttp1(tls: TlsMaterial): Promise<Http1Connections> {
    const { Http1Connections } = await import("./http1-transport.ts");
    this.#http1?.retire();
    this.#http1 = new Http1Connections(this.#access, tls);
    return this.#http1;
  }
}

function raceAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(abortError(signal));
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
