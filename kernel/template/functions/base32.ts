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

/**
 * Decodes standard base32 with padding; line breaks are passed over, as in Go.
 *
 * @returns the bytes, or the offset of what is wrong.
 */
export function decodeBase32(text: string): Uint8Array | number {
  const compact = text.replace(/[\r\n]/g, "");
  const bytes: number[] = [];
  for (let at = 0; at < compact.length; at += 8) {
    const digits = /^[A-Z2-7]*/.exec(compact.slice(at, at + 8))?.[0] ?? "";
    const problem = digits.length === 8 ? undefined : paddingProblem(compact, at, digits.length);
    if (problem !== undefined) return problem;
    pushGroup(bytes, digits);
    // Go reads no further than the padding.
    if (digits.length < 8) break;
  }
  return Uint8Array.from(bytes);
}

/** @returns the offset of what is wrong with an incomplete group, as Go gives it, or `undefined` if it is padded well. */
function paddingProblem(text: string, at: number, digits: number): number | undefined {
  const end = at + digits;
  if (end === text.length) return at;
  const rest = text.length - end - 1;
  if (text[end] !== "=" || digits < 2 || rest >= 8) return end;
  if (rest + digits < 7) return text.length;
  for (let k = 1; k < 8 - digits && end + k < text.length; k++) if (text[end + k] !== "=") return end + k - 1;
  return [2, 4, 5, 7].includes(digits) ? undefined : end;
}

function pushGroup(bytes: number[], digits: string): void {
  let word = 0n;
  for (let i = 0; i < 8; i++) word = (word << 5n) | BigInt(Math.max(ALPHABET.indexOf(digits[i] ?? "A"), 0));
  const count = Math.floor((digits.length * 5) / 8);
  for (let i = 0; i < count; i++) bytes.push(Number((word >> BigInt(32 - 8 * i)) & 255n));
}
