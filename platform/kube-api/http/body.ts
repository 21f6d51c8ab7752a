import type { IncomingMessage } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import { ApiError } from "../http-errors.ts";

/** Longest body that is read, in bytes. */
export const MAX_BODY_BYTES = 3 * 1024 * 1024;

/** A longer body is read to here and thrown away: a client that is still sending would miss the answer. */
const MAX_DISCARDED_BYTES = 16 * 1024 * 1024;

/** A request over HTTP/1.1 or HTTP/2. */
export type HttpRequest = IncomingMessage | Http2ServerRequest;

/**
 * Reads a whole body.
 *
 * @throws ApiError 413 if it is longer than {@link MAX_BODY_BYTES}
 */
export async function readBody(request: HttpRequest): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  // The connection must outlive a body that is not read to its end: the answer goes over it.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const bytes = chunk as Buffer;
    length += bytes.length;
    if (length <= MAX_BODY_BYTES) chunks.push(bytes);
    else if (length > MAX_DISCARDED_BYTES) break;
  }
  if (length > MAX_BODY_BYTES) throw tooLarge();
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

function tooLarge(): ApiError {
  return new ApiError(413, "RequestEntityTooLarge", `Request entity too large: limit is ${MAX_BODY_BYTES}`);
}
