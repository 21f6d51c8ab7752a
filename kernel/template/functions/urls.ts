import { CallError } from "../template-error.ts";
import { GoMap, type GoValue, INTERFACE, kindOf } from "../values/value.ts";
import { bytewise, define, type TemplateFunction } from "./define.ts";
import { formatUrl, formatUserInfo, hostNameOf, parseUrl, parseUserInfo } from "./url.ts";

/** URLs, taken apart into dictionaries and put together again. Go: net/url. */
export const URL_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = bytewise({
  urlParse: define(["string"], (text) => {
    const url = parseUrl(text);
    if (url === undefined) throw new CallError("unable to parse url", text);
    const parts: readonly (readonly [string, GoValue])[] = [
      ["scheme", url.scheme],
      ["host", url.host],
      ["hostname", hostNameOf(url.host)],
      ["path", url.path],
      ["query", url.query],
      ["opaque", url.opaque],
      ["fragment", url.fragment],
      ["userinfo", url.user === undefined ? "" : formatUserInfo(url.user)],
    ];
    return new GoMap(INTERFACE, new Map(parts));
  }),
  urlJoin: define(["map"], (parts) => {
    const read = (key: string): string => textPart(parts, key);
    const userInfo = read("userinfo");
    const user = userInfo === "" ? undefined : parseUserInfo(userInfo);
    if (userInfo !== "" && user === undefined) throw new CallError("unable to parse userinfo in dict");
    return formatUrl({
      scheme: read("scheme"),
      host: read("host"),
      path: read("path"),
      query: read("query"),
      opaque: read("opaque"),
      fragment: read("fragment"),
      user,
    });
  }),
});

function textPart(parts: GoMap, key: string): string {
  const value = parts.entries.get(key) ?? "";
  if (typeof value !== "string") {
    throw new CallError(`unable to parse ${key} key, must be of type string, but ${kindOf(value)} found`);
  }
  return value;
}
