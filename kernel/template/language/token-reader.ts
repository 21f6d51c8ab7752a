import { TemplateError } from "../template-error.ts";
import { byteStringOfText, textOf } from "../values/byte-string.ts";
import { type Delimiters, readTokens } from "./lexer.ts";
import { positionAt } from "./position.ts";
import { describeToken, type Token, type TokenKind } from "./token.ts";

/** Deepest nesting of blocks and parentheses. Go allows 10,000, which no template needs and the stack would not hold. */
export const MAX_NESTING = 200;

/** Longest template, in bytes: as much as a Secret can hold. */
export const MAX_TEMPLATE_BYTES = 1_048_576;

/** A template's text, as byte strings. */
export interface TemplateSource {
  readonly name: string;
  readonly source: string;
  readonly delimiters: Delimiters;
}

/** Hands out the tokens of a template, and fails at their places. */
export class TokenReader {
  readonly #template: TemplateSource;
  readonly #tokens: readonly Token[];
  #next = 0;
  /** How far the parser has looked: errors point there. */
  #furthest = 0;
  #nesting = 0;
  /** Where the action begins that is being parsed. */
  #actionAt: number | undefined;

  constructor(template: TemplateSource) {
    this.#template = template;
    if (template.source.length > MAX_TEMPLATE_BYTES) {
      this.#tokens = [];
      this.fail(`the template is longer than ${MAX_TEMPLATE_BYTES} bytes`);
    }
    this.#tokens = readTokens(template.source, template.delimiters);
  }

  /** Where the reader is, for {@link TokenReader.returnTo}. */
  get mark(): number {
    return this.#next;
  }

  returnTo(mark: number): void {
    this.#next = mark;
  }

  /** Puts the last token back. */
  putBack(): void {
    this.#next--;
  }

  peek(): Token {
    const token = this.#tokens[Math.min(this.#next, this.#tokens.length - 1)];
    if (token === undefined) throw new Error("the lexer gave no end of input");
    this.#furthest = Math.max(this.#furthest, this.#next);
    return token;
  }

  take(): Token {
    const token = this.peek();
    this.#next++;
    return token;
  }

  peekNonSpace(): Token {
    while (this.peek().kind === "space") this.#next++;
    return this.peek();
  }

  takeNonSpace(): Token {
    this.peekNonSpace();
    return this.take();
  }

  /** Takes a token of one kind. @param context - what is being parsed, for the error. */
  expect(kind: TokenKind, context: string): void {
    const token = this.takeNonSpace();
    if (token.kind !== kind) this.unexpected(token, context);
  }

  /** Remembers that an action begins there, until the next one does or it is over. */
  enterAction(at: number | undefined): void {
    this.#actionAt = at;
  }

  /** Parses one level deeper. */
  nested<T>(parse: () => T): T {
    if (this.#nesting >= MAX_NESTING) this.fail("max expression depth exceeded");
    this.#nesting++;
    const result = parse();
    this.#nesting--;
    return result;
  }

  /** Fails because of a token that does not belong there. */
  unexpected(token: Token, context: string): never {
    if (token.kind !== "error") return this.fail(`unexpected ${describeToken(token)} in ${context}`);
    const start = this.#actionAt === undefined ? undefined : this.#positionAt(this.#actionAt);
    if (start === undefined || start.line === this.#positionAt(token.at).line) return this.fail(token.text);
    const where = `started at ${this.#template.name}:${start.line}`;
    return this.fail(`${token.text}${token.text.endsWith(" action") ? "" : " in action"} ${where}`);
  }

  /** @param where - what the error points at; else it is the furthest token that was looked at. */
  fail(problem: string, where: { at?: number; remedy?: string } = {}): never {
    const token = this.#tokens[Math.min(this.#furthest, this.#tokens.length - 1)];
    const position = this.#positionAt(where.at ?? token?.at ?? 0);
    const place = `${position.templateName}:${position.line}:${position.column}`;
    throw new TemplateError({
      code: "TEMPLATE_PARSE",
      message: textOf(`template: ${byteStringOfText(place)}: ${problem}`),
      remedy: where.remedy ?? "Correct the template's text at that place.",
      position,
    });
  }

  #positionAt(at: number): ReturnType<typeof positionAt> {
    return positionAt(this.#template.name, this.#template.source, at);
  }
}
