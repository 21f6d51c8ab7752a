/**
 * One value of a JSON text, which stays where it is: a node knows its place in the bytes, so that a value leaves a store
 * exactly as it came, digits and escapes included. Parsing by bytes also keeps V8 from quoting secrets in its errors.
 */
export interface JsonNode {
  readonly kind: "object" | "array" | "string" | "number" | "true" | "false" | "null";
  readonly source: Uint8Array;
  /** First byte of the value in {@link source}. */
  readonly start: number;
  /** Byte after the value. */
  readonly end: number;
  /** Of an object, in the order of the text, repeats included. Keys are strings. */
  readonly members: readonly JsonMember[];
  /** Of an array. */
  readonly items: readonly JsonNode[];
}

interface JsonMember {
  readonly key: JsonNode;
  readonly value: JsonNode;
}

/** Deepest nesting that {@link parseJson} follows. */
export const JSON_MAX_DEPTH = 1000;

const NONE: readonly never[] = [];
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Parses a JSON text. RFC 8259, plus invalid UTF-8 inside strings, which is passed through.
 *
 * @returns `undefined` if the bytes are not exactly one JSON value or are nested deeper than {@link JSON_MAX_DEPTH}.
 */
export function parseJson(source: Uint8Array): JsonNode | undefined {
  const parser = new Parser(source);
  const node = parser.value(skipSpace(source, 0), 0);
  return node !== undefined && skipSpace(source, node.end) === source.length ? node : undefined;
}

/** Parses the JSON values that stand one after the other, up to the first that is none. JSON Lines. */
export function parseJsonSequence(source: Uint8Array): JsonNode[] {
  const parser = new Parser(source);
  const nodes: JsonNode[] = [];
  for (let at = skipSpace(source, 0); at < source.length; ) {
    const node = parser.value(at, 0);
    if (node === undefined) break;
    nodes.push(node);
    at = skipSpace(source, node.end);
  }
  return nodes;
}

/** The bytes of a node as they stand in its source. Not a copy. */
export function rawBytes(node: JsonNode): Uint8Array {
  return node.source.subarray(node.start, node.end);
}

/** The first member of an object with this key, given as UTF-8. */
export function findMember(node: JsonNode, key: Uint8Array): JsonNode | undefined {
  return node.members.find((member) => equals(stringBytes(member.key), key))?.value;
}

/** The content of a string node with escapes resolved; surrogates that have no partner become U+FFFD, as in Go. */
export function stringBytes(node: JsonNode): Uint8Array {
  const raw = node.source.subarray(node.start + 1, node.end - 1);
  return raw.includes(BACKSLASH) ? unescape(raw) : raw;
}

const ESCAPES: Readonly<Record<string, number>> = { b: 8, f: 12, n: 10, r: 13, t: 9 };

function unescape(raw: Uint8Array): Uint8Array {
  const out = new Uint8Array(raw.length);
  let length = 0;
  for (let at = 0; at < raw.length; at++) {
    const byte = raw[at] ?? 0;
    if (byte !== BACKSLASH) {
      out[length++] = byte;
      continue;
    }
    const escape = raw[++at] ?? 0;
    if (escape !== 0x75 /* u */) {
      out[length++] = ESCAPES[String.fromCharCode(escape)] ?? escape;
      continue;
    }
    let code = hex4(raw, at + 1);
    at += 4;
    if (code >= 0xd800 && code < 0xdc00 && raw[at + 1] === BACKSLASH && raw[at + 2] === 0x75) {
      const low = hex4(raw, at + 3);
      if (low >= 0xdc00 && low < 0xe000) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        at += 6;
      }
    }
    length = writeUtf8(out, length, code >= 0xd800 && code < 0xe000 ? 0xfffd : code);
  }
  return out.subarray(0, length);
}

function hex4(bytes: Uint8Array, at: number): number {
  return Number.parseInt(String.fromCharCode(...bytes.subarray(at, at + 4)), 16);
}

function writeUtf8(out: Uint8Array, at: number, code: number): number {
  if (code < 0x80) {
    out[at] = code;
    return at + 1;
  }
  const trailing = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  out[at] = ([0, 0xc0, 0xe0, 0xf0][trailing] ?? 0) | (code >> (6 * trailing));
  for (let i = 1; i <= trailing; i++) out[at + i] = 0x80 | ((code >> (6 * (trailing - i))) & 0x3f);
  return at + trailing + 1;
}

function equals(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function skipSpace(source: Uint8Array, at: number): number {
  while (isSpace(source[at])) at++;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

class Parser {
  readonly #source: Uint8Array;

  constructor(source: Uint8Array) {
    this.#source = source;
  }

  /** The value that begins at `at`, or `undefined` if none does. */
  value(at: number, depth: number): JsonNode | undefined {
    if (depth > JSON_MAX_DEPTH) return undefined;
    switch (this.#source[at]) {
      case 0x7b:
        return this.#object(at, depth);
      case 0x5b:
        return this.#array(at, depth);
      case QUOTE:
        return this.#string(at);
      case 0x74:
        return this.#literal(at, "true");
      case 0x66:
        return this.#literal(at, "false");
      case 0x6e:
        return this.#literal(at, "null");
      default:
        return this.#number(at);
    }
  }

  #node(kind: JsonNode["kind"], start: number, end: number): JsonNode {
    return { kind, source: this.#source, start, end, members: NONE, items: NONE };
  }

  #object(start: number, depth: number): JsonNode | undefined {
    const source = this.#source;
    const members: JsonMember[] = [];
    let at = skipSpace(source, start + 1);
    if (source[at] === 0x7d) return this.#node("object", start, at + 1);
    for (;;) {
      const key = source[at] === QUOTE ? this.#string(at) : undefined;
      if (key === undefined) return undefined;
      at = skipSpace(source, key.end);
      if (source[at] !== 0x3a) return undefined;
      const value = this.value(skipSpace(source, at + 1), depth + 1);
      if (value === undefined) return undefined;
      members.push({ key, value });
      at = skipSpace(source, value.end);
      if (source[at] === 0x7d) return { ...this.#node("object", start, at + 1), members };
      if (source[at] !== 0x2c) return undefined;
      at = skipSpace(source, at + 1);
    }
  }

  #array(start: number, depth: number): JsonNode | undefined {
    const source = this.#source;
    const items: JsonNode[] = [];
    let at = skipSpace(source, start + 1);
    if (source[at] === 0x5d) return this.#node("array", start, at + 1);
    for (;;) {
      const item = this.value(at, depth + 1);
      if (item === undefined) return undefined;
      items.push(item);
      at = skipSpace(source, item.end);
      if (source[at] === 0x5d) return { ...this.#node("array", start, at + 1), items };
      if (source[at] !== 0x2c) return undefined;
      at = skipSpace(source, at + 1);
    }
  }

  #string(start: number): JsonNode | undefined {
    const source = this.#source;
    for (let at = start + 1; at < source.length; at++) {
      const byte = source[at] ?? 0;
      if (byte === QUOTE) return this.#node("string", start, at + 1);
      if (byte < 0x20) return undefined;
      if (byte !== BACKSLASH) continue;
      at++;
      const escape = String.fromCharCode(source[at] ?? 0);
      if (escape === "u") {
        if (!/^[0-9a-fA-F]{4}$/.test(String.fromCharCode(...source.subarray(at + 1, at + 5)))) return undefined;
        at += 4;
      } else if (!'"\\/bfnrt'.includes(escape)) return undefined;
    }
    return undefined;
  }

  #literal(start: number, word: "true" | "false" | "null"): JsonNode | undefined {
    const end = start + word.length;
    return String.fromCharCode(...this.#source.subarray(start, end)) === word
      ? this.#node(word, start, end)
      : undefined;
  }

  #number(start: number): JsonNode | undefined {
    const source = this.#source;
    let at = source[start] === 0x2d ? start + 1 : start;
    const whole = digitsEnd(source, at);
    if (whole === at || (source[at] === 0x30 && whole > at + 1)) return undefined;
    at = whole;
    if (source[at] === 0x2e) {
      const fraction = digitsEnd(source, at + 1);
      if (fraction === at + 1) return undefined;
      at = fraction;
    }
    if (source[at] === 0x65 || source[at] === 0x45) {
      const sign = source[at + 1] === 0x2b || source[at + 1] === 0x2d ? at + 2 : at + 1;
      const exponent = digitsEnd(source, sign);
      if (exponent === sign) return undefined;
      at = exponent;
    }
    return this.#node("number", start, at);
  }
}

function digitsEnd(source: Uint8Array, at: number): number {
  while ((source[at] ?? 0) >= 0x30 && (source[at] ?? 0) <= 0x39) at++;
  return at;
}
