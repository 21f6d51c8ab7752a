// Conversions between word styles. huandu/xstrings 1.5, which sprig uses.
import { byteStringOfCodes, codesOf, countRunes, RUNE_ERROR } from "../values/byte-string.ts";
import { isLetter, isSpace, isUpper, lower, lowerRune, upperRune } from "../values/letter-case.ts";

/** Converts `first_name` to `FirstName`. */
export function camelCase(text: string): string {
  const codes = codesOf(text);
  const lead = codes.findIndex((code) => !isConnector(code));
  // Of connectors alone, the library writes the last one twice.
  if (lead === -1) return byteStringOfCodes([...codes, ...codes.slice(-1)]);
  const out = codes.slice(0, lead);
  let startedUpper = isUpper(codes[lead] ?? 0);
  let pending = upperRune(codes[lead] ?? 0);
  for (const code of codes.slice(lead + 1)) {
    let next = code;
    if (isConnector(pending) && isConnector(code)) {
      out.push(pending);
      pending = code;
      continue;
    }
    if (isConnector(pending)) {
      startedUpper = isUpper(code);
      next = upperRune(code);
    } else {
      if (startedUpper && isUpper(code)) next = lowerRune(code);
      else startedUpper = false;
      out.push(pending);
    }
    pending = next;
  }
  out.push(pending);
  return byteStringOfCodes(out);
}

/** Converts `FirstName` to `first_name`. */
export function snakeCase(text: string): string {
  return joinWords(text, "_");
}

/** Converts `FirstName` to `first-name`. */
export function kebabCase(text: string): string {
  return joinWords(text, "-");
}

type WordKind = "invalid" | "number" | "upper" | "alphabet" | "connector" | "punctuation" | "other" | "end";

interface Word {
  readonly kind: WordKind;
  readonly text: string;
}

const END: Word = { kind: "end", text: "" };

function joinWords(text: string, connector: string): string {
  return new WordJoiner(wordsOf(text), connector).join();
}

/** Writes words in lower case with connectors between them. Digits stay with the letters that they stand among. */
class WordJoiner {
  readonly #words: readonly Word[];
  readonly #connector: string;
  readonly #out: string[] = [];
  #next = 0;
  /** The word in hand, not yet written. */
  #word: Word = END;

  constructor(words: readonly Word[], connector: string) {
    this.#words = words;
    this.#connector = connector;
  }

  join(): string {
    this.#advance();
    while (this.#next < this.#words.length) {
      const previous = this.#word;
      if (previous.kind !== "connector") this.#write(previous);
      this.#advance();
      if (previous.kind === "connector") this.#write(previous);
      else if (previous.kind === "number") this.#writeTail();
      else if (previous.kind !== "punctuation") this.#joinLetters();
    }
    this.#write(this.#word);
    return this.#out.join("");
  }

  /** Goes on behind letters: a number belongs to the next word if small letters follow it, else to this one. */
  #joinLetters(): void {
    const number = this.#word;
    if (number.kind !== "number") return this.#separate("connector", "punctuation");
    if (this.#next === this.#words.length) return;
    const beginsWord = this.#words[this.#next]?.kind === "alphabet";
    if (beginsWord) this.#out.push(this.#connector);
    this.#write(number);
    this.#advance();
    if (beginsWord) this.#writeTail();
    else this.#separate("connector", "punctuation");
  }

  /** Writes the small letters and digits that follow a number. */
  #writeTail(): void {
    for (; this.#word.kind === "alphabet" || this.#word.kind === "number"; this.#advance()) this.#write(this.#word);
    this.#separate("end", "invalid", "connector", "punctuation");
  }

  /** Writes a connector, unless the word in hand is of a kind that needs none. */
  #separate(...unless: readonly WordKind[]): void {
    if (!unless.includes(this.#word.kind)) this.#out.push(this.#connector);
  }

  #write({ kind, text }: Word): void {
    if (kind === "connector") this.#out.push(this.#connector.repeat(countRunes(text)));
    else this.#out.push(kind === "upper" ? lower(text) : text);
  }

  #advance(): void {
    this.#word = this.#words[this.#next++] ?? END;
  }
}

/** Cuts a text into runs of one kind of character; an upper-case letter begins a word. */
function wordsOf(text: string): Word[] {
  const runes = codesOf(text);
  const words: Word[] = [];
  for (let at = 0; at < runes.length; ) {
    const { kind, end } = wordAt(runes, at);
    words.push({ kind, text: byteStringOfCodes(runes.slice(at, end)) });
    at = end;
  }
  return words;
}

function wordAt(runes: readonly number[], at: number): { kind: WordKind; end: number } {
  // Bytes that are not UTF-8 belong to the word behind them.
  let lead = at;
  while (runes[lead] === RUNE_ERROR) lead++;
  if (lead === runes.length) return { kind: "invalid", end: lead };
  const kind = kindOfRune(runes[lead] ?? RUNE_ERROR);
  const runOf = (from: number, accepts: (code: number) => boolean): number => {
    let end = from;
    while (end < runes.length && (runes[end] === RUNE_ERROR || accepts(runes[end] ?? 0))) end++;
    return end;
  };
  switch (kind) {
    case "upper":
      return { kind, end: endOfUpperWord(runes, lead, runOf) };
    default:
      return { kind, end: runOf(lead + 1, RUNS[kind]) };
  }
}

/** Which characters go on with a word of a kind. A dash is a connector by itself, but goes on with punctuation. */
const RUNS: Readonly<Record<Exclude<WordKind, "upper">, (code: number) => boolean>> = {
  invalid: () => false,
  end: () => false,
  connector: isConnector,
  punctuation: isPunctuation,
  number: isNumber,
  alphabet: (code) => isAlphabet(code) && !isUpper(code),
  other: (code) => !isConnector(code) && !isAlphabet(code) && !isNumber(code) && !isPunctuation(code),
};

function endOfUpperWord(
  runes: readonly number[],
  at: number,
  runOf: (from: number, accepts: (code: number) => boolean) => number,
): number {
  const second = runes[at + 1];
  if (second === undefined) return at + 1;
  if (isUpper(second)) {
    const end = runOf(at + 1, isUpper);
    // "HTTPServer" is HTTP and Server: the last capital begins the next word.
    return end < runes.length && isAlphabet(runes[end] ?? 0) ? end - 1 : end;
  }
  return isAlphabet(second) ? runOf(at + 1, (code) => isAlphabet(code) && !isUpper(code)) : at + 1;
}

function kindOfRune(code: number): WordKind {
  if (code === RUNE_ERROR) return "invalid";
  if (isConnector(code)) return "connector";
  if (isPunctuation(code)) return "punctuation";
  if (isUpper(code)) return "upper";
  if (isAlphabet(code)) return "alphabet";
  return isNumber(code) ? "number" : "other";
}

function isPunctuation(code: number): boolean {
  return /\p{P}/u.test(String.fromCodePoint(code));
}

function isNumber(code: number): boolean {
  return /\p{N}/u.test(String.fromCodePoint(code));
}

/** Whether a letter is of an alphabet, rather than a Chinese character. */
function isAlphabet(code: number): boolean {
  const isHan =
    (code >= 0x3400 && code <= 0x4d85) || (code >= 0x4e00 && code <= 0x9fcc) || (code >= 0x20000 && code <= 0x2b81d);
  return !isHan && isLetter(code);
}

function isConnector(code: number): boolean {
  return code === 0x2d || code === 0x5f || isSpace(code);
}
