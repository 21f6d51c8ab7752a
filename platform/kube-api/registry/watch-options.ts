import type { FieldError } from "@tegata/kube-types";
import { ApiError } from "../http-errors.ts";
import { forbiddenField, invalidListOptions } from "./list-options.ts";
import { isTrue } from "./write-options.ts";

/** The query of a watch. */
export interface WatchOptions {
  /** Undefined or 0: all objects as they are now, then what changes. */
  readonly fromVersion: number | undefined;
  readonly allowBookmarks: boolean;
  /** `true`: all objects, then a bookmark that says that these were all (WatchList). Undefined: not asked for. */
  readonly sendInitialEvents: boolean | undefined;
  readonly timeoutSeconds: number | undefined;
}

/** Reads and checks the options of a watch. @throws ApiError 422, or 500 for a `resourceVersion` that is no number */
export function parseWatchOptions(query: URLSearchParams): WatchOptions {
  const sendInitialEvents = query.get("sendInitialEvents");
  checkInitialEvents(sendInitialEvents, query.get("resourceVersionMatch") ?? "");
  const timeout = Number(query.get("timeoutSeconds") ?? "");
  return {
    fromVersion: parseWatchVersion(query.get("resourceVersion") ?? ""),
    allowBookmarks: isTrue(query.get("allowWatchBookmarks")),
    sendInitialEvents: sendInitialEvents === null ? undefined : isTrue(sendInitialEvents),
    timeoutSeconds: timeout > 0 ? timeout : undefined,
  };
}

function parseWatchVersion(text: string): number | undefined {
  if (text === "") return undefined;
  const version = Number(text);
  if (/^\d{1,19}$/.test(text) && Number.isSafeInteger(version)) return version;
  throw new ApiError(
    500,
    "InternalError",
    `Internal error occurred: strconv.ParseUint: parsing "${text}": invalid syntax`,
  );
}

function checkInitialEvents(sendInitialEvents: string | null, match: string): void {
  const errors: FieldError[] = [];
  if (sendInitialEvents === null && match !== "") {
    errors.push(
      forbiddenField(
        "resourceVersionMatch",
        "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
      ),
    );
  }
  if (sendInitialEvents !== null && match === "") {
    errors.push(
      forbiddenField("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"),
    );
  }
  if (sendInitialEvents !== null && match !== "" && match !== "NotOlderThan") {
    errors.push({
      type: "FieldValueNotSupported",
      field: "resourceVersionMatch",
      message: `Unsupported value: "${match}": supported values: "NotOlderThan"`,
    });
  }
  if (errors.length > 0) throw invalidListOptions(...errors);
}
