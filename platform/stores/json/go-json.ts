import { encodeUtf8 } from "@tegata/bytes";
import { type JsonNode, rawBytes, stringBytes } from "./json-node.ts";

/** Line and paragraph separator, which JavaScript once took for line ends. */
const SEPARATORS = ["\\u2028", "\\u2029"].map((escape) => encodeUtf8(escape));

/** By byte. */
const ESCAPES: readonly (Uint8Array | undefined)[] = Array.from({ length: 256 }, (_, byte) => {
  const text = JSON.stringify(String.fromCharCode(byte)).slice(1, -1);
  const isHtml = "<>&".includes(String.fromCharCode(byte));
  if (byte < 128 && text.length > 1) return encodeUtf8(text);
  return isHtml ? encodeUtf8(`\\u00${byte.toString(16)}`) : undefined;
});

/**
 * Encodes a value as Go's `json.Marshal` does a decoded one: no white space, object keys sorted by bytes, the last of
 * repeated keys, `<`, `>`, `&`, U+2028 and U+2029 escaped; numbers as they stand in the source. This is what External
 * Secrets Operator writes into a Secret, so it must be the same to the byte.
 */
export function encodeGoJson(node: JsonNode): Uint8Array {
  const pieces: Uint8Array[] = [];
  write(node, pieces);
  return new Uint8Array(Buffer.concat(pieces));
}

/** Encodes UTF-8 bytes as a JSON string as Go's `json.Marshal` does; bytes that are not UTF-8 are left as they are. */
export function encodeGoJsonString(content: Uint8Array): Uint8Array {
  let length = 2;
  for (let at = 0; at < content.length; at++) length += escapeAt(content, at)?.length ?? 1;
  const out = new Uint8Array(length);
  let end = 0;
  out[end++] = QUOTE;
  for (let at = 0; at < content.length; at++) {
    const escape = escapeAt(content, at);
    if (escape === undefined) out[end++] = content[at] ?? 0;
    else for (const byte of escape) out[end++] = byte;
    // The two separators are three bytes long, of which only the first counts.
    if (escape !== undefined && content[at] === 0xe2) at += 2;
  }
  out[end++] = QUOTE;
  return out.subarray(0, end);
}

const QUOTE = 0x22;

/** What stands for the byte at this place in a string; `undefined` for the byte itself. */
function escapeAt(content: Uint8Array, at: number): Uint8Array | undefined {
  const byte = content[at] ?? 0;
  if (byte === 0xe2 && content[at + 1] === 0x80) {
    return content[at + 2] === 0xa8 ? SEPARATORS[0] : content[at + 2] === 0xa9 ? SEPARATORS[1] : undefined;
  }
  return ESCAPES[byte];
}

function write(node: JsonNode, pieces: Uint8Array[]): void {
  if (node.kind === "string") {
    pieces.push(encodeGoJsonString(stringBytes(node)));
  } else if (node.kind === "array") {
    writeList(node.items, pieces, ["[", "]"], (item) => write(item, pieces));
  } else if (node.kind === "object") {
    writeList(sortedMembers(node), pieces, ["{", "}"], ([key, value]) => {
      pieces.push(encodeGoJsonString(key), encodeUtf8(":"));
      write(value, pieces);
    });
  } else {
    pieces.push(rawBytes(node));
  }
}

function writeList<T>(items: readonly T[], pieces: Uint8Array[], brackets: [string, string], one: (item: T) => void) {
  pieces.push(encodeUtf8(brackets[0]));
  for (const [i, item] of items.entries()) {
    if (i > 0) pieces.push(encodeUtf8(","));
    one(item);
  }
  pieces.push(encodeUtf8(brackets[1]));
}

/** Keys in the order of their bytes; of repeated keys the last, as a Go map keeps it. */
function sortedMembers(node: JsonNode): [key: Uint8Array, value: JsonNode][] {
  const sorted = node.members
    .map(({ key, value }): [Uint8Array, JsonNode] => [stringBytes(key), value])
    .sort(([a], [b]) => Buffer.compare(a, b));
  return sorted.filter(([key], i) => {
    const next = sorted[i + 1];
    return next === undefined || Buffer.compare(key, next[0]) !== 0;
  });
}
