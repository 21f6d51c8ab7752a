import { TegataError } from "@tegata/errors";
import { tryDecodeUtf8 } from "@tegata/bytes";

/** What a field's bytes look like. Protocol Buffers encoding, "Message Structure". */
export type WireType = 0 | 1 | 2 | 5;

/**
 * Reads the fields of one message, front to back.
 *
 * Every method throws TegataError `PROTOBUF_INVALID` if the bytes end early or are not what the encoding allows.
 *
 * @see Protocol Buffers documentation, "Encoding"
 */
export class WireReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether all bytes are read. */
  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** Reads a field's number and wire type. */
  tag(): { number: number; wireType: WireType } {
    const tag = Number(this.varint());
    const number = Math.floor(tag / 8);
    const wireType = tag % 8;
    if (number < 1 || number > MAX_FIELD_NUMBER) throw malformed(`field number ${number} is out of range`);
    if (wireType !== 0 && wireType !== 1 && wireType !== 2 && wireType !== 5)
      throw malformed(`wire type ${wireType} is not supported`);
    return { number, wireType };
  }

  /** Reads an unsigned varint of up to 64 bits. */
  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw malformed("a number is cut off");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw malformed("a number is longer than ten bytes");
  }

  /** Reads a signed integer, two's complement in a varint. JSON numbers hold 53 bits, so larger ones are refused. */
  integer(): number {
    const value = Number(BigInt.asIntN(64, this.varint()));
    if (!Number.isSafeInteger(value)) throw malformed("an integer does not fit into 53 bits");
    return value;
  }

  /** Reads an IEEE 754 double. */
  double(): number {
    const { buffer, byteOffset, byteLength } = this.#take(8);
    return new DataView(buffer, byteOffset, byteLength).getFloat64(0, true);
  }

  /** Reads a length and that many bytes: a view, not a copy. */
  bytes(): Uint8Array {
    return this.#take(Number(this.varint()));
  }

  /** Reads UTF-8 text. */
  text(): string {
    const text = tryDecodeUtf8(this.bytes());
    if (text === undefined) throw malformed("a string is not UTF-8");
    return text;
  }

  /** Passes over the value of an unknown field. */
  skip(wireType: WireType): void {
    if (wireType === 0) this.varint();
    else if (wireType === 2) this.bytes();
    else this.#take(wireType === 1 ? 8 : 4);
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw malformed("a field is longer than what is left");
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}

/**
 * Deepest nesting of messages, and of the JSON in them. Kubernetes' own decoder has no bound; its deepest kind nests 20, a
 * CRD's schema more.
 */
export const MAX_DEPTH = 64;

const MAX_FIELD_NUMBER = 2 ** 29 - 1;

/** TegataError `PROTOBUF_INVALID`. */
export function malformed(why: string): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "PROTOBUF_INVALID",
    message: `cannot decode the protobuf body: ${why}`,
    remedy: "Send what the client library encodes, or application/json.",
  });
}
