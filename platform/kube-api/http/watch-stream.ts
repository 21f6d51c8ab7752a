import type { Writable } from "node:stream";
import type { WatchSession } from "../registry/watch-session.ts";
import { formContentType } from "../table/index.ts";
import { type AnswerRequest, breakOff, type HttpResponse, isClosed } from "./respond.ts";
import { EventEncoder } from "./watch-events.ts";

/** Bookmarks come about this often, in milliseconds. */
const BOOKMARK_INTERVAL_MS = 60_000;
/** A bookmark comes this long before the end of a watch whose end is known. */
const BOOKMARK_BEFORE_END_MS = 2000;
/** A watch that does not say how long it may last ends after once to twice this time, so that not all end at once. */
const MIN_WATCH_MS = 30 * 60_000;

/**
 * Writes events until the watch ends: by its timeout, because the client is gone or too slow, or because the server
 * stops. A client that is too slow is cut off in the middle, lest it take the end for a timeout and go on from there.
 */
export async function writeWatch(
  response: HttpResponse,
  session: WatchSession,
  request: AnswerRequest,
  signal: AbortSignal,
): Promise<void> {
  response.statusCode = 200;
  response.setHeader("Content-Type", streamType(request));
  // HTTP/2 responses have it too, though their type does not say so.
  if ("flushHeaders" in response) response.flushHeaders();
  const encoder = new EventEncoder(session.definition, request);
  const stopTimers = startTimers(response, session, encoder);
  const stop = (): void => session.close();
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    for (let events = await session.next(); events !== undefined; events = await session.next()) {
      if (!write(response, encoder.encode(events))) await drained(response, session);
    }
  } finally {
    stopTimers();
    signal.removeEventListener("abort", stop);
    session.close();
  }
  if (session.isOverrun) breakOff(response);
  else response.end();
}

/** The real server marks streams of tables and metadata so; plain ones are `application/json`. */
function streamType({ form }: AnswerRequest): string {
  return form.as === undefined ? "application/json" : `${formContentType(form)};stream=watch`;
}

function startTimers(response: HttpResponse, session: WatchSession, encoder: EventEncoder): () => void {
  const { timeoutSeconds, allowBookmarks } = session.options;
  const lastsMs = timeoutSeconds === undefined ? MIN_WATCH_MS * (1 + Math.random()) : timeoutSeconds * 1000;
  const end = setTimeout(() => session.close(), lastsMs);
  if (!allowBookmarks) return () => clearTimeout(end);
  // A client that does not take in what it gets has no use for bookmarks.
  const bookmark = (): void => {
    if (!response.writableNeedDrain) write(response, encoder.encode([session.bookmark()]));
  };
  const regular = setInterval(bookmark, BOOKMARK_INTERVAL_MS);
  const last = setTimeout(bookmark, Math.max(0, lastsMs - BOOKMARK_BEFORE_END_MS));
  return () => {
    clearTimeout(end);
    clearInterval(regular);
    clearTimeout(last);
  };
}

/** @returns false if the client has yet to take in what was written. */
function write(response: Writable, bytes: Buffer): boolean {
  return response.write(bytes);
}

/** Waits until the client has taken in what was written; gives up on it when the watch ends meanwhile. */
function drained(response: HttpResponse, session: WatchSession): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      response.off("drain", settle);
      response.off("close", settle);
      forget();
      resolve();
    };
    const forget = session.onEnd(() => breakOff(response));
    response.on("drain", settle);
    response.on("close", settle);
    if (isClosed(response)) settle();
  });
}
