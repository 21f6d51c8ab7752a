import { decodeBase64Url, encodeBase64Url, encodeUtf8, tryDecodeUtf8 } from "@tegata/bytes";
import { badRequest } from "../http-errors.ts";

/** Where a list in chunks goes on. */
export interface ContinueToken {
  /** The version at which the whole list is read. */
  readonly version: number;
  /** The last key of the chunk before, relative to the list's prefix. */
  readonly lastKey: string;
}

const TOKEN_VERSION = "meta.k8s.io/v1";

/** Encodes a token as `k8s.io/apiserver` does: base64url of JSON, in which `start` is the first key that may follow. */
export function encodeContinue({ version, lastKey }: ContinueToken): string {
  return encodeBase64Url(encodeUtf8(JSON.stringify({ v: TOKEN_VERSION, rv: version, start: `${lastKey}\0` })));
}

/** @throws ApiError 400 for anything that {@link encodeContinue} does not make. */
export function decodeContinue(text: string): ContinueToken {
  const bytes = decodeBase64Url(text);
  const json = bytes === undefined ? undefined : tryDecodeUtf8(bytes);
  if (json === undefined) throw notValid("the encoding is not valid");
  const { v, rv, start } = parseJson(json);
  if (v !== TOKEN_VERSION) throw notValid("server does not recognize this encoded version");
  if (typeof start !== "string" || start === "") throw notValid("encoded continue token contains invalid key");
  if (typeof rv !== "number" || !Number.isSafeInteger(rv) || rv <= 0) {
    throw notValid("incorrect encoded start resourceVersion (version meta.k8s.io/v1)");
  }
  return { version: rv, lastKey: start.replace(/\0$/, "") };
}

function parseJson(json: string): { v?: unknown; rv?: unknown; start?: unknown } {
  try {
    const token: unknown = JSON.parse(json);
    if (typeof token === "object" && token !== null) return token;
  } catch {
    // The same as a token that is not an object.
  }
  throw notValid("the encoding is not valid");
}

function notValid(why: string): Error {
  return badRequest(`continue key is not valid: ${why}`);
}
