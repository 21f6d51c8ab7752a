// Go's net/url on byte strings. The platform's URL class follows another standard, and is not part of the kernel.
import { encodeIp } from "@tegata/pki";
import { percentEncode } from "./escape.ts";

/** Who a URL names before the `@`, decoded. */
export interface UserInfo {
  readonly name: string;
  readonly password: string | undefined;
}

/** A URL in parts; path, fragment and user are decoded. */
export interface UrlParts {
  readonly scheme: string;
  /** What follows the scheme, if it does not begin with a slash. */
  readonly opaque: string;
  readonly user: UserInfo | undefined;
  /** With the port. */
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

/** Parses a URL. @returns `undefined` if Go's `url.Parse` refuses it. */
export function parseUrl(text: string): UrlParts | undefined {
  const [, beforeFragment = "", rawFragment = ""] = /^([^#]*)(?:#([^]*))?$/.exec(text) ?? [];
  const fragment = decode(rawFragment);
  if (fragment === undefined || beforeFragment.startsWith(":") || hasControl(beforeFragment)) return undefined;
  const schemeMatch = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(beforeFragment);
  const scheme = schemeMatch?.[1]?.toLowerCase() ?? "";
  const [, rest = "", query = ""] =
    /^([^?]*)(?:\?([^]*))?$/.exec(beforeFragment.slice(schemeMatch?.[0].length ?? 0)) ?? [];
  const empty = { scheme, opaque: "", user: undefined, host: "", query, fragment };
  if (scheme !== "" && !rest.startsWith("/")) return { ...empty, opaque: rest, path: "" };
  // Without a scheme, a colon in the first segment would read as one.
  if (!rest.startsWith("/") && /^[^/]*:/.test(rest)) return undefined;
  const authority = scheme !== "" || !rest.startsWith("///") ? /^\/\/([^/]*)/.exec(rest)?.[1] : undefined;
  const path = decode(authority === undefined ? rest : rest.slice(2 + authority.length));
  if (path === undefined) return undefined;
  if (authority === undefined) return { ...empty, path };
  const at = authority.lastIndexOf("@");
  const user = at === -1 ? undefined : parseUserInfo(authority.slice(0, at));
  const host = parseHost(scheme, authority.slice(at + 1));
  if (host === undefined || (at !== -1 && user === undefined)) return undefined;
  return { ...empty, user, host, path };
}

/** Parses `name:password`, percent-decoded. @returns `undefined` if a character does not belong there. */
export function parseUserInfo(text: string): UserInfo | undefined {
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(text)) return undefined;
  const colon = text.indexOf(":");
  const name = decode(colon === -1 ? text : text.slice(0, colon));
  const password = colon === -1 ? "" : decode(text.slice(colon + 1));
  if (name === undefined || password === undefined) return undefined;
  return { name, password: colon === -1 ? undefined : password };
}

/** Formats the user, percent-encoded. */
export function formatUserInfo({ name, password }: UserInfo): string {
  const encoded = encode(name, USER_SAFE);
  return password === undefined ? encoded : `${encoded}:${encode(password, USER_SAFE)}`;
}

/** @returns the host without its port and brackets. */
export function hostNameOf(host: string): string {
  const bracketed = /^\[([^\]]*)\]/.exec(host)?.[1];
  return bracketed ?? host.replace(/:\d*$/, "");
}

const PATH_SAFE = /[A-Za-z0-9\-_.~$&+,/:;=@]/;
const FRAGMENT_SAFE = /[A-Za-z0-9\-_.~$&+,/:;=@?!()*]/;
const HOST_SAFE = /[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"]/;
const USER_SAFE = /[A-Za-z0-9\-_.~$&+,;=]/;

/** Formats a URL. Go: `url.URL.String`. */
export function formatUrl({ scheme, opaque, user, host, path, query, fragment }: UrlParts): string {
  let text = scheme === "" ? "" : `${scheme}:`;
  if (opaque !== "") text += opaque;
  else {
    if ((scheme !== "" || host !== "" || user !== undefined) && (host !== "" || path !== "" || user !== undefined)) {
      text += `//${user === undefined ? "" : `${formatUserInfo(user)}@`}${encode(host, HOST_SAFE)}`;
    }
    const encodedPath = path === "*" ? path : encode(path, PATH_SAFE);
    if (encodedPath !== "" && !encodedPath.startsWith("/") && host !== "") text += "/";
    else if (text === "" && /^[^/]*:/.test(encodedPath)) text += "./";
    text += encodedPath;
  }
  if (query !== "") text += `?${query}`;
  return fragment === "" ? text : `${text}#${encode(fragment, FRAGMENT_SAFE)}`;
}

function hasControl(text: string): boolean {
  return text.split("").some((char) => char < " " || char === "\x7f");
}

/** Checks and decodes a host with its port. */
function parseHost(scheme: string, text: string): string | undefined {
  if (text.includes("[")) return parseIpLiteral(text);
  // Other schemes than these list several hosts, each with its port.
  const isStrict = scheme === "http" || scheme === "https";
  const colon = isStrict ? text.indexOf(":") : text.lastIndexOf(":");
  if (colon !== -1 && !/^:\d*$/.test(text.slice(colon))) return undefined;
  return decodeHost(text);
}

/** Checks and decodes `[address]:port`, in which the address may have a zone. RFC 3986 §3.2.2, RFC 6874 */
function parseIpLiteral(text: string): string | undefined {
  const [, literal = "", port] = /^\[([^[]*)\](:\d*|)$/.exec(text) ?? [];
  if (port === undefined) return undefined;
  const [, hostPart = "", zonePart = ""] = /^((?:(?!%25)[^])*)([^]*)$/.exec(literal) ?? [];
  const [address, zone] = [decodeHost(hostPart), decode(zonePart)];
  if (address === undefined || zone === undefined || zone === "%") return undefined;
  return address.includes(":") && encodeIp(address) !== undefined ? `[${address}${zone}]${port}` : undefined;
}

/** Decodes a host, in which only bytes beyond ASCII may be encoded. */
function decodeHost(text: string): string | undefined {
  if (/%(?![89a-fA-F])/.test(text)) return undefined;
  const decoded = decode(text);
  return decoded?.split("").every((char) => char >= "\x80" || HOST_SAFE.test(char)) === true ? decoded : undefined;
}

/** Percent-decodes. @returns `undefined` if a percent sign does not begin a code. */
function decode(text: string): string | undefined {
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return undefined;
  return text.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function encode(text: string, safe: RegExp): string {
  return text.replace(/[^]/g, (char) => (safe.test(char) ? char : percentEncode(char)));
}
