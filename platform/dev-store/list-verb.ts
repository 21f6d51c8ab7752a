import type { Socket } from "node:net";
import { Duplex } from "node:stream";

/** Longest head of a request. */
const MAX_HEAD_BYTES = 64 * 1024;

const behind = new WeakMap<Duplex, Socket>();

/**
 * Lets requests with the verb `LIST` through an HTTP parser that does not know it: on their way in they become
 * `GET ...?list=true`, which means the same.
 */
export function acceptListVerb(socket: Socket): Duplex {
  const rewriter = new RequestRewriter();
  const stream = new Duplex({
    read: () => socket.resume(),
    write: (chunk: Buffer, _, done) => {
      if (socket.writable) socket.write(chunk, done);
      else done(new Error("the connection is closed"));
    },
    final: (done) => socket.end(done),
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  socket.on("data", (chunk) => {
    for (const piece of rewriter.push(chunk)) if (!stream.push(piece)) socket.pause();
  });
  socket.on("end", () => stream.push(null));
  socket.on("close", () => stream.destroy());
  behind.set(stream, socket);
  return stream;
}

/** The socket that a stream of {@link acceptListVerb} stands before. */
export function socketBehind(stream: Duplex): Socket | undefined {
  return behind.get(stream);
}

/** Follows requests on a connection so far as to know where each begins. */
class RequestRewriter {
  #head = Buffer.alloc(0);
  /** Bytes of a body that are still to come; -1 while a chunked body goes through. */
  #bodyLeft = 0;
  /** The last bytes of a chunked body, to notice its end. */
  #tail = "";

  push(chunk: Buffer): Buffer[] {
    const out: Buffer[] = [];
    let rest = chunk;
    while (rest.length > 0) rest = this.#step(rest, out);
    return out;
  }

  #step(chunk: Buffer, out: Buffer[]): Buffer {
    if (this.#bodyLeft > 0) {
      const part = chunk.subarray(0, this.#bodyLeft);
      this.#bodyLeft -= part.length;
      out.push(part);
      return chunk.subarray(part.length);
    }
    if (this.#bodyLeft < 0) return this.#passChunked(chunk, out);
    this.#head = Buffer.concat([this.#head, chunk]);
    const end = this.#head.indexOf("\r\n\r\n");
    // A head without end is the parser's to refuse.
    if (end < 0 && this.#head.length < MAX_HEAD_BYTES) return Buffer.alloc(0);
    const headLength = end < 0 ? this.#head.length : end + 4;
    const head = this.#head.subarray(0, headLength).toString("latin1");
    const rest = this.#head.subarray(headLength);
    this.#head = Buffer.alloc(0);
    this.#bodyLeft = bodyLength(head);
    out.push(Buffer.from(rewriteHead(head), "latin1"));
    return rest;
  }

  /** A chunked body ends with an empty chunk; trailers are not used by any client of this API. */
  #passChunked(chunk: Buffer, out: Buffer[]): Buffer {
    const text = this.#tail + chunk.toString("latin1");
    const end = /(?:^|\r\n)0\r\n\r\n/.exec(text);
    if (end === null) {
      this.#tail = text.slice(-6);
      out.push(chunk);
      return Buffer.alloc(0);
    }
    const length = end.index + end[0].length - this.#tail.length;
    this.#tail = "";
    this.#bodyLeft = 0;
    out.push(chunk.subarray(0, length));
    return chunk.subarray(length);
  }
}

function bodyLength(head: string): number {
  if (/\r\ntransfer-encoding:\s*chunked\s*\r\n/i.test(head)) return -1;
  return Number(/\r\ncontent-length:\s*(\d+)\s*\r\n/i.exec(head)?.[1] ?? 0);
}

function rewriteHead(head: string): string {
  return head.replace(
    /^LIST (\S+) /,
    (_, target: string) => `GET ${target}${target.includes("?") ? "&" : "?"}list=true `,
  );
}
