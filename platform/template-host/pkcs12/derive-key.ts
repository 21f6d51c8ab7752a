import { createHash } from "node:crypto";
import { concatBytes } from "@tegata/bytes";
import { invalidFile } from "./pkcs12-error.ts";

/** What a key is for, as the derivation tells keys apart. RFC 7292 §B.3 */
export const PURPOSE = { key: 1, iv: 2, mac: 3 } as const;

/** Most iterations that are done for a file: it is not ours, and each takes time. */
const MAX_ITERATIONS = 1_000_000;

/** What a key is derived from. */
export interface Derivation {
  /** Name of the hash, as Node.js has it. */
  readonly hash: string;
  /** UTF-16, big endian, ended by a zero. See {@link bmpPassword}. */
  readonly password: Uint8Array;
  readonly salt: Uint8Array;
  readonly iterations: number;
}

/** A password as the derivation wants it. RFC 7292 §B.1 */
export function bmpPassword(password: string): Uint8Array {
  return bmpString(`${password}\0`);
}

/** UTF-16, big endian. */
export function bmpString(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "utf16le").swap16());
}

/** @throws TegataError `PKCS12_INVALID` if the file asks for too many iterations or none. */
export function checkIterations(iterations: number): void {
  if (iterations < 1 || iterations > MAX_ITERATIONS) {
    throw invalidFile(`it asks for ${iterations} iterations; 1 to ${MAX_ITERATIONS} are done`);
  }
}

/** PKCS#12's own derivation. RFC 7292 §B.2 */
export function deriveKey(derivation: Derivation, purpose: number, length: number): Uint8Array {
  const { hash, password, salt, iterations } = derivation;
  checkIterations(iterations);
  const blockBytes = hash === "sha384" || hash === "sha512" ? 128 : 64;
  const diversifier = new Uint8Array(blockBytes).fill(purpose);
  const input = concatBytes(filled(salt, blockBytes), filled(password, blockBytes));
  const pieces: Uint8Array[] = [];
  for (let have = 0; have < length; ) {
    let digest: Uint8Array = createHash(hash).update(diversifier).update(input).digest();
    for (let i = 1; i < iterations; i++) digest = createHash(hash).update(digest).digest();
    pieces.push(digest);
    have += digest.length;
    addToBlocks(input, filled(digest, blockBytes).subarray(0, blockBytes));
  }
  return concatBytes(...pieces).subarray(0, length);
}

/** Repeats bytes up to a multiple of the block's length. */
function filled(bytes: Uint8Array, blockBytes: number): Uint8Array {
  const length = Math.ceil(bytes.length / blockBytes) * blockBytes;
  return Uint8Array.from({ length }, (_, i) => bytes[i % bytes.length] ?? 0);
}

/** Adds the addend and one to every block, as big-endian numbers. */
function addToBlocks(blocks: Uint8Array, addend: Uint8Array): void {
  for (let start = 0; start < blocks.length; start += addend.length) {
    let carry = 1;
    for (let i = addend.length - 1; i >= 0; i--) {
      const sum = (blocks[start + i] ?? 0) + (addend[i] ?? 0) + carry;
      blocks[start + i] = sum & 0xff;
      carry = sum >> 8;
    }
  }
}
