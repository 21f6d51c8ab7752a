import { decodeUtf8 } from "@tegata/bytes";
import { RE2JS } from "re2js";
import { encodeGoJson } from "../json/go-json.ts";
import { type JsonNode, rawBytes, stringBytes } from "../json/json-node.ts";
import type { JsonPathScanner } from "./json-path-scanner.ts";

/** Whether an element, `@`, passes a filter. */
export type Condition = (element: JsonNode, root: JsonNode) => boolean;

/** Follows the steps after `@` or `$`; `undefined` if they lead nowhere. */
export type PathReader = (start: JsonNode, root: JsonNode) => JsonNode | undefined;

/** A value while a filter is evaluated; `undefined` is one that could not be had, and passes no comparison. */
type Operand = (element: JsonNode, root: JsonNode) => string | number | boolean | null | undefined;

/** Deepest nesting of brackets in a filter. */
const MAX_DEPTH = 50;

/**
 * Parses a filter: comparisons (`==`, `!=`, `<`, `<=`, `>`, `>=`, `=~`), `&&`, `||`, `!`, brackets, literals, paths.
 *
 * @param parsePath - reads the steps after `@` or `$`.
 */
export function parseCondition(
  scanner: JsonPathScanner,
  parsePath: (scanner: JsonPathScanner) => PathReader,
): Condition {
  const operand = parseOr(scanner, parsePath, 0);
  return (element, root) => operand(element, root) === true;
}

type Parse = (scanner: JsonPathScanner, parsePath: (scanner: JsonPathScanner) => PathReader, depth: number) => Operand;

const parseOr: Parse = (scanner, parsePath, depth) => {
  let left = parseAnd(scanner, parsePath, depth);
  while (scanner.take("||")) {
    const [first, second] = [left, parseAnd(scanner, parsePath, depth)];
    left = (element, root) => first(element, root) === true || second(element, root) === true;
  }
  return left;
};

const parseAnd: Parse = (scanner, parsePath, depth) => {
  let left = parseComparison(scanner, parsePath, depth);
  while (scanner.take("&&")) {
    const [first, second] = [left, parseComparison(scanner, parsePath, depth)];
    left = (element, root) => first(element, root) === true && second(element, root) === true;
  }
  return left;
};

const parseComparison: Parse = (scanner, parsePath, depth) => {
  const left = parseUnary(scanner, parsePath, depth);
  const op = scanner.match(/==|!=|<=|>=|=~|<|>/);
  if (op === undefined) return left;
  const right = parseUnary(scanner, parsePath, depth);
  return (element, root) => compare(op, left(element, root), right(element, root));
};

const parseUnary: Parse = (scanner, parsePath, depth) => {
  if (depth > MAX_DEPTH) throw scanner.invalid("its filter is nested too deep");
  if (scanner.take("!")) {
    const operand = parseUnary(scanner, parsePath, depth + 1);
    return (element, root) => {
      const value = operand(element, root);
      return typeof value === "boolean" ? !value : undefined;
    };
  }
  if (scanner.take("(")) {
    const inner = parseOr(scanner, parsePath, depth + 1);
    scanner.expect(")");
    return inner;
  }
  if (scanner.take("@")) {
    const read = parsePath(scanner);
    return (element, root) => scalarOf(read(element, root));
  }
  if (scanner.take("$")) {
    const read = parsePath(scanner);
    return (_, root) => scalarOf(read(root, root));
  }
  const literal = scanner.quoted() ?? scanner.number();
  if (literal !== undefined) return () => literal;
  const word = scanner.match(/true|false|null|nil/);
  if (word === undefined) throw scanner.invalid("a value is missing");
  const constant = word === "true" ? true : word === "false" ? false : null;
  return () => constant;
};

function scalarOf(node: JsonNode | undefined): string | number | boolean | null | undefined {
  if (node === undefined) return undefined;
  switch (node.kind) {
    case "string":
      return decodeUtf8(stringBytes(node));
    case "number":
      return Number(decodeUtf8(rawBytes(node)));
    case "null":
      return null;
    case "true":
    case "false":
      return node.kind === "true";
    default:
      // Objects and arrays are equal to nothing but their own text.
      return decodeUtf8(encodeGoJson(node));
  }
}

function compare(op: string, left: ReturnType<Operand>, right: ReturnType<Operand>): boolean | undefined {
  if (left === undefined || right === undefined) return undefined;
  if (op === "==") return left === right;
  if (op === "!=") return left !== right;
  if (op === "=~") return typeof left === "string" && typeof right === "string" && matches(right, left);
  const ordered =
    (typeof left === "number" && typeof right === "number") || (typeof left === "string" && typeof right === "string");
  if (!ordered || left === null || right === null) return undefined;
  if (op === "<") return left < right;
  if (op === "<=") return left <= right;
  return op === ">" ? left > right : left >= right;
}

function matches(pattern: string, text: string): boolean {
  try {
    return RE2JS.compile(pattern).matcher(text).find();
  } catch {
    return false;
  }
}
