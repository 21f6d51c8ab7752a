import { isPrintable } from "../format/quote.ts";
import { decodeRune } from "../values/byte-string.ts";
import { KEYWORDS, type Token, type TokenKind } from "./token.ts";

/** The marks that open and close an action, as byte strings; not empty. */
export interface Delimiters {
  readonly left: string;
  readonly right: string;
}

const SPACES = " \t\r\n";
const ALPHANUMERIC = /^[\p{L}\p{Nd}_]$/u;
/** Go's scanner of numbers: loose, since the parser reads them again. */
const NUMBER =
  /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?/y;

/**
 * Cuts a template's text into tokens, with the white space at trim markers already gone. The last token is `eof`; what
 * cannot be read ends in an `error` token before it. Go: text/template/parse, lex.go.
 */
export function readTokens(input: string, delimiters: Delimiters): Token[] {
  const lexer = new Lexer(input, delimiters);
  lexer.readAll();
  return lexer.tokens;
}

class Lexer {
  readonly tokens: Token[] = [];
  readonly #input: string;
  readonly #left: string;
  readonly #right: string;
  #at = 0;
  #openParens = 0;

  constructor(input: string, delimiters: Delimiters) {
    this.#input = input;
    this.#left = delimiters.left;
    this.#right = delimiters.right;
  }

  readAll(): void {
    while (this.#readText() && this.#readAction());
    this.tokens.push({ kind: "eof", at: this.#at, text: "" });
  }

  /** Reads text up to an action. @returns whether an action follows. */
  #readText(): boolean {
    const start = this.#at;
    const found = this.#input.indexOf(this.#left, start);
    if (found === -1) {
      this.#emitText(start, this.#input.length);
      this.#at = this.#input.length;
      return false;
    }
    const afterLeft = found + this.#left.length;
    const trims = this.#input[afterLeft] === "-" && isSpace(this.#input[afterLeft + 1]);
    this.#emitText(start, trims ? this.#beforeSpaces(start, found) : found);
    this.#at = afterLeft + (trims ? 2 : 0);
    if (this.#input.startsWith("/*", this.#at)) return this.#readComment();
    this.tokens.push({ kind: "leftDelimiter", at: found, text: this.#left });
    return true;
  }

  /** Passes over a comment and then reads on. */
  #readComment(): boolean {
    const end = this.#input.indexOf("*/", this.#at + 2);
    if (end === -1) return this.#fail(this.#at, "unclosed comment");
    const start = this.#at;
    this.#at = end + 2;
    if (this.#atRightDelimiter() === "no") return this.#fail(start, "comment ends before closing delimiter");
    this.#passRightDelimiter();
    return this.#readText();
  }

  /** Reads an action's inside and its end. @returns whether text may follow, that is: no error. */
  #readAction(): boolean {
    this.#openParens = 0;
    for (;;) {
      if (this.#atRightDelimiter() !== "no") {
        if (this.#openParens > 0) return this.#fail(this.#at, "unclosed left paren");
        const at = this.#passRightDelimiter();
        this.tokens.push({ kind: "rightDelimiter", at, text: this.#right });
        return true;
      }
      if (!this.#readInside()) return false;
    }
  }

  #readInside(): boolean {
    const start = this.#at;
    const char = this.#input[start];
    if (char === undefined) return this.#fail(start, "unclosed action");
    if (isSpace(char)) return this.#readSpaces();
    if (char === "=") return this.#emit("assign", start + 1);
    if (char === "|") return this.#emit("pipe", start + 1);
    if (char === '"') return this.#readQuoted('"', "string", "unterminated quoted string");
    if (char === "'") return this.#readQuoted("'", "charConstant", "unterminated character constant");
    if (char === "`") return this.#readRaw();
    if (char === "$") return this.#readName("variable", start + 1);
    if (char === "(" || char === ")") return this.#readParen(char);
    if (char === ":")
      return this.#input[start + 1] === "=" ? this.#emit("declare", start + 2) : this.#fail(start, "expected :=");
    if (char === "." && !/[0-9]/.test(this.#input[start + 1] ?? "0")) return this.#readName("field", start + 1);
    if (/[-+.0-9]/.test(char)) return this.#readNumber();
    if (this.#isAlphanumericAt(start)) return this.#readIdentifier();
    if (char > " " && char <= "~") return this.#emit("char", start + 1);
    return this.#fail(start, `unrecognized character in action: ${this.#describeRune(start)}`);
  }

  #readSpaces(): boolean {
    let end = this.#at;
    while (isSpace(this.#input[end])) end++;
    // The last space belongs to a trim marker, if one follows.
    if (this.#input.startsWith(`-${this.#right}`, end)) end--;
    if (end > this.#at) this.#emit("space", end);
    return true;
  }

  #readQuoted(mark: string, kind: TokenKind, problem: string): boolean {
    let at = this.#at + 1;
    for (; ; at++) {
      const char = this.#input[at];
      if (char === mark) return this.#emit(kind, at + 1);
      if (char === "\\") at++;
      if (char === undefined || char === "\n" || (char === "\\" && (this.#input[at] ?? "\n") === "\n")) {
        return this.#fail(this.#at, problem);
      }
    }
  }

  #readRaw(): boolean {
    const end = this.#input.indexOf("`", this.#at + 1);
    return end === -1 ? this.#fail(this.#at, "unterminated raw quoted string") : this.#emit("rawString", end + 1);
  }

  #readParen(char: "(" | ")"): boolean {
    this.#openParens += char === "(" ? 1 : -1;
    if (this.#openParens < 0) return this.#fail(this.#at, "unexpected right paren");
    return this.#emit(char === "(" ? "leftParen" : "rightParen", this.#at + 1);
  }

  /** Reads the rest of `.name` or `$name`; a bare `.` is the cursor, a bare `$` a variable. */
  #readName(kind: "field" | "variable", from: number): boolean {
    if (this.#isTerminatorAt(from)) return this.#emit(kind === "field" ? "dot" : kind, from);
    const end = this.#endOfName(from);
    if (!this.#isTerminatorAt(end)) return this.#fail(this.#at, `bad character ${this.#describeRune(end)}`);
    return this.#emit(kind, end);
  }

  #readIdentifier(): boolean {
    const end = this.#endOfName(this.#at);
    if (!this.#isTerminatorAt(end)) return this.#fail(this.#at, `bad character ${this.#describeRune(end)}`);
    const word = this.#input.slice(this.#at, end);
    if (word === "true" || word === "false") return this.#emit("bool", end);
    return this.#emit(KEYWORDS.find((keyword) => keyword === word) ?? "identifier", end);
  }

  #readNumber(): boolean {
    let end = this.#endOfNumber(this.#at);
    let kind: TokenKind = "number";
    if (!this.#isAlphanumericAt(end) && /[-+]/.test(this.#input[end] ?? "")) {
      kind = "complex";
      end = this.#endOfNumber(end);
    }
    const spoilt = this.#isAlphanumericAt(end) || (kind === "complex" && this.#input[end - 1] !== "i");
    if (!spoilt) return this.#emit(kind, end);
    const shownEnd = this.#isAlphanumericAt(end) ? end + decodeRune(this.#input, end).size : end;
    return this.#fail(this.#at, `bad number syntax: "${this.#input.slice(this.#at, shownEnd)}"`);
  }

  #endOfNumber(from: number): number {
    NUMBER.lastIndex = from;
    return from + (NUMBER.exec(this.#input)?.[0].length ?? 0);
  }

  #endOfName(from: number): number {
    let end = from;
    while (this.#isAlphanumericAt(end)) end += decodeRune(this.#input, end).size;
    return end;
  }

  #isAlphanumericAt(at: number): boolean {
    if (at >= this.#input.length) return false;
    const { code } = decodeRune(this.#input, at);
    return ALPHANUMERIC.test(String.fromCodePoint(code));
  }

  /** Whether a name may end here. */
  #isTerminatorAt(at: number): boolean {
    const char = this.#input[at];
    return char === undefined || `${SPACES}.,|:)(`.includes(char) || this.#input.startsWith(this.#right, at);
  }

  #atRightDelimiter(): "no" | "plain" | "trim" {
    const marked = isSpace(this.#input[this.#at]) && this.#input[this.#at + 1] === "-";
    if (marked && this.#input.startsWith(this.#right, this.#at + 2)) return "trim";
    return this.#input.startsWith(this.#right, this.#at) ? "plain" : "no";
  }

  /** @returns where the delimiter itself begins. */
  #passRightDelimiter(): number {
    const trims = this.#atRightDelimiter() === "trim";
    const at = this.#at + (trims ? 2 : 0);
    this.#at = at + this.#right.length;
    if (trims) while (isSpace(this.#input[this.#at])) this.#at++;
    return at;
  }

  #beforeSpaces(start: number, end: number): number {
    let at = end;
    while (at > start && isSpace(this.#input[at - 1])) at--;
    return at;
  }

  #emitText(start: number, end: number): void {
    if (end > start) this.tokens.push({ kind: "text", at: start, text: this.#input.slice(start, end) });
  }

  #emit(kind: TokenKind, end: number): true {
    this.tokens.push({ kind, at: this.#at, text: this.#input.slice(this.#at, end) });
    this.#at = end;
    return true;
  }

  #fail(at: number, problem: string): false {
    this.tokens.push({ kind: "error", at, text: problem });
    return false;
  }

  /** As Go's `%#U` prints a rune. */
  #describeRune(at: number): string {
    const { code, size } = decodeRune(this.#input, at);
    const name = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
    return isPrintable(code) ? `${name} '${this.#input.slice(at, at + size)}'` : name;
  }
}

function isSpace(char: string | undefined): boolean {
  return char !== undefined && SPACES.includes(char);
}
