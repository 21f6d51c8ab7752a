import type { Readable } from "node:stream";
import type { KubeObject, KubeStatus } from "@tegata/kube-types";
import type { WatchEvent } from "../client-types.ts";
import { kubeApiErrorFromStatus, noAnswerError, type RequestSubject } from "./kube-api-error.ts";

/** Longest event in bytes. API servers take objects of up to 3 MiB. */
const MAX_EVENT_BYTES = 32 * 1024 * 1024;

const NEWLINE = 0x0a;
const INITIAL_EVENTS_END = "k8s.io/initial-events-end";

/**
 * Decodes the body of a watch.
 *
 * @throws KubeApiError for an ERROR event (`KUBE_EXPIRED` for 410), and for a line that is not an event.
 */
export async function* decodeWatch<T extends KubeObject>(
  body: Readable,
  subject: RequestSubject,
): AsyncGenerator<WatchEvent<T>> {
  for await (const line of splitLines(body, subject)) yield decodeEvent<T>(line, subject);
}

// Lines are split on bytes and decoded one by one: splitting text would decode every chunk twice at its ends.
async function* splitLines(body: Readable, subject: RequestSubject): AsyncGenerator<Buffer> {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  for await (const chunk of body) {
    if (!Buffer.isBuffer(chunk)) continue;
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const rest = chunk.subarray(start, end);
      const line = pending.length === 0 ? rest : Buffer.concat([...pending, rest]);
      pending = [];
      pendingBytes = 0;
      start = end + 1;
      if (line.length > 0) yield line;
    }
    if (start < chunk.length) {
      pending.push(chunk.subarray(start));
      pendingBytes += chunk.length - start;
      if (pendingBytes > MAX_EVENT_BYTES) throw noAnswerError(subject, "an event is longer than 32 MiB", undefined);
    }
  }
  // An HTTP/2 stream that is reset ends its iteration without an error.
  if (!body.readableEnded) throw noAnswerError(subject, "the connection was lost", undefined);
}

function decodeEvent<T extends KubeObject>(line: Buffer, subject: RequestSubject): WatchEvent<T> {
  const { type, object } = parseEvent(line, subject);
  switch (type) {
    case "ADDED":
    case "MODIFIED":
    case "DELETED":
      // The caller asked for this kind; what a server sends in its place is beyond what types can say.
      return { type, object: object as T };
    case "BOOKMARK": {
      const { resourceVersion = "", annotations } = object.metadata;
      return { type, resourceVersion, initialEventsEnd: annotations?.[INITIAL_EVENTS_END] === "true" };
    }
    case "ERROR":
      throw kubeApiErrorFromStatus(subject, object as unknown as KubeStatus);
    default:
      throw noAnswerError(subject, "the stream holds an event of an unknown type", undefined);
  }
}

// The parser's own message would quote the event, which may be a Secret.
function parseEvent(line: Buffer, subject: RequestSubject): { type: string; object: KubeObject } {
  try {
    const event: unknown = JSON.parse(line.toString("utf8"));
    if (isEvent(event)) return event;
  } catch {
    // Said below, in the same words as for JSON of another shape.
  }
  throw noAnswerError(subject, "the stream holds a line that is not a watch event", undefined);
}

function isEvent(value: unknown): value is { type: string; object: KubeObject } {
  return (
    typeof value === "object" &&
    value !== null &&
    "type" in value &&
    typeof value.type === "string" &&
    "object" in value &&
    typeof value.object === "object" &&
    value.object !== null &&
    "metadata" in value.object
  );
}
