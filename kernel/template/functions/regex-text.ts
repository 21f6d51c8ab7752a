import type { Matcher, RE2JS } from "re2js";
import type { BudgetMeter } from "../budget.ts";
import { runesOf } from "../values/byte-string.ts";

/** Byte offsets of a match and its groups, in pairs; -1 for a group that took no part. */
export type Match = readonly number[];

/** Steps that one byte costs per instruction of the compiled expression. */
const STEPS_PER_INSTRUCTION = 1;
/** The same for the rest of the text, into which a search may look far beyond the match that it finds. */
const STEPS_PER_INSTRUCTION_AHEAD = 1 / 16;

/**
 * A text that a regular expression is run on. Offsets are in bytes of the byte string; what is not UTF-8 is matched as
 * U+FFFD, byte by byte, and comes out unharmed.
 */
export class RegexText {
  readonly text: string;
  readonly #regex: RE2JS;
  readonly #matcher: Matcher;
  readonly #budget: BudgetMeter;
  /** Byte offset by UTF-16 offset; undefined if they are the same. */
  readonly #byteOffsets: readonly number[] | undefined;
  /** UTF-16 offset by byte offset. */
  readonly #unitOffsets: ReadonlyMap<number, number> | undefined;

  constructor(regex: RE2JS, text: string, budget: BudgetMeter) {
    this.text = text;
    this.#regex = regex;
    this.#budget = budget;
    const decoded = decode(text);
    this.#byteOffsets = decoded?.byteOffsets;
    this.#unitOffsets = decoded && new Map(decoded.byteOffsets.map((byte, unit) => [byte, unit]));
    this.#matcher = regex.matcher(decoded?.text ?? text);
  }

  /** Finds the first match at or after a byte offset. */
  find(from: number): Match | undefined {
    const instructions = this.#regex.programSize();
    this.#budget.spend((this.text.length - from + 1) * instructions * STEPS_PER_INSTRUCTION_AHEAD);
    const isFound = this.#matcher.find(this.#unitOffsets?.get(from) ?? from);
    const end = isFound ? this.#toBytes(this.#matcher.end(0)) : this.text.length;
    this.#budget.spend((end - from) * instructions * STEPS_PER_INSTRUCTION);
    if (!isFound) return undefined;
    const offsets: number[] = [];
    for (let group = 0; group <= this.#matcher.groupCount(); group++) {
      offsets.push(this.#toBytes(this.#matcher.start(group)), this.#toBytes(this.#matcher.end(group)));
    }
    return offsets;
  }

  /** @returns the offset after the character at a byte offset. */
  after(at: number): number {
    const unit = this.#unitOffsets?.get(at);
    if (unit === undefined) return at + 1;
    const code = this.#byteOffsets?.[unit + 1];
    return code === undefined || code === at ? (this.#byteOffsets?.[unit + 2] ?? this.text.length + 1) : code;
  }

  #toBytes(unit: number): number {
    return unit < 0 ? -1 : (this.#byteOffsets?.[unit] ?? unit);
  }
}

/** @returns the text and its offsets, or `undefined` if it is ASCII and so its own decoding. */
function decode(byteString: string): { text: string; byteOffsets: number[] } | undefined {
  if (/^\p{ASCII}*$/u.test(byteString)) return undefined;
  const pieces: string[] = [];
  const byteOffsets: number[] = [];
  let at = 0;
  for (const { code, size } of runesOf(byteString)) {
    const char = String.fromCodePoint(code);
    pieces.push(char);
    for (let unit = 0; unit < char.length; unit++) byteOffsets.push(at);
    at += size;
  }
  byteOffsets.push(at);
  return { text: pieces.join(""), byteOffsets };
}
