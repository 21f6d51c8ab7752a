import { badRequest, invalid } from "../http-errors.ts";
import type { FieldError } from "@tegata/kube-types";
import { parseVersion } from "./versions.ts";

/** How a list or watch treats its `resourceVersion`. */
type VersionMatch = "Exact" | "NotOlderThan";

/** The query of a list. `metav1.ListOptions` without the selectors. */
export interface ListOptions {
  readonly limit: number | undefined;
  readonly continueToken: string | undefined;
  readonly resourceVersion: number | undefined;
  readonly match: VersionMatch;
}

/** Reads and checks the options of a list. @throws ApiError 400 or 422 */
export function parseListOptions(query: URLSearchParams): ListOptions {
  const continueToken = query.get("continue") || undefined;
  const matchText = query.get("resourceVersionMatch") ?? "";
  checkMatch(query, matchText, continueToken);
  const version = query.get("resourceVersion") ?? "";
  if (continueToken !== undefined && version !== "" && version !== "0") {
    throw badRequest("specifying resource version is not allowed when using continue");
  }
  const resourceVersion = parseVersion(version);
  // Reads "at any version" come from a cache in the real server, which does not know of chunks.
  const limit = resourceVersion === 0 ? undefined : parseLimit(query.get("limit"));
  const match = matchText === "" ? (limit === undefined ? "NotOlderThan" : "Exact") : (matchText as VersionMatch);
  return { limit, continueToken, resourceVersion, match };
}

/** A refusal of the options themselves. reference: `ValidateListOptions` of k8s.io/apimachinery */
export function invalidListOptions(...errors: FieldError[]): Error {
  return invalid({ group: "meta.k8s.io", plural: "listoptions", kind: "ListOptions" }, "", errors);
}

function checkMatch(query: URLSearchParams, match: string, continueToken: string | undefined): void {
  if (query.has("sendInitialEvents")) {
    throw invalidListOptions(forbiddenField("sendInitialEvents", "sendInitialEvents is forbidden for list"));
  }
  if (match === "") return;
  const errors: FieldError[] = [];
  const version = query.get("resourceVersion") ?? "";
  if (version === "")
    errors.push(forbiddenMatch("resourceVersionMatch is forbidden unless resourceVersion is provided"));
  if (continueToken !== undefined)
    errors.push(forbiddenMatch("resourceVersionMatch is forbidden when continue is provided"));
  if (match !== "Exact" && match !== "NotOlderThan") {
    errors.push({
      type: "FieldValueNotSupported",
      field: "resourceVersionMatch",
      message: `Unsupported value: "${match}": supported values: "Exact", "NotOlderThan", ""`,
    });
  }
  if (match === "Exact" && version === "0") {
    errors.push(forbiddenMatch('resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
  }
  if (errors.length > 0) throw invalidListOptions(...errors);
}

/** `FieldValueForbidden` for one option. */
export function forbiddenField(field: string, why: string): FieldError {
  return { type: "FieldValueForbidden", field, message: `Forbidden: ${why}` };
}

function forbiddenMatch(why: string): FieldError {
  return forbiddenField("resourceVersionMatch", why);
}

function parseLimit(text: string | null): number | undefined {
  if (text === null || text === "") return undefined;
  if (!/^-?\d{1,18}$/.test(text)) {
    throw badRequest(`strconv.ParseInt: parsing "${text}": invalid syntax`);
  }
  const limit = Number(text);
  return limit > 0 ? limit : undefined;
}
