import { quote } from "../format/quote.ts";
import { runesOf } from "../values/byte-string.ts";

/** Words with a meaning of their own inside an action; a token of one has the word as its kind. */
export const KEYWORDS = [
  "block",
  "break",
  "continue",
  "define",
  "else",
  "end",
  "if",
  "nil",
  "range",
  "template",
  "with",
] as const;

type Keyword = (typeof KEYWORDS)[number];

/** What a token is. `char` is any other printable ASCII character, such as a comma. */
export type TokenKind =
  | Keyword
  | "assign"
  | "bool"
  | "char"
  | "charConstant"
  | "complex"
  | "declare"
  | "dot"
  | "eof"
  | "error"
  | "field"
  | "identifier"
  | "leftDelimiter"
  | "leftParen"
  | "number"
  | "pipe"
  | "rawString"
  | "rightDelimiter"
  | "rightParen"
  | "space"
  | "string"
  | "text"
  | "variable";

/** A piece of a template's text. */
export interface Token {
  readonly kind: TokenKind;
  /** Byte offset of its start. */
  readonly at: number;
  /** The text itself, or for an `error` what is wrong. */
  readonly text: string;
}

/** @returns the token as Go's error texts show it. */
export function describeToken(token: Token): string {
  if (token.kind === "eof") return "EOF";
  if (token.kind === "error") return token.text;
  if (token.kind === "dot" || isKeyword(token.kind)) return `<${token.text}>`;
  if (token.text.length <= 10) return quote(token.text);
  const end = runesOf(token.text)
    .slice(0, 10)
    .reduce((length, rune) => length + rune.size, 0);
  return `${quote(token.text.slice(0, end))}...`;
}

function isKeyword(kind: TokenKind): kind is Keyword {
  return (KEYWORDS as readonly TokenKind[]).includes(kind);
}
