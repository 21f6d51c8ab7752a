import type { Verb } from "../registry/types.ts";
import { methodNotAllowed } from "../http-errors.ts";

/** What the path and method of a request ask for. reference: k8s.io/apiserver `RequestInfo` */
export type RequestInfo = ResourceRequest | { readonly kind: "path"; readonly verb: string; readonly path: string };

/** A request for a resource. */
export interface ResourceRequest {
  readonly kind: "resource";
  readonly verb: Verb;
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** Plural, e.g. `pods`. */
  readonly resource: string;
  /** Empty if the path names none. */
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
}

const METHOD_VERBS: Readonly<Record<string, Verb>> = {
  POST: "create",
  PUT: "update",
  PATCH: "patch",
  GET: "get",
  HEAD: "get",
};

/**
 * Reads a request's method and path: `/api/v1/namespaces/shop/secrets/db` and the like. Anything else is a plain path.
 *
 * @param segments - the path's parts, percent-decoded, without empty ones.
 * @throws ApiError 405 for a method that no resource has.
 */
export function parseRequestInfo(
  method: string,
  path: string,
  segments: readonly string[],
  query: URLSearchParams,
): RequestInfo {
  const group = segments[0] === "api" ? "" : segments[1];
  const rest = segments.slice(segments[0] === "api" ? 1 : 2);
  const [version, ...parts] = rest;
  if (
    (segments[0] !== "api" && segments[0] !== "apis") ||
    group === undefined ||
    version === undefined ||
    parts.length === 0
  ) {
    return { kind: "path", verb: method.toLowerCase(), path };
  }
  const place = parsePlace(parts);
  return { kind: "resource", verb: verbOf(method, place.name, query), group, version, ...place };
}

/** The parts of a path that stand for something; undefined if it cannot be decoded. */
export function pathSegments(path: string): string[] | undefined {
  try {
    return path
      .split("/")
      .filter((part) => part !== "")
      .map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

type Place = Pick<ResourceRequest, "resource" | "namespace" | "name" | "subresource">;

/** Subresources of Namespaces, which look like resources in a namespace. */
const NAMESPACE_SUBRESOURCES: readonly string[] = ["status", "finalize"];

function parsePlace(parts: readonly string[]): Place {
  const [first = "", second, third] = parts;
  const isInNamespace =
    first === "namespaces" && second !== undefined && third !== undefined && !NAMESPACE_SUBRESOURCES.includes(third);
  const [resource = "", name = "", ...subresource] = isInNamespace ? parts.slice(2) : parts;
  return { resource, namespace: isInNamespace ? second : "", name, subresource: subresource.join("/") };
}

function verbOf(method: string, name: string, query: URLSearchParams): Verb {
  if (method === "DELETE") return name === "" ? "deletecollection" : "delete";
  const verb = METHOD_VERBS[method];
  if (verb === undefined) throw methodNotAllowed();
  if (verb !== "get") return verb;
  if (isWatch(query)) return "watch";
  return name === "" ? "list" : "get";
}

/** `watch` alone means true, as in Go's conversion of query parameters. */
function isWatch(query: URLSearchParams): boolean {
  const text = query.get("watch");
  return text !== null && text !== "false" && text !== "0";
}
