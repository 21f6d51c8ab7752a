// RC2, in which old programs encrypt certificates. OpenSSL has it in a module that Node.js does not load. RFC 2268
import { decodeHex } from "@tegata/bytes";

const BLOCK_BYTES = 8;

/** "PITABLE": a permutation of the bytes, made of the digits of pi. RFC 2268 §2 */
const PI =
  decodeHex(
    "d978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2179a59f587b34f1361456d8d09817d32" +
      "bd8f40eb86b77b0bf09521225c6b4e8254d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626" +
      "6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed708e8eade8052eef784aa72ac354d6a2a" +
      "961ad2715a1549744b9fd05e0418a4ecc2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731" +
      "2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a90d38341bab33ffb0bb480c5fb9b1cd2e" +
      "c5f3db47e5a59c770aa62068fe7fc1ad",
  ) ?? new Uint8Array();

/** Rotations of the four words of a block in a mixing round. */
const ROTATIONS = [1, 2, 3, 5] as const;

/**
 * Decrypts RC2 in CBC mode and takes off the padding of PKCS#7.
 *
 * @returns `undefined` if the length or the padding is wrong.
 */
export function decryptRc2Cbc(key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined {
  if (ciphertext.length === 0 || ciphertext.length % BLOCK_BYTES !== 0) return undefined;
  const words = expandKey(key);
  const plain = new Uint8Array(ciphertext.length);
  let previous = iv;
  for (let at = 0; at < ciphertext.length; at += BLOCK_BYTES) {
    const block = ciphertext.subarray(at, at + BLOCK_BYTES);
    const decrypted = decryptBlock(words, block);
    for (let i = 0; i < BLOCK_BYTES; i++) plain[at + i] = (decrypted[i] ?? 0) ^ (previous[i] ?? 0);
    previous = block;
  }
  const padding = plain.at(-1) ?? 0;
  const tail = plain.subarray(-padding);
  const isPadded = padding >= 1 && padding <= BLOCK_BYTES && tail.every((byte) => byte === padding);
  return isPadded ? plain.subarray(0, plain.length - padding) : undefined;
}

/** @returns 64 words; the key counts in all its bits. RFC 2268 §2 */
function expandKey(key: Uint8Array): Uint16Array {
  const bytes = new Uint8Array(128);
  bytes.set(key);
  for (let i = key.length; i < 128; i++) bytes[i] = pi((bytes[i - 1] ?? 0) + (bytes[i - key.length] ?? 0));
  bytes[128 - key.length] = pi(bytes[128 - key.length] ?? 0);
  for (let i = 127 - key.length; i >= 0; i--) bytes[i] = pi((bytes[i + 1] ?? 0) ^ (bytes[i + key.length] ?? 0));
  return Uint16Array.from({ length: 64 }, (_, i) => (bytes[2 * i] ?? 0) | ((bytes[2 * i + 1] ?? 0) << 8));
}

function pi(index: number): number {
  return PI[index & 0xff] ?? 0;
}

/** RFC 2268 §4 */
function decryptBlock(key: Uint16Array, block: Uint8Array): Uint8Array {
  const words = Uint16Array.from({ length: 4 }, (_, i) => (block[2 * i] ?? 0) | ((block[2 * i + 1] ?? 0) << 8));
  let next = 63;
  const mix = (rounds: number): void => {
    for (let round = 0; round < rounds; round++) {
      for (let i = 3; i >= 0; i--) unmixWord(words, i, key[next--] ?? 0);
    }
  };
  const mash = (): void => {
    for (let i = 3; i >= 0; i--) words[i] = word(words, i) - (key[word(words, i - 1) & 63] ?? 0);
  };
  mix(5);
  mash();
  mix(6);
  mash();
  mix(5);
  return Uint8Array.from({ length: BLOCK_BYTES }, (_, i) => (words[i >> 1] ?? 0) >> (8 * (i & 1)));
}

function unmixWord(words: Uint16Array, i: number, key: number): void {
  const rotation = ROTATIONS[i] ?? 0;
  const value = word(words, i);
  const rotated = (value >> rotation) | (value << (16 - rotation));
  const previous = word(words, i - 1);
  words[i] = rotated - key - (previous & word(words, i - 2)) - (~previous & word(words, i - 3));
}

/** @param i - may be negative: the words form a ring. */
function word(words: Uint16Array, i: number): number {
  return words[(i + 4) & 3] ?? 0;
}
