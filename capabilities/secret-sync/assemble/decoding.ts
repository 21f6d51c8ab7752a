import { decodeBase64, decodeBase64Url, SecretBytes, tryDecodeUtf8 } from "@tegata/bytes";
import { TegataError } from "@tegata/errors";
import type { DecodingStrategy } from "../api/external-secret.ts";

/**
 * Decodes a value as its `decodingStrategy` says. `Auto` tries base64, then base64url, and else leaves the value alone.
 *
 * @param where - the entry, for the error, e.g. `data[0] (key "a")`.
 * @throws TegataError `SECRET_DECODING_FAILED` if the value is not in the encoding that was asked for.
 * @see reference eso.md section 2.4
 */
export function decodeValue(value: SecretBytes, strategy: DecodingStrategy, where: string): SecretBytes {
  if (strategy === "None") return value;
  const text = tryDecodeUtf8(value.reveal());
  const standard = text === undefined || strategy === "Base64URL" ? undefined : decodeBase64(text);
  const decoded = standard ?? (text === undefined || strategy === "Base64" ? undefined : decodeBase64Url(text));
  if (decoded !== undefined) return new SecretBytes(decoded);
  if (strategy === "Auto") return value;
  throw new TegataError({
    kind: "invalid-input",
    code: "SECRET_DECODING_FAILED",
    message: `${where}: the value is not ${strategy === "Base64" ? "base64" : "base64url"}`,
    remedy: "Set decodingStrategy to None or Auto, or store the value encoded.",
  });
}
