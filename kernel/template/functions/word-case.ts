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
  const words = wordsOf(text);
  const out: string[] = [];
  const write = (word: Word): void => {
    if (word.kind === "connector") out.push(connector.repeat(countRunes(word.text)));
    else out.push(word.kind === "upper" ? lower(word.text) : word.text);
  };
  let next = 0;
  const take = (): Word => words[next++] ?? END;
  const isOneOf = (word: Word, ...kinds: WordKind[]): boolean => kinds.includes(word.kind);
  let word = take();
  while (next < words.length) {
    if (word.kind !== "connector") write(word);
    const previous = word;
    word = take();
    if (previous.kind === "number") {
      for (; isOneOf(word, "alphabet", "number"); word = take()) write(word);
      if (!isOneOf(word, "end", "invalid", "punctuation", "connector")) out.push(connector);
    } else if (previous.kind === "connector") {
      write(previous);
    } else if (previous.kind !== "punctuation") {
      if (word.kind !== "number") {
        if (!isOneOf(word, "connector", "punctuation")) out.push(connector);
      } else if (next < words.length) {
        const number = word;
        word = take();
        if (word.kind !== "alphabet") {
          write(number);
          if (!isOneOf(word, "connector", "punctuation")) out.push(connector);
        } else {
          out.push(connector);
          write(number);
          for (; isOneOf(word, "alphabet", "number"); word = take()) write(word);
          if (!isOneOf(word, "end", "invalid", "connector", "punctuation")) out.push(connector);
        }
      }
    }
  }
  write(word);
  return out.join("");
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
