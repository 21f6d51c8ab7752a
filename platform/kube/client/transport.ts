import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import type { RequestHeaders, TlsMaterial } from "../config/cluster-access.ts";

/** One request. The body, if any, is sent whole. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: RequestHeaders;
  readonly body?: string | undefined;
  /** What a connection for this request must have been made with. */
  readonly tls: TlsMaterial;
}

/** An answer whose body is still to be read. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Ends with an error if the connection is lost before the end of the body. */
  readonly body: Readable;
}

/** Carries requests over kept connections. */
export interface Transport {
  /**
   * Resolves when the answer's headers are in.
   *
   * @param purpose - `watch`: a stream that stays; it gets a connection apart from short requests.
   * @throws TransportError if there is no answer, or the signal's reason.
   */
  send(request: HttpRequest, purpose: "request" | "watch", signal: AbortSignal): Promise<HttpAnswer>;
  /** Closes the connections; streams that are still open end. */
  close(): Promise<void>;
}
