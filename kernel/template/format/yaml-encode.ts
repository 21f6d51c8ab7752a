// YAML as External Secrets writes it: by way of JSON, in the block style of go-yaml 2.
import { type BudgetMeter, STEPS_PER_SORTED_KEY } from "../budget.ts";
import { CallError } from "../template-error.ts";
import { codesOf, countRunes, textOf } from "../values/byte-string.ts";
import { isDigit, isLetter } from "../values/letter-case.ts";
import { GoComplex, GoMap, GoObject, GoSlice, type GoValue, SizedInteger } from "../values/value.ts";
import { encodeJsonNumber } from "./json.ts";
import { joinWithin } from "./print.ts";
import { formatFloat } from "./float.ts";
import { formatYamlText } from "./yaml-text.ts";

/** A longer key is written in the form `? key`. */
const LONGEST_SIMPLE_KEY = 128;
const INDENT = 2;
const UNREADABLE = /[\u007f-\u0084\u0086-\u009f\ufffe\uffff]/;

/** Encodes a value, without a line feed at the end. @throws CallError for what JSON cannot hold */
export function encodeYaml(value: GoValue, budget: BudgetMeter): string {
  const encoder = new YamlEncoder(budget);
  return isBlock(value) ? encoder.block(value, 0) : encoder.scalar(value, { indent: INDENT, column: 0, isKey: false });
}

/** A map or list that is not empty, and so takes lines of its own. */
function isBlock(value: GoValue): value is GoSlice | GoMap {
  if (value instanceof GoSlice) return value.items.length > 0;
  return value instanceof GoMap && value.entries.size > 0;
}

class YamlEncoder {
  readonly #budget: BudgetMeter;

  constructor(budget: BudgetMeter) {
    this.#budget = budget;
  }

  /** Writes a block whose first line has its indentation already. */
  block(value: GoSlice | GoMap, indent: number): string {
    return this.#budget.nested(() => {
      if (value instanceof GoMap) this.#spendOnOrder(value);
      const lines =
        value instanceof GoSlice
          ? value.items.map((item) => `- ${this.#compact(item, indent)}`)
          : [...value.entries]
              .sort(([a], [b]) => compareKeys(a, b))
              .map(([key, item]) => this.#entry(key, item, indent));
      return joinWithin(lines, `\n${" ".repeat(indent)}`, this.#budget);
    });
  }

  #spendOnOrder({ entries }: GoMap): void {
    const length = [...entries.keys()].reduce((sum, key) => sum + key.length, 0);
    this.#budget.spend(2 * STEPS_PER_SORTED_KEY * entries.size + 4 * length);
  }

  /** Writes what stands behind `- ` or `: `, which count as indentation. */
  #compact(value: GoValue, indent: number): string {
    if (isBlock(value)) return this.block(value, indent + INDENT);
    return this.scalar(value, { indent: indent + INDENT, column: indent + INDENT, isKey: false });
  }

  #entry(key: string, value: GoValue, indent: number): string {
    this.#budget.spend(1);
    if (key.length > LONGEST_SIMPLE_KEY || key.includes("\n")) {
      const written = this.#compact(key, indent);
      return `? ${written}\n${" ".repeat(indent)}: ${this.#compact(value, indent)}`;
    }
    const written = this.scalar(key, { indent, column: indent, isKey: true });
    if (value instanceof GoMap && isBlock(value)) {
      return `${written}:\n${" ".repeat(indent + INDENT)}${this.block(value, indent + INDENT)}`;
    }
    // A list in a map is not indented further.
    if (isBlock(value)) return `${written}:\n${" ".repeat(indent)}${this.block(value, indent)}`;
    const column = indent + countRunes(written) + 2;
    return `${written}: ${this.scalar(value, { indent: indent + INDENT, column, isKey: false })}`;
  }

  scalar(value: GoValue, place: { indent: number; column: number; isKey: boolean }): string {
    this.#budget.spend(1);
    if (value === null) return "null";
    if (typeof value === "string") {
      this.#budget.spend(value.length / 2);
      // go-yaml's reader, through which the text has to go, refuses these.
      if (UNREADABLE.test(textOf(value))) throw new CallError("yaml: control characters are not allowed");
      return formatYamlText(value, place);
    }
    if (typeof value === "number") return numberText(value);
    if (value instanceof SizedInteger) return String(value.value);
    if (value instanceof GoSlice) return value.isNil ? "null" : "[]";
    if (value instanceof GoMap) return "{}";
    if (value instanceof GoComplex) throw new CallError("json: unsupported type: complex128");
    if (value instanceof GoObject) {
      const plain = value.toJsonValue();
      return isBlock(plain) ? this.block(plain, place.indent) : this.scalar(plain, place);
    }
    return String(value);
  }
}

/** A float that JSON writes as an integer comes back as one, if 64 bits hold it. */
function numberText(value: number): string {
  const json = encodeJsonNumber(value);
  const integer = /^-?\d+$/.test(json) ? BigInt(json) : undefined;
  if (integer !== undefined && integer >= -(2n ** 63n) && integer < 2n ** 64n) return String(integer);
  return formatFloat(value, "g", -1);
}

/** go-yaml's order of keys: by runes, but numbers inside by their size, and other characters before letters. */
function compareKeys(a: string, b: string): number {
  const [runesA, runesB] = [codesOf(a), codesOf(b)];
  for (let i = 0; i < runesA.length && i < runesB.length; i++) {
    const [codeA = 0, codeB = 0] = [runesA[i], runesB[i]];
    if (codeA === codeB) continue;
    const [letterA, letterB] = [isLetter(codeA), isLetter(codeB)];
    if (letterA && letterB) return codeA - codeB;
    if (letterA || letterB) return letterB ? -1 : 1;
    return compareNumbers(runesA, runesB, i) || codeA - codeB;
  }
  return runesA.length - runesB.length;
}

function compareNumbers(a: readonly number[], b: readonly number[], at: number): number {
  // After digits other than zero, a zero here is part of their number, not a leading one.
  const lead = a[at] === 0x30 || b[at] === 0x30 ? followsDigit(a, at) : "";
  const [numberA, numberB] = [lead + digitsAt(a, at), lead + digitsAt(b, at)];
  const difference = BigInt(numberA || "0") - BigInt(numberB || "0");
  if (difference !== 0n) return difference < 0n ? -1 : 1;
  return numberA.length - numberB.length;
}

function followsDigit(runes: readonly number[], at: number): string {
  for (let i = at - 1; i >= 0 && isDigit(runes[i] ?? 0); i--) {
    if (runes[i] !== 0x30) return "1";
  }
  return "";
}

function digitsAt(runes: readonly number[], at: number): string {
  let digits = "";
  for (let i = at; i < runes.length && i < at + 40 && /[0-9]/.test(String.fromCodePoint(runes[i] ?? 0)); i++) {
    digits += String.fromCodePoint(runes[i] ?? 0);
  }
  return digits;
}
