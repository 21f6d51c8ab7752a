import { type ASTNode, Environment, ParseError } from "@marcbachmann/cel-js";

/** One node of a parsed expression. */
export type Node = ASTNode;

/** Longest expression that is parsed, in UTF-16 units. */
const MAX_LENGTH = 100_000;
/** How deep expressions may be nested, and how many parts they may have. */
const LIMITS = {
  maxAstNodes: 100_000,
  maxDepth: 250,
  maxListElements: 10_000,
  maxMapEntries: 10_000,
  maxCallArguments: 32,
};

/** An expression that cannot be compiled. The message is laid out as cel-go's, with the place in the source. */
export class CelCompileError extends Error {
  override readonly name = "CelCompileError";
}

let parser: Environment | undefined;

/** Parses an expression. @throws CelCompileError */
export function parseExpression(source: string): Node {
  if (source.length > MAX_LENGTH)
    throw problemAt(source.slice(0, 80), 0, `expression is longer than ${MAX_LENGTH} characters`);
  parser ??= new Environment({ enableOptionalTypes: true, limits: LIMITS });
  try {
    return parser.parse(source).ast;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const { start = 0, end = 0 } = error.range ?? {};
    throw problemAt(
      source,
      start,
      `Syntax error: ${syntaxProblem(error.summary, source.slice(start, end) || "<EOF>")}`,
    );
  }
}

/** The parser's complaint in the words of cel-go, as far as both know the same. */
function syntaxProblem(summary: string, found: string): string {
  const expected = /^Expected (\w+), got/.exec(summary)?.[1];
  if (expected !== undefined) return `mismatched input '${found}' expecting ${expected}`;
  return /^Unexpected (token|character)/.test(summary)
    ? `mismatched input '${found}' expecting an expression`
    : summary;
}

/** An error at a place of the source: `ERROR: <input>:1:6: undefined field 'x'`, the line, and a mark below. */
export function problemAt(source: string, position: number, problem: string): CelCompileError {
  const lines = source.slice(0, position).split("\n");
  const column = lines.at(-1)?.length ?? 0;
  const line = source.split("\n")[lines.length - 1] ?? "";
  const mark = `${".".repeat(column)}^`;
  return new CelCompileError(`ERROR: <input>:${lines.length}:${column + 1}: ${problem}\n | ${line}\n | ${mark}`);
}

/**
 * Where cel-go puts the mark of an error about a node: at the operator, the dot of a field, the parenthesis of a call.
 *
 * @returns a position in the source.
 */
export function markOf(node: Node, source: string): number {
  const after = (text: string, from: number): number => Math.max(source.indexOf(text, from), node.start);
  switch (node.op) {
    case ".":
    case ".?":
      return after(".", node.args[0].end);
    case "[]":
    case "[?]":
      return after("[", node.args[0].end);
    case "call":
      return after("(", node.start);
    case "rcall":
      return after("(", node.args[1].end);
    case "?:":
      return after("?", node.args[0].end);
    case "value":
    case "id":
    case "list":
    case "map":
    case "!_":
    case "-_":
      return node.start;
    default:
      return after(node.op, node.args[0].end);
  }
}
