import type { Readable } from "node:stream";
import { abortError } from "./http2-transport.ts";
import { noAnswerError, type RequestSubject } from "./kube-api-error.ts";

/** Longest body in bytes that is read whole. A chunk of 500 Secrets of 1 MiB would be above it; ask for smaller chunks. */
const MAX_BODY_BYTES = 256 * 1024 * 1024;

/**
 * Reads a body to its end.
 *
 * @param signal - the one that the request was sent with: its abort destroys the body, and its reason is thrown.
 * @throws KubeApiError `KUBE_NO_ANSWER` if the connection is lost before the end.
 */
export function readBody(body: Readable, subject: RequestSubject, signal: AbortSignal): Promise<Buffer> {
  const cutOff = (cause?: Error) => noAnswerError(subject, "the connection was lost before the answer's end", cause);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    body.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > MAX_BODY_BYTES) body.destroy(new Error("the answer is longer than 256 MiB"));
    });
    body.once("end", () => resolve(Buffer.concat(chunks, length)));
    body.once("error", (error) => reject(signal.aborted ? abortError(signal) : cutOff(error)));
    body.once("close", () => {
      if (!body.readableEnded) reject(cutOff());
    });
  });
}
