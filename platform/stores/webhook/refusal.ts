import { type ErrorKind, TegataError } from "@tegata/errors";
import type { HttpResponse } from "../http/http-client.ts";
import { parseRetryAfterMs } from "../http/retry-after.ts";

/** Pause after a 429 that names none, in milliseconds. */
const DEFAULT_PAUSE_MS = 1000;

/**
 * The error for an answer that is not a success. The body is not quoted: it may hold the secret.
 *
 * @param doing - what was tried, e.g. `reading "app/db"`.
 */
export function webhookRefusal({ status, headers }: HttpResponse, displayName: string, doing: string): TegataError {
  const { kind, code, remedy } = meaningOf(status);
  const asked = parseRetryAfterMs(headers["retry-after"], new Date());
  const retryAfterMs = asked ?? (status === 429 ? DEFAULT_PAUSE_MS : undefined);
  return new TegataError({
    kind,
    code,
    message: `${displayName}: ${doing} was refused (HTTP ${status})`,
    remedy,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

interface Meaning {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly remedy: string;
}

function meaningOf(status: number): Meaning {
  if (status >= 500) return { kind: "unavailable", code: "STORE_FAILED", remedy: "Check the service's log" };
  if (status === 429) return { kind: "unavailable", code: "STORE_THROTTLED", remedy: "Lower the number of refreshes" };
  if (status === 401 || status === 403) {
    return { kind: "denied", code: "STORE_ACCESS_DENIED", remedy: "Check the credentials in the store's headers" };
  }
  if (status === 304) {
    return { kind: "unavailable", code: "STORE_NOT_MODIFIED", remedy: "Have the service answer with the secret" };
  }
  if (status < 400) {
    const remedy = "Set url to where the service is; redirects are not followed";
    return { kind: "unavailable", code: "STORE_REDIRECTED", remedy };
  }
  const remedy = "Check the store's url, method, headers and body";
  return { kind: "invalid-input", code: "STORE_REQUEST_REFUSED", remedy };
}
