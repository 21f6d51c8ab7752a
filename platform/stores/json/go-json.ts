import { encodeUtf8 } from "@tegata/bytes";
import { type JsonNode, rawBytes, stringBytes } from "./json-node.ts";

/** Whether `<`, `>` and `&` are escaped: Go's `json.Marshal` does, an encoder with `SetEscapeHTML(false)` does not. */
export type HtmlEscape = "html" | "plain";

const QUOTE = 0x22;
const REPLACEMENT = encodeUtf8("\\ufffd");
/** Line and paragraph separator, which JavaScript once took for line ends. */
const LINE_SEPARATOR = encodeUtf8("\\u2028");
const PARAGRAPH_SEPARATOR = encodeUtf8("\\u2029");

/** By byte, for ASCII. */
const ESCAPES: Readonly<Record<HtmlEscape, readonly (Uint8Array | undefined)[]>> = {
  plain: escapesOf(""),
  html: escapesOf("<>&"),
};

function escapesOf(alsoEscaped: string): (Uint8Array | undefined)[] {
  return Array.from({ length: 128 }, (_, byte) => {
    const character = String.fromCharCode(byte);
    const text = JSON.stringify(character).slice(1, -1);
    if (text.length > 1) return encodeUtf8(text);
    return alsoEscaped.includes(character) ? encodeUtf8(`\\u00${byte.toString(16)}`) : undefined;
  });
}

/**
 * Encodes a value as Go's `json.Marshal` does a decoded one: no white space, object keys sorted by bytes, the last of
 * repeated keys, escapes as {@link encodeGoJsonString} writes them; numbers as they stand in the source. This is what
 * External Secrets Operator writes into a Secret, so it must be the same to the byte.
 */
export function encodeGoJson(node: JsonNode, html: HtmlEscape = "html"): Uint8Array {
  const pieces: Uint8Array[] = [];
  write(node, pieces, html);
  return new Uint8Array(Buffer.concat(pieces));
}

/** Encodes a map of values that are JSON already as {@link encodeGoJson} does an object. */
export function encodeGoObject(members: ReadonlyMap<string, Uint8Array>, html: HtmlEscape = "html"): Uint8Array {
  const sorted = [...members]
    .map(([name, value]): [Uint8Array, Uint8Array] => [encodeUtf8(name), value])
    .sort(([a], [b]) => Buffer.compare(a, b));
  const pieces: Uint8Array[] = [];
  writeList(sorted, pieces, ["{", "}"], ([name, value]) => {
    pieces.push(encodeGoJsonString(name, html), encodeUtf8(":"), value);
  });
  return new Uint8Array(Buffer.concat(pieces));
}

/** Encodes bytes as a JSON string as Go does: what is not UTF-8 becomes `\ufffd`, byte by byte. */
export function encodeGoJsonString(content: Uint8Array, html: HtmlEscape = "html"): Uint8Array {
  const escapes = ESCAPES[html];
  let length = 2;
  for (let at = 0; at < content.length; ) {
    const width = sequenceWidth(content, at);
    length += escapeAt(content, at, width, escapes)?.length ?? width;
    at += width || 1;
  }
  const out = new Uint8Array(length);
  let end = 0;
  out[end++] = QUOTE;
  for (let at = 0; at < content.length; ) {
    const width = sequenceWidth(content, at);
    const escape = escapeAt(content, at, width, escapes);
    if (escape === undefined) for (let i = 0; i < width; i++) out[end++] = content[at + i] ?? 0;
    else for (const byte of escape) out[end++] = byte;
    at += width || 1;
  }
  out[end] = QUOTE;
  return out;
}

/** What stands for the character at this place in a string; `undefined` for itself. */
function escapeAt(
  content: Uint8Array,
  at: number,
  width: number,
  escapes: readonly (Uint8Array | undefined)[],
): Uint8Array | undefined {
  if (width === 0) return REPLACEMENT;
  if (width === 1) return escapes[content[at] ?? 0];
  if (width !== 3 || content[at] !== 0xe2 || content[at + 1] !== 0x80) return undefined;
  return content[at + 2] === 0xa8 ? LINE_SEPARATOR : content[at + 2] === 0xa9 ? PARAGRAPH_SEPARATOR : undefined;
}

/** Length of the UTF-8 sequence at this place; 0 if there is none that is valid. RFC 3629. */
function sequenceWidth(content: Uint8Array, at: number): number {
  const lead = content[at] ?? 0;
  if (lead < 0x80) return 1;
  const width =
    lead >= 0xf0 && lead <= 0xf4 ? 4 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xc2 && lead < 0xe0 ? 2 : 0;
  for (let i = 1; i < width; i++) {
    if (((content[at + i] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  const second = content[at + 1] ?? 0;
  const overlong = (lead === 0xe0 && second < 0xa0) || (lead === 0xf0 && second < 0x90);
  const outside = (lead === 0xed && second >= 0xa0) || (lead === 0xf4 && second >= 0x90);
  return overlong || outside ? 0 : width;
}

function write(node: JsonNode, pieces: Uint8Array[], html: HtmlEscape): void {
  if (node.kind === "string") {
    pieces.push(encodeGoJsonString(stringBytes(node), html));
  } else if (node.kind === "array") {
    writeList(node.items, pieces, ["[", "]"], (item) => write(item, pieces, html));
  } else if (node.kind === "object") {
    writeList(sortedMembers(node), pieces, ["{", "}"], ([key, value]) => {
      pieces.push(encodeGoJsonString(key, html), encodeUtf8(":"));
      write(value, pieces, html);
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
