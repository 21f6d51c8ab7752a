import { decodeUtf8 } from "@tegata/bytes";
import type { Query } from "./components.ts";
import { matchGlob } from "./glob.ts";
import { type ByteText, type PathValue, plainBytes, toBytes, toByteText } from "./path-value.ts";

const TRUE: PathValue = { kind: "true", raw: toBytes("true") };
const FALSE: PathValue = { kind: "false", raw: toBytes("false") };

/** Whether a value (or its absence) is what a query looks for. The types of both sides decide how they are compared. */
export function matchesQuery(query: Query, found: PathValue | undefined): boolean {
  const [value, wanted] = query.value.startsWith("~") ? loosely(query.value.slice(1), found) : [found, query.value];
  if (value === undefined) return false;
  if (query.op === "") return true;
  switch (value.kind) {
    case "string":
      return compareTexts(query.op, toByteText(plainBytes(value)), wanted);
    case "number":
      return compareOrder(query.op, Number(toByteText(value.raw)), parseFloatOrZero(wanted));
    case "true":
      return compareTrue(query.op, wanted);
    case "false":
      return compareFalse(query.op, wanted);
    default:
      return false;
  }
}

/** `~true`, `~false`, `~null`, `~*`: the value is turned into a truth before it is compared. */
function loosely(kind: ByteText, value: PathValue | undefined): [PathValue | undefined, ByteText] {
  const truths: Readonly<Record<string, () => boolean>> = {
    "*": () => value !== undefined,
    null: () => value === undefined || value.kind === "null",
    true: () => truth(value) === true,
    false: () => truth(value) === false,
  };
  const holds = Object.hasOwn(truths, kind) ? truths[kind] : undefined;
  return holds === undefined ? [undefined, ""] : [holds() ? TRUE : FALSE, "true"];
}

const TRUE_WORDS = ["1", "t", "true"];
const FALSE_WORDS = ["0", "f", "false"];

/** @returns `undefined` for what is neither true nor false. */
function truth(value: PathValue | undefined): boolean | undefined {
  if (value === undefined || value.kind === "null") return false;
  if (value.kind === "true") return true;
  if (value.kind === "false") return false;
  if (value.kind === "number") return Number(toByteText(value.raw)) !== 0;
  if (value.kind !== "string") return undefined;
  const word = toByteText(plainBytes(value)).toLowerCase();
  return TRUE_WORDS.includes(word) ? true : FALSE_WORDS.includes(word) ? false : undefined;
}

function compareTexts(op: ByteText, text: ByteText, wanted: ByteText): boolean {
  if (op === "%") return matchGlob(decodeUtf8(toBytes(text)), decodeUtf8(toBytes(wanted)));
  if (op === "!%") return !compareTexts("%", text, wanted);
  return compareOrder(op, text, wanted);
}

function compareOrder<T extends string | number>(op: ByteText, a: T, b: T): boolean {
  switch (op) {
    case "=":
      return a === b;
    case "!=":
      return a !== b;
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
    default:
      return false;
  }
}

function compareTrue(op: ByteText, wanted: ByteText): boolean {
  if (op === "=") return wanted === "true";
  if (op === "!=") return wanted !== "true";
  return op === ">" ? wanted === "false" : op === ">=";
}

function compareFalse(op: ByteText, wanted: ByteText): boolean {
  if (op === "=") return wanted === "false";
  if (op === "!=") return wanted !== "false";
  return op === "<" ? wanted === "true" : op === "<=";
}

function parseFloatOrZero(text: ByteText): number {
  const value = text === "" ? Number.NaN : Number(text);
  return Number.isNaN(value) ? 0 : value;
}
