import { lookup as dnsLookup } from "node:dns";
import http from "node:http";
import https from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { TegataError } from "@tegata/errors";
import type { EgressPolicy } from "../context.ts";

/** What secures the connections of one {@link HttpClient}. All PEM. */
export interface TlsMaterial {
  /** Roots to trust in place of those that come with Node.js. */
  readonly ca?: Uint8Array;
  readonly cert?: Uint8Array;
  readonly key?: Uint8Array;
}

export interface HttpClientOptions {
  /** How messages name the store. */
  readonly displayName: string;
  readonly tls: TlsMaterial;
  readonly egress: EgressPolicy;
  /** Longest time for one request with its answer, in milliseconds. */
  readonly timeoutMs: number;
}

export interface HttpRequest {
  readonly method: string;
  readonly origin: URL;
  /** Path with query, already percent-encoded; sent as it is, so that no parser resolves its dot segments. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<http.IncomingHttpHeaders>;
  readonly body: Uint8Array;
}

/** Longest answer that is read. A Vault secret is at most 1 MiB, a listing some more. */
export const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

const MAX_CONNECTIONS = 32;
const IDLE_CONNECTION_MS = 60_000;

/**
 * Talks HTTP/1.1 to one store over kept connections. Redirects are not followed: a credential goes only where the
 * manifest says.
 */
export class HttpClient {
  readonly #options: HttpClientOptions;
  readonly #agents: { readonly "http:": http.Agent; readonly "https:": https.Agent };
  #underWay = 0;
  #closed = false;

  constructor(options: HttpClientOptions) {
    this.#options = options;
    const kept = { keepAlive: true, maxSockets: MAX_CONNECTIONS, timeout: IDLE_CONNECTION_MS };
    const { ca, cert, key } = options.tls;
    this.#agents = {
      "http:": new http.Agent(kept),
      "https:": new https.Agent({
        ...kept,
        minVersion: "TLSv1.2",
        ...(ca === undefined ? {} : { ca: Buffer.from(ca) }),
        ...(cert === undefined ? {} : { cert: Buffer.from(cert) }),
        ...(key === undefined ? {} : { key: Buffer.from(key) }),
      }),
    };
  }

  /**
   * Sends one request and reads the whole answer.
   *
   * @throws TegataError `STORE_UNREACHABLE`, `STORE_TIMEOUT`, `STORE_EGRESS_DENIED`, `STORE_ANSWER_TOO_LARGE`; the
   *   signal's reason if it aborts.
   */
  async request(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
    this.#underWay++;
    try {
      return await this.#send(request, signal);
    } catch (error) {
      // A kept connection that the server closed a moment ago fails at once; the request has not been acted on.
      if (!(error instanceof StaleConnection)) throw error;
      return await this.#send(request, signal);
    } finally {
      this.#underWay--;
      if (this.#closed) this.close();
    }
  }

  /** Closes the connections when the requests that are under way have ended. */
  close(): void {
    this.#closed = true;
    if (this.#underWay > 0) return;
    this.#agents["http:"].destroy();
    this.#agents["https:"].destroy();
  }

  #send(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
    signal.throwIfAborted();
    const { origin } = request;
    const host = origin.hostname.replace(/^\[|\]$/g, "");
    if (isIP(host) !== 0 && !this.#options.egress(host)) throw this.#egressDenied(origin, host);
    const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>();
    const secure = origin.protocol === "https:";
    const outgoing = this.#open(secure, origin, {
      agent: this.#agents[secure ? "https:" : "http:"],
      host,
      port: origin.port === "" ? (secure ? 443 : 80) : Number(origin.port),
      method: request.method,
      path: request.path,
      headers: { ...request.headers, ...(request.body === undefined ? {} : { "content-length": request.body.length }) },
      lookup: this.#lookup(origin),
    });
    const fail = (error: unknown) => {
      reject(error instanceof Error ? error : new Error("the request failed"));
      outgoing.destroy();
    };
    const onAbort = () => fail(signal.reason);
    const timer = setTimeout(() => fail(this.#timeout(origin)), this.#options.timeoutMs);
    signal.addEventListener("abort", onAbort, { once: true });
    outgoing.on("error", (error) => fail(this.#unreachable(origin, error, outgoing)));
    outgoing.on("response", (answer) => void this.#collect(origin, answer).then(resolve, fail));
    outgoing.end(request.body);
    return promise.finally(() => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    });
  }

  #collect(origin: URL, answer: http.IncomingMessage): Promise<HttpResponse> {
    const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>();
    const chunks: Buffer[] = [];
    let length = 0;
    answer.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > MAX_ANSWER_BYTES) reject(this.#tooLarge(origin));
      else chunks.push(chunk);
    });
    answer.on("error", (error) => reject(this.#unreachable(origin, error)));
    answer.on("aborted", () => reject(this.#unreachable(origin, { code: "ECONNRESET" })));
    answer.on("end", () => {
      const body = new Uint8Array(Buffer.concat(chunks));
      if (answer.complete) resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body });
    });
    return promise;
  }

  #open(secure: boolean, origin: URL, options: https.RequestOptions): http.ClientRequest {
    try {
      return (secure ? https : http).request(options);
    } catch {
      // Node.js checks methods, headers and paths here; its messages are not passed on, for they may quote what they refuse.
      throw new TegataError({
        kind: "invalid-input",
        code: "STORE_REQUEST_INVALID",
        message: `${this.#options.displayName}: a header of the request to ${origin.origin} has a character that no header can carry`,
        remedy: "Check the headers of the store's manifest, and the credential for line breaks inside it",
      });
    }
  }

  /** Checks every address that the name has, at the time of connecting: a second look-up could give others. */
  #lookup(origin: URL): LookupFunction {
    return (hostname, options, callback) => {
      dnsLookup(hostname, { ...options, all: true }, (error, addresses) => {
        if (error !== null) return callback(error, "", 4);
        const denied = addresses.find(({ address }) => !this.#options.egress(address));
        if (denied !== undefined) return callback(this.#egressDenied(origin, denied.address), "", 4);
        if (options.all === true) return callback(null, addresses);
        const [first] = addresses;
        return callback(null, first?.address ?? "", first?.family);
      });
    };
  }

  #unreachable(origin: URL, error: unknown, outgoing?: http.ClientRequest): Error {
    if (error instanceof TegataError) return error;
    const code = errorCode(error);
    if ((code === "ECONNRESET" || code === "EPIPE") && outgoing?.reusedSocket === true) return new StaleConnection();
    const aboutTrust = /CERT|TLS|SSL|SIGNATURE/.test(code);
    return new TegataError({
      kind: "unavailable",
      code: "STORE_UNREACHABLE",
      message: `${this.#options.displayName}: no answer from ${origin.origin} (${code})`,
      remedy: aboutTrust
        ? "Check that caBundle or caProvider holds the CA of the server's certificate, and that the certificate names this host"
        : "Check that the server runs and can be reached from here",
    });
  }

  #timeout(origin: URL): TegataError {
    return new TegataError({
      kind: "unavailable",
      code: "STORE_TIMEOUT",
      message: `${this.#options.displayName}: ${origin.origin} did not answer within ${this.#options.timeoutMs} ms`,
      remedy: "Check the load of the server and the network to it",
    });
  }

  #egressDenied(origin: URL, address: string): TegataError {
    return new TegataError({
      kind: "denied",
      code: "STORE_EGRESS_DENIED",
      message: `${this.#options.displayName}: ${origin.origin} is at ${address}, to which stores may not connect`,
      remedy: "Use the address of the store itself; instance metadata services and link-local addresses are refused",
    });
  }

  #tooLarge(origin: URL): TegataError {
    return new TegataError({
      kind: "unavailable",
      code: "STORE_ANSWER_TOO_LARGE",
      message: `${this.#options.displayName}: the answer of ${origin.origin} is longer than ${MAX_ANSWER_BYTES} bytes`,
      remedy: "Split the secret, or narrow the search",
    });
  }
}

class StaleConnection extends Error {}

/** The code of a Node.js error. Its message is not used: it may quote what was sent. */
function errorCode(error: unknown): string {
  if (typeof error === "object" && error !== null && "code" in error && typeof error.code === "string")
    return error.code;
  return "EUNKNOWN";
}
