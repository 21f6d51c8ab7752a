import { encodeRune, mapRunes } from "../values/byte-string.ts";
import {
  isDigit,
  isLetter,
  isLower,
  isSpace,
  isUpper,
  lower,
  lowerRune,
  titleRune,
  upper,
  upperRune,
} from "../values/letter-case.ts";
import { bytewise, define, type TemplateFunction } from "./define.ts";
import { camelCase, kebabCase, snakeCase } from "./word-case.ts";

/** Texts, letter by letter. */
export const CASE_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  ...bytewise({
    upper: define(["string"], upper),
    lower: define(["string"], lower),
    title: define(["string"], title),
    untitle: define(["string"], untitle),
    swapcase: define(["string"], swapCase),
    initials: define(["string"], initials),
    nospace: define(["string"], withoutSpaces),
  }),
  ...bytewise(
    {
      snakecase: define(["string"], snakeCase),
      kebabcase: define(["string"], kebabCase),
      camelcase: define(["string"], camelCase),
    },
    0.5,
  ),
};

/** Reads bytes as characters where there is a space to remove: goutils has it so. */
function withoutSpaces(text: string): string {
  const bytes = text.split("");
  const kept = bytes.filter((byte) => !isSpace(byte.charCodeAt(0)));
  return kept.length === bytes.length ? text : kept.map((byte) => encodeRune(byte.charCodeAt(0))).join("");
}

/** Reads bytes as characters, as goutils does. */
function initials(text: string): string {
  const pieces: string[] = [];
  let isStart = true;
  for (const byte of text.split("")) {
    const code = byte.charCodeAt(0);
    if (!isSpace(code) && isStart) pieces.push(encodeRune(code));
    isStart = isSpace(code);
  }
  return pieces.join("");
}

/** Go's deprecated `strings.Title`. */
function title(text: string): string {
  let previous = 0x20;
  return mapRunes(text, (code) => {
    const isStart = isSeparator(previous);
    previous = code;
    return isStart ? titleRune(code) : code;
  });
}

function isSeparator(code: number): boolean {
  if (code < 0x80) return !/[A-Za-z0-9_]/.test(String.fromCharCode(code));
  return !isLetter(code) && !isDigit(code) && isSpace(code);
}

function untitle(text: string): string {
  let isStart = true;
  return mapRunes(text, (code) => {
    if (isSpace(code)) isStart = true;
    else if (isStart) {
      isStart = false;
      return lowerRune(code);
    }
    return code;
  });
}

function swapCase(text: string): string {
  let afterSpace = true;
  return mapRunes(text, (code) => {
    if (isUpper(code) || (titleRune(code) === code && lowerRune(code) !== code)) {
      afterSpace = false;
      return lowerRune(code);
    }
    if (isLower(code)) {
      const swapped = afterSpace ? titleRune(code) : upperRune(code);
      afterSpace = false;
      return swapped;
    }
    afterSpace = isSpace(code);
    return code;
  });
}
