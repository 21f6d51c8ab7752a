import type { Store } from "../store/index.ts";
import { ApiError, badRequest } from "../http-errors.ts";

/** How long a request for a version that is still to come is held, in milliseconds. */
const FUTURE_VERSION_WAIT_MS = 3000;

/** Parses the query parameter `resourceVersion`. @returns undefined if it is not set. @throws ApiError 400 */
export function parseVersion(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  const version = Number(text);
  if (/^\d{1,19}$/.test(text) && Number.isSafeInteger(version)) return version;
  throw badRequest(`Invalid value: "${text}": strconv.ParseUint: parsing "${text}": invalid syntax`);
}

/** Waits until the store has reached a version. @throws ApiError 504 if it does not soon. */
export async function waitForVersion(store: Store, version: number, signal: AbortSignal): Promise<void> {
  if (await store.reached(version, FUTURE_VERSION_WAIT_MS, signal)) return;
  const message = `Too large resource version: ${version}, current: ${store.version}`;
  throw new ApiError(504, "Timeout", message, {
    causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
    retryAfterSeconds: 1,
  });
}
