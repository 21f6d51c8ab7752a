import { TegataError } from "@tegata/errors";

/** What a read gets that is under way, or begun, when its store is closed. Code `STORE_CLOSED`. */
export function storeClosed(displayName: string): TegataError {
  return new TegataError({
    kind: "unavailable",
    code: "STORE_CLOSED",
    message: `${displayName} was closed`,
    remedy: "Read again; the store is opened anew",
  });
}
