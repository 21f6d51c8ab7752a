// The styles of a YAML text, chosen and written as go-yaml 2 does (emitterc.go).
import { byteStringOfText, textOf } from "../values/byte-string.ts";
import { isPlainYamlText } from "./yaml-resolve.ts";

/** Longest line, in characters, before a text is folded at a space. */
const LINE_WIDTH = 80;

/** Where a text is written. */
export interface YamlPlace {
  /** Of the lines that follow its first. */
  readonly indent: number;
  /** At which its first line begins. */
  readonly column: number;
  readonly isKey: boolean;
}

const BREAK = /[\n\u0085\u2028\u2029]/;
const PRINTABLE = /^[\n\u0020-\u007e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]*$/;

/** Writes a byte string in the style that go-yaml gives it. */
export function formatYamlText(byteString: string, place: YamlPlace): string {
  const text = textOf(byteString);
  const style = styleOf(text, place);
  return byteStringOfText(style(text, place));
}

function styleOf(text: string, place: YamlPlace): (text: string, place: YamlPlace) => string {
  const hasBreak = BREAK.test(text);
  const spaceBeforeBreak = new RegExp(` ${BREAK.source}`).test(text);
  if (!PRINTABLE.test(text) || spaceBeforeBreak || /[\u0085\u2028\u2029]/.test(text)) return doubleQuoted;
  if (hasBreak) return place.isKey || text.endsWith(" ") ? doubleQuoted : literal;
  if (!isPlainYamlText(text)) return doubleQuoted;
  return isPlainAllowed(text) ? folded : singleQuoted;
}

function isPlainAllowed(text: string): boolean {
  if (/^ | $/.test(text) || /^(?:---|\.\.\.)/.test(text)) return false;
  if (/^[#,[\]{}&*!|>'"%@`]/.test(text) || /^[-?:](?:[ \t]|$)/.test(text)) return false;
  return !/:(?:[ \t]|$)/.test(text) && !/[ \t]#/.test(text);
}

function folded(text: string, { indent, column, isKey }: YamlPlace): string {
  return isKey ? text : foldAtSpaces(Array.from(text), { indent, column });
}

function singleQuoted(text: string, { indent, column, isKey }: YamlPlace): string {
  const doubled = Array.from(text).map((char) => (char === "'" ? "''" : char));
  return `'${isKey ? doubled.join("") : foldAtSpaces(doubled, { indent, column: column + 1, keepsEnds: true })}'`;
}

/** Puts line feeds in place of single spaces beyond the line's width. */
function foldAtSpaces(
  chars: readonly string[],
  { indent, column, keepsEnds = false }: { indent: number; column: number; keepsEnds?: boolean },
): string {
  let at = column;
  let afterSpace = false;
  return chars
    .map((char, i) => {
      const isInside = !keepsEnds || (i > 0 && i < chars.length - 1);
      const folds = char === " " && !afterSpace && at > LINE_WIDTH && chars[i + 1] !== " " && isInside;
      afterSpace = char === " ";
      at = folds ? indent : at + char.length;
      return folds ? `\n${" ".repeat(indent)}` : char;
    })
    .join("");
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\0": "\\0",
  "\x07": "\\a",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\v": "\\v",
  "\f": "\\f",
  "\r": "\\r",
  "\x1b": "\\e",
  '"': '\\"',
  "\\": "\\\\",
  "\u0085": "\\N",
  "\u00a0": "\\_",
  "\u2028": "\\L",
  "\u2029": "\\P",
};

function doubleQuoted(text: string, { indent, column, isKey }: YamlPlace): string {
  const chars = Array.from(text).map(escape);
  let at = column + 1;
  let afterSpace = false;
  const written = chars.map((char, i) => {
    const isInside = i > 0 && i < chars.length - 1;
    const folds = char === " " && !afterSpace && at > LINE_WIDTH && isInside && !isKey;
    afterSpace = char === " ";
    // A space that begins the next line would be lost without the backslash.
    const mark = chars[i + 1] === " " ? "\\" : "";
    at = folds ? indent + mark.length : at + char.length;
    return folds ? `\n${" ".repeat(indent)}${mark}` : char;
  });
  return `"${written.join("")}"`;
}

function escape(char: string): string {
  if (Object.hasOwn(ESCAPES, char) && char !== "\u00a0") return ESCAPES[char] ?? char;
  if (PRINTABLE.test(char)) return char;
  const code = char.codePointAt(0) ?? 0;
  const digits = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${digits.padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${digits.padStart(4, "0")}` : `\\U${digits.padStart(8, "0")}`;
}

function literal(text: string, { indent }: YamlPlace): string {
  const indentHint = /^[ \n]/.test(text) ? "2" : "";
  const chomping = !text.endsWith("\n") ? "-" : text === "\n" || text.endsWith("\n\n") ? "+" : "";
  const body = text.replace(/\n$/, "").split("\n");
  const lines = body.map((line) => (line === "" ? "" : " ".repeat(indent) + line));
  return `|${indentHint}${chomping}\n${lines.join("\n")}`;
}
