import { tryDecodeUtf8 } from "@tegata/bytes";
import { derError } from "./der-error.ts";
import { decodeOid } from "./oid.ts";
import { TAG } from "./tags.ts";
import { decodeTime } from "./time.ts";

/** Deepest nesting that is read. Certificates and CSRs stay below 16. */
export const MAX_DER_DEPTH = 32;

/** One encoded value. */
export interface DerElement {
  /** Identifier octet. See {@link TAG}. */
  readonly tag: number;
  readonly content: Uint8Array;
  /** Identifier, length and content. */
  readonly encoded: Uint8Array;
}

/** A BIT STRING. */
export interface BitString {
  /** How many of the last octet's low bits do not count, 0 to 7. */
  readonly unusedBits: number;
  readonly bytes: Uint8Array;
}

/**
 * Reads DER values one after the other. DER only: definite and minimal lengths, minimal integers, one encoding for true.
 * Nothing is copied; what is returned are views of the input. Every method throws `DER_INVALID` if the bytes are not what
 * it reads. X.690 §10, §11.
 */
export class DerReader {
  readonly #bytes: Uint8Array;
  readonly #depth: number;
  #at = 0;

  /** @param depth - how many constructed values are around these bytes. */
  constructor(bytes: Uint8Array, depth = 0) {
    if (depth > MAX_DER_DEPTH) throw derError(`nested deeper than ${MAX_DER_DEPTH}`);
    this.#bytes = bytes;
    this.#depth = depth;
  }

  /** Whether everything was read. */
  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** Whether the next value has this tag. */
  nextIs(tag: number): boolean {
    return this.#bytes[this.#at] === tag;
  }

  /** Refuses trailing data. */
  end(): void {
    if (!this.atEnd) throw derError(`${this.#bytes.length - this.#at} bytes of trailing data`);
  }

  /** The next value, whatever it is. */
  any(): DerElement {
    const start = this.#at;
    const tag = this.#octet();
    if ((tag & 0x1f) === 0x1f) throw derError("tag numbers above 30 are not used here");
    const length = this.#length();
    const from = this.#at;
    if (length > this.#bytes.length - from) throw derError("a length runs past the end");
    this.#at = from + length;
    return {
      tag,
      content: this.#bytes.subarray(from, this.#at),
      encoded: this.#bytes.subarray(start, this.#at),
    };
  }

  /** The next value, which must have this tag. */
  element(tag: number): DerElement {
    if (this.atEnd) throw derError(`expected tag 0x${tag.toString(16)}, found the end`);
    const element = this.any();
    if (element.tag !== tag) throw derError(`expected tag 0x${tag.toString(16)}, found 0x${element.tag.toString(16)}`);
    return element;
  }

  /** The next value if it has this tag. */
  optional(tag: number): DerElement | undefined {
    return this.nextIs(tag) ? this.element(tag) : undefined;
  }

  /** Goes into a constructed value. */
  nested(tag: number = TAG.sequence): DerReader {
    return this.into(this.element(tag));
  }

  /** Goes into a value that was read before. */
  into(element: DerElement): DerReader {
    return new DerReader(element.content, this.#depth + 1);
  }

  /** Goes into a constructed value if it is next. */
  optionalNested(tag: number): DerReader | undefined {
    return this.nextIs(tag) ? this.nested(tag) : undefined;
  }

  boolean(): boolean {
    const { content } = this.element(TAG.boolean);
    if (content.length !== 1) throw derError("a BOOLEAN is one octet");
    if (content[0] !== 0 && content[0] !== 0xff) throw derError("a BOOLEAN is 0x00 or 0xff");
    return content[0] === 0xff;
  }

  /** @param tag - another tag if the INTEGER is tagged implicitly. */
  integer(tag: number = TAG.integer): bigint {
    return decodeInteger(this.element(tag).content);
  }

  /** An INTEGER between 0 and 2³¹-1. */
  smallInteger(tag: number = TAG.integer): number {
    const value = this.integer(tag);
    if (value < 0n || value > 0x7fffffffn) throw derError("an INTEGER is out of range");
    return Number(value);
  }

  /** @returns dotted decimal, e.g. `2.5.29.17`. */
  oid(tag: number = TAG.objectIdentifier): string {
    return decodeOid(this.element(tag).content);
  }

  null(): void {
    if (this.element(TAG.null).content.length !== 0) throw derError("a NULL has no content");
  }

  octetString(tag: number = TAG.octetString): Uint8Array {
    return this.element(tag).content;
  }

  bitString(tag: number = TAG.bitString): BitString {
    const { content } = this.element(tag);
    const unusedBits = content[0] ?? 8;
    const bytes = content.subarray(1);
    if (unusedBits > 7 || (bytes.length === 0 && unusedBits !== 0))
      throw derError("a BIT STRING's unused bits are wrong");
    if (((bytes.at(-1) ?? 0) & ((1 << unusedBits) - 1)) !== 0)
      throw derError("a BIT STRING's unused bits must be zero");
    return { unusedBits, bytes };
  }

  /** A BIT STRING of whole octets: a key or a signature. */
  wholeBitString(): Uint8Array {
    const { unusedBits, bytes } = this.bitString();
    if (unusedBits !== 0) throw derError("a BIT STRING must be whole octets here");
    return bytes;
  }

  /** UTCTime or GeneralizedTime, as RFC 5280 §4.1.2.5 writes them. */
  time(): Date {
    const { tag, content } = this.any();
    return decodeTime(tag, content);
  }

  /** A SEQUENCE OF (or SET OF): calls `read` until the end of it. */
  list<T>(read: (reader: DerReader) => T, tag: number = TAG.sequence): T[] {
    const reader = this.nested(tag);
    const items: T[] = [];
    while (!reader.atEnd) items.push(read(reader));
    return items;
  }

  utf8String(): string {
    const text = tryDecodeUtf8(this.element(TAG.utf8String).content);
    if (text === undefined) throw derError("a UTF8String is not UTF-8");
    return text;
  }

  #octet(): number {
    const octet = this.#bytes[this.#at];
    if (octet === undefined) throw derError("the input ends inside a value");
    this.#at += 1;
    return octet;
  }

  #length(): number {
    const first = this.#octet();
    if (first < 0x80) return first;
    const octets = first & 0x7f;
    if (octets === 0) throw derError("indefinite lengths are BER");
    if (octets > 4) throw derError("a length above 4 GiB");
    let length = 0;
    for (let i = 0; i < octets; i++) length = length * 256 + this.#octet();
    if (length < 0x80 || length < 256 ** (octets - 1)) throw derError("a length is not minimal");
    return length;
  }
}

/**
 * Reads one value that must fill the whole input.
 *
 * @param read - what to read.
 * @throws TegataError `DER_INVALID` for trailing data, or what `read` throws.
 */
export function decodeDer<T>(bytes: Uint8Array, read: (reader: DerReader) => T): T {
  const reader = new DerReader(bytes);
  const value = read(reader);
  reader.end();
  return value;
}

function decodeInteger(content: Uint8Array): bigint {
  const [first = 0, second = 0] = content;
  if (content.length === 0) throw derError("an INTEGER has no content");
  if (content.length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)))
    throw derError("an INTEGER is not minimal");
  if (content.length > MAX_INTEGER_BYTES) throw derError(`an INTEGER above ${MAX_INTEGER_BYTES} bytes`);
  let text = "0x";
  for (const byte of content) text += byte.toString(16).padStart(2, "0");
  return BigInt.asIntN(content.length * 8, BigInt(text));
}

/** Room for a modulus of RSA-16384, so that such a key is refused by its size and not as bad DER. */
const MAX_INTEGER_BYTES = 8192;
