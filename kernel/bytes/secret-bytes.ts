import { equalBytes } from "./byte-arrays.ts";

/**
 * A secret value. It prints as `[secret]` wherever something prints it by accident (a log line, an error, JSON, a
 * debugger), and is compared in constant time. Zeroing is best effort: JavaScript may have copied the bytes before.
 */
export class SecretBytes {
  readonly #bytes: Uint8Array;

  /** @param bytes - taken over, not copied. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Length in bytes. */
  get length(): number {
    return this.#bytes.length;
  }

  /** The bytes themselves, for a wire encoder or the template engine. Do not keep them, and do not make errors of them. */
  reveal(): Uint8Array {
    return this.#bytes;
  }

  /** Whether the two hold the same bytes, in constant time. */
  equals(other: SecretBytes): boolean {
    return equalBytes(this.#bytes, other.#bytes);
  }

  /** Overwrites the bytes with zeros. */
  wipe(): void {
    this.#bytes.fill(0);
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  /** What `util.inspect` of Node.js prints; the symbol is registered, so the kernel needs no import for it. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "[secret]";
  }
}
