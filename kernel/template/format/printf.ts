import type { BudgetMeter } from "../budget.ts";
import { decodeRune } from "../values/byte-string.ts";
import { GoObject, type GoValue, integerOf, typeOf } from "../values/value.ts";
import { type Flags, NO_FLAGS, pad } from "./flags.ts";
import { formatPrinted, formatVerb, joinWithin } from "./print.ts";

/** Widths and precisions beyond this are refused, as Go's fmt refuses them. */
const MAX_NUMBER = 1_000_000;

/** Go's `fmt.Sprintf`; mistakes in the format show in the output, as there. */
export function sprintf(format: string, values: readonly GoValue[], budget: BudgetMeter): string {
  return new Formatter(format, values, budget).run();
}

class Formatter {
  readonly #format: string;
  readonly #values: readonly GoValue[];
  readonly #budget: BudgetMeter;
  readonly #pieces: string[] = [];
  #at = 0;
  #argument = 0;
  /** Whether an index such as `%[2]d` was used: then unused operands are no mistake. */
  #reordered = false;
  /** Whether the index of the verb in hand is one that exists. */
  #goodIndex = true;

  constructor(format: string, values: readonly GoValue[], budget: BudgetMeter) {
    this.#format = format;
    this.#values = values;
    this.#budget = budget;
  }

  run(): string {
    while (this.#at < this.#format.length) {
      this.#budget.spend(1);
      const percent = this.#format.indexOf("%", this.#at);
      const end = percent === -1 ? this.#format.length : percent;
      this.#pieces.push(this.#format.slice(this.#at, end));
      this.#at = end + 1;
      if (percent !== -1) this.#pieces.push(this.#directive());
    }
    if (!this.#reordered && this.#argument < this.#values.length) this.#pieces.push(this.#extra());
    return joinWithin(this.#pieces, "", this.#budget);
  }

  #directive(): string {
    const flags = this.#flags();
    this.#goodIndex = true;
    let afterIndex = this.#index();
    const problems: string[] = [];
    if (this.#format[this.#at] === "*") {
      this.#at++;
      const width = this.#starArgument();
      if (width === undefined) problems.push("%!(BADWIDTH)");
      else this.#setWidth(flags, width);
      afterIndex = false;
    } else {
      flags.width = this.#number();
      if (afterIndex && flags.width !== undefined) this.#goodIndex = false; // "%[3]2d"
    }
    if (this.#format[this.#at] === "." && this.#at + 1 < this.#format.length) {
      this.#at++;
      if (afterIndex) this.#goodIndex = false; // "%[3].2d"
      afterIndex = this.#index();
      afterIndex = this.#precision(flags, problems) ? false : afterIndex;
    }
    if (!afterIndex) this.#index();
    return problems.join("") + this.#verb(flags);
  }

  #flags(): Flags {
    const flags = { ...NO_FLAGS };
    for (; ; this.#at++) {
      const char = this.#format[this.#at];
      if (char === "#") flags.sharp = true;
      else if (char === "0") flags.zero = true;
      else if (char === "+") flags.plus = true;
      else if (char === "-") flags.minus = true;
      else if (char === " ") flags.space = true;
      else return flags;
    }
  }

  #setWidth(flags: Flags, width: number): void {
    flags.width = Math.abs(width);
    if (width < 0) flags.minus = true;
  }

  /** Reads a precision. @returns whether it came from an operand. */
  #precision(flags: Flags, problems: string[]): boolean {
    if (this.#format[this.#at] !== "*") {
      flags.precision = this.#number() ?? 0;
      return false;
    }
    this.#at++;
    const precision = this.#starArgument();
    if (precision === undefined || precision < 0) problems.push("%!(BADPREC)");
    else flags.precision = precision;
    return true;
  }

  #verb(flags: Flags): string {
    if (this.#at >= this.#format.length) return "%!(NOVERB)";
    const { size } = decodeRune(this.#format, this.#at);
    const verb = this.#format.slice(this.#at, this.#at + size);
    this.#at += size;
    if (verb === "%") return "%";
    if (!this.#goodIndex) return `%!${verb}(BADINDEX)`;
    const value = this.#values[this.#argument];
    if (value === undefined) return `%!${verb}(MISSING)`;
    this.#argument++;
    if (verb === "v") {
      flags.sharpV = flags.sharp;
      flags.plusV = flags.plus;
      flags.sharp = false;
      flags.plus = false;
    }
    if (verb === "T") return pad(typeOf(value), flags);
    return formatVerb(value, verb, flags, this.#budget);
  }

  #number(): number | undefined {
    let value: number | undefined;
    for (let char = this.#format[this.#at]; char !== undefined && char >= "0" && char <= "9"; ) {
      if ((value ?? 0) > MAX_NUMBER) {
        this.#at = this.#format.length;
        return undefined;
      }
      value = (value ?? 0) * 10 + Number(char);
      char = this.#format[++this.#at];
    }
    this.#budget.string(value ?? 0);
    return value;
  }

  /** Takes the operand of a `*`. @returns `undefined` if it is not a fitting integer. */
  #starArgument(): number | undefined {
    const value = this.#values[this.#argument];
    if (value === undefined) return undefined;
    this.#argument++;
    const number = value instanceof GoObject ? undefined : integerOf(value);
    if (number === undefined || number > MAX_NUMBER || number < -MAX_NUMBER) return undefined;
    this.#budget.string(Math.abs(Number(number)));
    return Number(number);
  }

  /** Reads an explicit index such as `[2]`. @returns whether there was a good one. */
  #index(): boolean {
    if (this.#format[this.#at] !== "[") return false;
    this.#reordered = true;
    const close = this.#format.indexOf("]", this.#at);
    const digits = close === -1 ? "" : this.#format.slice(this.#at + 1, close);
    this.#at = close === -1 ? this.#at + 1 : close + 1;
    const index = /^[0-9]{1,7}$/.test(digits) ? Number(digits) : 0;
    if (index < 1 || index > this.#values.length) {
      this.#goodIndex = false;
      return close !== -1 && index > 0;
    }
    this.#argument = index - 1;
    return true;
  }

  #extra(): string {
    const rest = this.#values.slice(this.#argument).map((value) => {
      return value === null ? "<nil>" : `${typeOf(value)}=${formatPrinted(value, this.#budget)}`;
    });
    return `%!(EXTRA ${joinWithin(rest, ", ", this.#budget)})`;
  }
}
