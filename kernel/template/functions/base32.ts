const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Encodes as standard base32 with padding. RFC 4648 §6. */
export function encodeBase32(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 5) {
    const group = bytes.subarray(at, at + 5);
    let word = 0n;
    for (let i = 0; i < 5; i++) word = (word << 8n) | BigInt(group[i] ?? 0);
    const digits = Math.ceil((group.length * 8) / 5);
    for (let i = 0; i < 8; i++) {
      pieces.push(i < digits ? ALPHABET.charAt(Number((word >> BigInt(35 - 5 * i)) & 31n)) : "=");
    }
  }
  return pieces.join("");
}

const DIGITS_OF_PADDING: Readonly<Record<number, number>> = { 0: 8, 1: 7, 3: 5, 4: 4, 6: 2 };

/**
 * Decodes standard base32 with padding; line breaks are passed over, as in Go.
 *
 * @returns the bytes, or the offset of what is wrong.
 */
export function decodeBase32(text: string): Uint8Array | number {
  const compact = text.replace(/[\r\n]/g, "");
  const bytes: number[] = [];
  for (let at = 0; at < compact.length; at += 8) {
    const group = compact.slice(at, at + 8);
    const bad = /[^A-Z2-7=]/.exec(group);
    if (bad !== null) return at + bad.index;
    const digits = group.replace(/=+$/, "");
    if (digits.includes("=")) return at + digits.indexOf("=");
    const rest = compact.length - at - digits.length - 1;
    if (group.length < 8) return digits.length < group.length ? compact.length : at;
    // Go takes the sign for padding only near the end.
    if (digits.length < 8 && rest >= 8) return at + digits.length;
    if (DIGITS_OF_PADDING[8 - digits.length] !== digits.length) return at + digits.length;
    let word = 0n;
    for (let i = 0; i < 8; i++) word = (word << 5n) | BigInt(Math.max(ALPHABET.indexOf(digits[i] ?? "A"), 0));
    const count = Math.floor((digits.length * 5) / 8);
    for (let i = 0; i < count; i++) bytes.push(Number((word >> BigInt(32 - 8 * i)) & 255n));
    // Go reads no further than the padding.
    if (digits.length < 8) break;
  }
  return Uint8Array.from(bytes);
}
