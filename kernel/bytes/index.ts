export { decodeBase64, decodeBase64Url, encodeBase64, encodeBase64Url } from "./base64.ts";
export { decodeHex, encodeHex } from "./hex.ts";
export { SecretBytes } from "./secret-bytes.ts";
export { decodeUtf8, encodeUtf8, tryDecodeUtf8 } from "./utf8.ts";
export { concatBytes, equalBytes } from "./byte-arrays.ts";
