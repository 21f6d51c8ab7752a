import type { TLSSocket } from "node:tls";
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";
import type { TlsMaterial } from "../config/cluster-access.ts";
import { describeNetworkError, TransportError } from "./connection.ts";
import type { HttpAnswer, HttpRequest } from "./transport.ts";

/** When a connection counts as dead. */
export interface PingOptions {
  /** Milliseconds between pings. */
  readonly intervalMs: number;
  /** Milliseconds without an answer to a ping. */
  readonly timeoutMs: number;
}

/** As client-go's ReadIdleTimeout and PingTimeout. */
export const PING: PingOptions = { intervalMs: 30_000, timeoutMs: 15_000 };

// HTTP/2's default of 64 KiB makes every large list wait for a round trip per 64 KiB.
const WINDOW_BYTES = 8 * 1024 * 1024;
// Below the 100 streams that most servers allow: a stream beyond the server's limit would wait without a word.
const MAX_STREAMS = 64;

/** One HTTP/2 connection and what it was made with. */
export class Http2Connection {
  readonly tls: TlsMaterial;
  readonly #session: ClientHttp2Session;
  #streams = 0;
  #retired = false;

  /** @param socket - connected, with HTTP/2 agreed on. */
  constructor(server: string, socket: TLSSocket, { tls, ping }: { tls: TlsMaterial; ping: PingOptions }) {
    this.tls = tls;
    this.#session = connect(server, {
      createConnection: () => socket,
      settings: { enablePush: false, initialWindowSize: WINDOW_BYTES },
    });
    this.#session.once("connect", () => this.#session.setLocalWindowSize(WINDOW_BYTES));
    // What a failure means for a request is said on its stream; the connection itself is only left.
    this.#session.on("error", () => undefined);
    const pinger = setInterval(() => this.#ping(ping.timeoutMs), ping.intervalMs).unref();
    this.#session.once("close", () => clearInterval(pinger));
  }

  /** Whether it is gone, and not only full or about to close. */
  get closed(): boolean {
    return this.#session.destroyed;
  }

  get usable(): boolean {
    return !this.#retired && !this.#session.closed && !this.#session.destroyed && this.#streams < this.#streamLimit;
  }

  get #streamLimit(): number {
    return Math.min(MAX_STREAMS, this.#session.remoteSettings.maxConcurrentStreams ?? MAX_STREAMS);
  }

  /** Takes no more requests; closes when the open ones have ended. */
  retire(): void {
    this.#retired = true;
    this.#session.close();
  }

  /** Closes now. */
  async close(): Promise<void> {
    this.#retired = true;
    if (this.#session.destroyed) return;
    await new Promise<void>((resolve) => {
      this.#session.once("close", resolve);
      this.#session.destroy();
    });
  }

  async send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const stream = this.#openStream(request);
    this.#streams++;
    stream.once("close", () => {
      this.#streams--;
    });
    if (request.body !== undefined) stream.end(request.body);
    return answerOf(stream, signal);
  }

  #openStream({ method, path, headers, body }: HttpRequest): ClientHttp2Stream {
    try {
      return this.#session.request(
        { ...headers, [constants.HTTP2_HEADER_METHOD]: method, [constants.HTTP2_HEADER_PATH]: path },
        { endStream: body === undefined },
      );
    } catch (error) {
      throw new TransportError("the connection was closing", { maybeSent: false, cause: error });
    }
  }

  // A connection whose other end vanished without a FIN looks like a quiet one; only a ping can tell them apart.
  #ping(timeoutMs: number): void {
    if (this.#session.destroyed) return;
    const deadline = setTimeout(() => this.#session.destroy(new Error("no answer to a ping")), timeoutMs).unref();
    this.#session.ping(() => clearTimeout(deadline));
  }
}

function answerOf(stream: ClientHttp2Stream, signal: AbortSignal): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const onAbort = () => stream.destroy(abortError(signal));
    let answered = false;
    signal.addEventListener("abort", onAbort, { once: true });
    stream.once("response", (headers) => {
      answered = true;
      resolve({ status: Number(headers[":status"]), headers, body: stream });
    });
    stream.once("close", () => {
      signal.removeEventListener("abort", onAbort);
      if (!answered) reject(lost(stream, undefined));
    });
    stream.once("error", (error) => {
      if (answered) return;
      answered = true;
      reject(signal.aborted ? error : lost(stream, error));
    });
    // A body that is cut off must not look like one that ended.
    stream.once(
      "aborted",
      () => answered && stream.destroy(new TransportError("the connection was lost", { maybeSent: true })),
    );
    if (signal.aborted) onAbort();
  });
}

function lost(stream: ClientHttp2Stream, error: Error | undefined): TransportError {
  const refused = stream.rstCode === constants.NGHTTP2_REFUSED_STREAM;
  const why = error === undefined ? "the connection was closed before an answer came" : describeNetworkError(error);
  return new TransportError(refused ? "the server took no more requests on this connection" : why, {
    maybeSent: !refused,
    cause: error,
  });
}

/** The signal's reason as an Error, which is what streams are destroyed with. */
export function abortError(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new DOMException("This operation was aborted", "AbortError");
}
