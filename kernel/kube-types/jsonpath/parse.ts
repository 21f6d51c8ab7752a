import { TegataError } from "@tegata/errors";
import type { Comparison, JsonPath, Operator, Part, Path, Step } from "./types.ts";

/** Longest template, in UTF-16 units. */
const MAX_LENGTH = 16_384;
/** How deep filters and unions may contain each other. */
const MAX_DEPTH = 32;

/**
 * Parses a JSONPath template in Kubernetes' dialect: text with paths in braces, e.g.
 * `{range .items[*]}{.metadata.name}{"\n"}{end}`.
 *
 * @throws TegataError `JSONPATH_INVALID` if the template is malformed, too long or nested too deeply.
 * @see Kubernetes, "JSONPath Support"; k8s.io/client-go/util/jsonpath
 */
export function parseJsonPath(template: string): JsonPath {
  if (template.length > MAX_LENGTH) throw invalid(template.slice(0, 64), `it is longer than ${MAX_LENGTH} characters`);
  const scanner: Scanner = { text: template, at: 0, depth: 0 };
  const parts = parseParts(scanner, false);
  return { parts };
}

/**
 * Parses one path as CRDs spell it, without braces, e.g. `.status.conditions[?(@.type=="Ready")].status`.
 *
 * @throws TegataError `JSONPATH_INVALID`, as {@link parseJsonPath}.
 */
export function parseFieldPath(path: string): JsonPath {
  return parseJsonPath(`{${path}}`);
}

interface Scanner {
  readonly text: string;
  at: number;
  depth: number;
}

function parseParts(scanner: Scanner, insideRange: boolean): Part[] {
  const parts: Part[] = [];
  while (scanner.at < scanner.text.length) {
    const open = scanner.text.indexOf("{", scanner.at);
    const textEnd = open < 0 ? scanner.text.length : open;
    if (textEnd > scanner.at) parts.push({ kind: "text", text: scanner.text.slice(scanner.at, textEnd) });
    scanner.at = textEnd;
    if (open < 0) break;
    scanner.at++;
    const keyword = readKeyword(scanner);
    const path = parseSteps(scanner, "}");
    if (keyword === "end") {
      if (insideRange) return parts;
      throw invalid(scanner.text, "{end} stands outside of a range");
    }
    parts.push(keyword === "range" ? parseRange(scanner, path) : { kind: "path", path });
  }
  if (insideRange) throw invalid(scanner.text, "a {range} has no {end}");
  return parts;
}

function parseRange(scanner: Scanner, path: Path): Part {
  enter(scanner);
  const body = parseParts(scanner, true);
  scanner.depth--;
  return { kind: "range", path, body };
}

function readKeyword(scanner: Scanner): string | undefined {
  const match = /^\s*(range|end)(?=[\s.}$@[])/.exec(scanner.text.slice(scanner.at, scanner.at + 64));
  if (match === null) return undefined;
  scanner.at += match[0].length;
  return match[1];
}

/** Reads steps up to and including `end`. */
function parseSteps(scanner: Scanner, end: string): Step[] {
  const steps: Step[] = [];
  for (;;) {
    const character = scanner.text[scanner.at];
    if (character === undefined) throw invalid(scanner.text, `"${end}" is missing at its end`);
    if (scanner.text.startsWith(end, scanner.at)) {
      scanner.at += end.length;
      return steps;
    }
    if (character === "\n" || character === "\r") throw invalid(scanner.text, "a line ends inside braces");
    steps.push(...parseStep(scanner, character));
  }
}

function parseStep(scanner: Scanner, character: string): Step[] {
  switch (character) {
    case " ":
    case "\t":
    case "@":
    case "$":
      scanner.at++;
      return [];
    case ".":
      return scanner.text.startsWith("..", scanner.at) ? parseDescent(scanner) : parseField(scanner, 1);
    case "[":
      return [scanner.text.startsWith("[?(", scanner.at) ? parseFilter(scanner) : parseBrackets(scanner)];
    case '"':
    case "'":
      return [{ kind: "literal", value: readQuoted(scanner) }];
    default:
      return [parseWord(scanner)];
  }
}

function parseDescent(scanner: Scanner): Step[] {
  scanner.at += 2;
  if (scanner.text.startsWith("..", scanner.at))
    throw invalid(scanner.text, "two recursive descents follow each other");
  return [
    { kind: "descend" },
    ...(/[\p{L}\p{N}_*]/u.test(scanner.text[scanner.at] ?? "") ? parseField(scanner, 0) : []),
  ];
}

/** A field name ends at a space or at one of `.,[]$@{}`; a backslash takes the next character as it is. */
function parseField(scanner: Scanner, skip: number): Step[] {
  scanner.at += skip;
  const match = /(?:\\.|[^\s.,[\]$@{}\\)=!<>])*/y;
  match.lastIndex = scanner.at;
  const name = match.exec(scanner.text)?.[0] ?? "";
  scanner.at += name.length;
  if (name === "*") return [{ kind: "wildcard" }];
  return name === "" ? [] : [{ kind: "field", name: name.replaceAll(/\\(.)/g, "$1") }];
}

function parseWord(scanner: Scanner): Step {
  const match = /[+-]?\d[\d.]*|[\p{L}\p{N}_-]+/uy;
  match.lastIndex = scanner.at;
  const word = match.exec(scanner.text)?.[0];
  if (word === undefined)
    throw invalid(scanner.text, `"${scanner.text[scanner.at]}" at position ${scanner.at} is not understood`);
  scanner.at += word.length;
  if (word === "true" || word === "false") return { kind: "literal", value: word === "true" };
  if (!/^[+-]?\d+(\.\d+)?$/.test(word))
    throw invalid(scanner.text, `"${word}" is neither range, end, a number nor a boolean`);
  return { kind: "literal", value: Number(word) };
}

/** `[*]`, `[0]`, `[-1]`, `[1:3]`, `['key']`, and unions of them. */
function parseBrackets(scanner: Scanner): Step {
  scanner.at++;
  const branches: Path[] = [];
  for (;;) {
    branches.push([parseBracketItem(scanner)]);
    const next = /\s*([,\]])\s*/y;
    next.lastIndex = scanner.at;
    const match = next.exec(scanner.text);
    if (match === null) throw invalid(scanner.text, '"]" is missing after an array index');
    scanner.at += match[0].trimEnd().length;
    if (match[1] === "]") break;
    scanner.at = next.lastIndex;
  }
  const [only] = branches;
  return branches.length === 1 && only?.[0] !== undefined ? only[0] : { kind: "union", branches };
}

function parseBracketItem(scanner: Scanner): Step {
  const first = scanner.text[scanner.at];
  if (first === "'" || first === '"') return { kind: "field", name: readQuoted(scanner) };
  const match = /\s*(?:(\*)|(-?\d+)(?![\d:])|(-?\d*):(-?\d*)(?::(-?\d*))?)/y;
  match.lastIndex = scanner.at;
  const found = match.exec(scanner.text);
  if (found === null) throw invalid(scanner.text, `the array index at position ${scanner.at} is not understood`);
  scanner.at += found[0].length;
  const [, star, index, start, end, step] = found;
  if (star !== undefined) return { kind: "wildcard" };
  if (index !== undefined) return { kind: "index", index: Number(index) };
  return sliceOf(scanner, start ?? "", end ?? "", step ?? "");
}

function sliceOf(scanner: Scanner, start: string, end: string, step: string): Step {
  if (step !== "" && Number(step) <= 0) throw invalid(scanner.text, "the step of a slice must be above 0");
  return {
    kind: "slice",
    ...(start === "" ? {} : { start: Number(start) }),
    ...(end === "" ? {} : { end: Number(end) }),
    step: step === "" ? 1 : Number(step),
  };
}

const OPERATORS: readonly Operator[] = ["==", "!=", "<=", ">=", "<", ">"];

/** `[?(@.type=="Ready")]`, or `[?(@.type)]` for those that have a type. */
function parseFilter(scanner: Scanner): Step {
  enter(scanner);
  scanner.at += "[?(".length;
  const left = parseOperand(scanner);
  const operator = OPERATORS.find((each) => scanner.text.startsWith(each, scanner.at));
  let comparison: Comparison | undefined;
  if (operator !== undefined) {
    scanner.at += operator.length;
    comparison = { operator, right: parseOperand(scanner) };
  }
  if (!scanner.text.startsWith(")]", scanner.at))
    throw invalid(scanner.text, `")]" is missing at position ${scanner.at}`);
  scanner.at += ")]".length;
  scanner.depth--;
  return { kind: "filter", left, ...(comparison === undefined ? {} : { comparison }) };
}

/** Reads steps up to an operator or a closing parenthesis, which stay. */
function parseOperand(scanner: Scanner): Step[] {
  const steps: Step[] = [];
  for (;;) {
    const character = scanner.text[scanner.at];
    if (character === undefined) throw invalid(scanner.text, "a filter is not closed");
    if (character === ")" || OPERATORS.some((each) => scanner.text.startsWith(each, scanner.at))) return steps;
    steps.push(...parseStep(scanner, character));
  }
}

const ESCAPES: Readonly<Partial<Record<string, string>>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  "\\": "\\",
  '"': '"',
  "'": "'",
};

function readQuoted(scanner: Scanner): string {
  const quote = scanner.text[scanner.at] ?? "";
  let value = "";
  for (let at = scanner.at + 1; at < scanner.text.length; at++) {
    const character = scanner.text[at] ?? "";
    if (character === quote) {
      scanner.at = at + 1;
      return value;
    }
    if (character === "\n") break;
    // An unknown escape stands for the character itself, so that `['a\.b']` names the key `a.b`.
    value += character === "\\" ? (ESCAPES[scanner.text[at + 1] ?? ""] ?? scanner.text[at + 1] ?? "") : character;
    if (character === "\\") at++;
  }
  throw invalid(scanner.text, "a quoted string is not closed");
}

function enter(scanner: Scanner): void {
  if (++scanner.depth > MAX_DEPTH)
    throw invalid(scanner.text.slice(0, 64), `filters and ranges are nested deeper than ${MAX_DEPTH}`);
}

function invalid(template: string, why: string): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "JSONPATH_INVALID",
    message: `JSONPath ${JSON.stringify(template.slice(0, 200))} is not valid: ${why}`,
    remedy: 'Write paths in braces, for example {.items[?(@.kind=="Pod")].metadata.name}.',
  });
}
