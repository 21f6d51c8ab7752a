import { TegataError } from "@tegata/errors";

/**
 * Splits a rendered URL into where to connect and what to ask for, which is sent as it stands.
 *
 * @throws TegataError `STORE_KEY_INVALID` if it is no URL, or if a key has changed more of it than its own segment
 */
export function splitUrl(text: string, displayName: string): { readonly origin: URL; readonly path: string } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const [, rest = ""] = /^https?:\/\/[^/?#]*([^#]*)/.exec(text) ?? [];
  // A key of ".." would lead to another path of the service than the one in the manifest.
  const hasDotSegment = /\/\.{1,2}(?=[/?]|$)/.test(rest);
  const isUsable = url !== undefined && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
  if (isUsable && !hasDotSegment && !/[^\x21-\x7e]/.test(rest)) {
    return { origin: url, path: rest.startsWith("/") ? rest : `/${rest}` };
  }
  throw new TegataError({
    kind: "invalid-input",
    code: "STORE_KEY_INVALID",
    message: `${displayName}: url does not render to a usable URL for this reference`,
    remedy: "Check spec.provider.webhook.url and the reference's key",
  });
}

/** Go's `url.QueryEscape`. */
export function queryEscape(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");
}
