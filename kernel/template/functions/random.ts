import { encodeBase64, encodeHex } from "@tegata/bytes";
import { CallError } from "../template-error.ts";
import { byteStringOfCodes, codesOf } from "../values/byte-string.ts";
import { type CallContext, defineWithContext, type TemplateFunction } from "./define.ts";

const DIGITS = "0123456789";
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const ASCII = String.fromCharCode(...Array.from({ length: 95 }, (_, i) => 32 + i));

/** Randomness, all of it from the host. */
export const RANDOM_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  randAlphaNum: defineWithContext(["int"], (context, count) => randomText(count, LETTERS + DIGITS, context)),
  randAlpha: defineWithContext(["int"], (context, count) => randomText(count, LETTERS, context)),
  randNumeric: defineWithContext(["int"], (context, count) => randomText(count, DIGITS, context)),
  randAscii: defineWithContext(["int"], (context, count) => randomText(count, ASCII, context)),
  randBytes: defineWithContext(["int"], ({ host, budget }, count) => {
    if (count < 0n) throw new CallError("runtime error: makeslice: len out of range");
    budget.string(Number(count));
    return encodeBase64(host.randomBytes(Number(count)));
  }),
  randInt: defineWithContext(["int", "int"], (context, from, to) => {
    if (to <= from) throw new CallError("invalid argument to Intn");
    return from + randomBelow(to - from, context);
  }),
  shuffle: defineWithContext(["string"], (context, text) => {
    const codes = codesOf(text);
    context.budget.spend(10 * codes.length);
    for (let i = codes.length - 1; i > 0; i--) {
      const other = Number(randomBelow(BigInt(i + 1), context));
      [codes[i], codes[other]] = [codes[other] ?? 0, codes[i] ?? 0];
    }
    return byteStringOfCodes(codes);
  }),
  uuidv4: defineWithContext([], ({ host }) => {
    const bytes = host.randomBytes(16);
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    return encodeHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }),
};

/** @returns that many characters, each as likely as the other; none if the count is negative, as in sprig. */
function randomText(count: bigint, alphabet: string, { host, budget }: CallContext): string {
  const length = Math.max(Number(count), 0);
  budget.string(length);
  budget.spend(length);
  // Bytes at the top end would favour the first characters, so they are drawn again.
  const limit = 256 - (256 % alphabet.length);
  const out: string[] = [];
  while (out.length < length) {
    for (const byte of host.randomBytes(Math.min(length - out.length + 16, 4096))) {
      if (byte < limit && out.length < length) out.push(alphabet.charAt(byte % alphabet.length));
    }
  }
  return out.join("");
}

/** @returns an integer from 0 to before the bound, each as likely as the other. */
function randomBelow(bound: bigint, { host }: CallContext): bigint {
  const bits = bound.toString(2).length;
  const mask = (1n << BigInt(bits)) - 1n;
  for (;;) {
    const value = BigInt(`0x${encodeHex(host.randomBytes(Math.ceil(bits / 8)))}`) & mask;
    if (value < bound) return value;
  }
}
