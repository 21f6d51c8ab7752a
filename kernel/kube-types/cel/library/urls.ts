import type { Library } from "../functions.ts";
import { CelError, CelMap, type CelValue, type Opaque } from "../values.ts";

/** A URL taken apart as Go's `url.ParseRequestURI` does: nothing is normalised. */
class Url implements Opaque {
  readonly opaqueType = "kubernetes.URL";
  readonly text: string;
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;

  constructor(text: string, [scheme, host, path, query]: readonly [string, string, string, string]) {
    this.text = text;
    this.scheme = scheme;
    this.host = host;
    this.path = path;
    this.query = query;
  }

  equals(other: Opaque): boolean {
    return other instanceof Url && other.text === this.text;
  }
}

const ABSOLUTE = /^([a-zA-Z][a-zA-Z0-9+.-]*):(?:\/\/([^/?]*))?([^?]*)(?:\?(.*))?$/s;
const PATH = /^(\/[^?]*)(?:\?(.*))?$/s;

function parseUrl(text: string): Url | undefined {
  // oxlint-disable-next-line no-control-regex -- control characters are what makes a URL invalid
  if (/[\x00-\x1f\x7f]/.test(text)) return undefined;
  const [, path, pathQuery = ""] = PATH.exec(text) ?? [];
  if (path !== undefined) return hasBadEscape(path) ? undefined : new Url(text, ["", "", path, pathQuery]);
  const [, scheme, authority = "", rest = "", query = ""] = ABSOLUTE.exec(text.split("#", 1)[0] ?? "") ?? [];
  if (scheme === undefined || hasBadEscape(rest)) return undefined;
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  if (!/^(\[[0-9a-fA-F:.%]+\]|[^[\]:<>" ]*)(:\d*)?$/.test(host)) return undefined;
  return new Url(text, [scheme.toLowerCase(), host, rest, query]);
}

function hasBadEscape(text: string): boolean {
  return /%(?![0-9a-fA-F]{2})/.test(text);
}

function urlOf(text: string): Url {
  const url = parseUrl(text);
  if (url === undefined)
    throw new CelError(
      `URL parse error during conversion from string: parse ${JSON.stringify(text)}: invalid URI for request`,
    );
  return url;
}

/** Percent-encodes what a path may not hold, and leaves what is encoded already. */
function escapePath(path: string): string {
  return path.replace(/[^A-Za-z0-9\-._~!$&'()*+,;=:@/%]/gu, (character) => encodeURIComponent(character));
}

function queryOf(query: string): CelMap {
  const values = new Map<string, CelValue[]>();
  for (const pair of query.split("&").filter((each) => each !== "")) {
    const [key = "", ...rest] = pair.split("=");
    const name = unescape(key);
    values.set(name, [...(values.get(name) ?? []), unescape(rest.join("="))]);
  }
  return new CelMap(values);
}

function unescape(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

/** URLs. @see k8s.io/apiserver/pkg/cel/library urls.go */
export const URLS: Library = {
  "url(string) URL": (text: string) => urlOf(text),
  "isURL(string) bool": (text: string) => parseUrl(text) !== undefined,
  "URL::getScheme() string": ({ scheme }: Url) => scheme,
  "URL::getHost() string": ({ host }: Url) => host,
  "URL::getHostname() string": ({ host }: Url) => host.replace(/:\d*$/, "").replace(/^\[(.*)\]$/, "$1"),
  "URL::getPort() string": ({ host }: Url) => /:(\d*)$/.exec(host)?.[1] ?? "",
  "URL::getEscapedPath() string": ({ path }: Url) => escapePath(path),
  "URL::getQuery() map(string, list(string))": ({ query }: Url) => queryOf(query),
};
declare function decodeURIComponent(text: string): string;
declare function encodeURIComponent(text: string): string;
