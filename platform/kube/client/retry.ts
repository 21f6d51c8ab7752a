import { setTimeout as delay } from "node:timers/promises";
import { KubeApiError } from "./kube-api-error.ts";

/** Attempts of one request in all. */
const MAX_ATTEMPTS = 4;
/** Longest wait in milliseconds that a server may ask for before the caller is told instead. */
const MAX_RETRY_AFTER_MS = 30_000;

const FIRST_BACKOFF_MS = 100;

/**
 * Whether a failed request is sent again, and after how long.
 *
 * 429 and 503 that name a `Retry-After` were not acted on, so any verb may be repeated; a lost connection tells nothing, so
 * only requests that do no harm twice are.
 *
 * @param attempt - how often it was sent so far.
 * @param random - 0 to 1.
 * @returns milliseconds, or `undefined` for no further attempt.
 */
export function retryDelayMs(
  error: unknown,
  { attempt, repeatable, random }: { attempt: number; repeatable: boolean; random: number },
): number | undefined {
  if (!(error instanceof KubeApiError) || error.kind !== "unavailable" || attempt >= MAX_ATTEMPTS) return undefined;
  if (error.retryAfterMs !== undefined) {
    return error.retryAfterMs <= MAX_RETRY_AFTER_MS ? error.retryAfterMs * (1 + random / 10) : undefined;
  }
  if (error.code === "KUBE_TIMEOUT" || error.code === "KUBE_SERVER_UNTRUSTED" || !repeatable) return undefined;
  if (error.status !== 0 && error.status !== 429 && error.status !== 503) return undefined;
  return FIRST_BACKOFF_MS * 2 ** (attempt - 1) * (0.5 + random);
}

/** Waits. @throws the signal's reason if it aborts before. */
export async function waitMs(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(ms, undefined, signal === undefined ? undefined : { signal });
  } catch (error) {
    throw signal?.aborted === true ? signal.reason : error;
  }
}

/** Reads a `Retry-After` header of seconds. @returns milliseconds, or `undefined` for anything else. */
export function parseRetryAfterMs(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : undefined;
}
