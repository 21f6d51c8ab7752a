import { quote } from "../format/quote.ts";
import { type ChainNode, type CommandNode, formatNode, type Operand, type PipeNode } from "./nodes.ts";
import { parseNumberLiteral } from "./number-literal.ts";
import type { Token, TokenKind } from "./token.ts";
import type { TokenReader } from "./token-reader.ts";
import { unquoteString } from "./unquote.ts";

const OPERAND_STARTS: ReadonlySet<TokenKind> = new Set<TokenKind>([
  "bool",
  "charConstant",
  "complex",
  "dot",
  "field",
  "identifier",
  "number",
  "nil",
  "rawString",
  "string",
  "variable",
  "leftParen",
]);

/** Parses pipelines: what stands inside an action, but for its keyword. */
export class ExpressionParser {
  readonly #reader: TokenReader;
  readonly #hasFunction: (name: string) => boolean;
  /** The variables that can be seen, the innermost last. */
  #variables: string[] = ["$"];

  constructor(reader: TokenReader, hasFunction: (name: string) => boolean) {
    this.#reader = reader;
    this.#hasFunction = hasFunction;
  }

  /** Parses a block, whose variables end with it. */
  inBlock<T>(parse: () => T): T {
    const outer = this.#variables.length;
    const result = parse();
    this.#variables.length = outer;
    return result;
  }

  /** Parses a template of its own, which sees none of the variables outside. */
  inTemplate<T>(parse: () => T): T {
    const outer = this.#variables;
    this.#variables = ["$"];
    const result = parse();
    this.#variables = outer;
    return result;
  }

  /** Parses commands and what takes their result, up to and with the token that ends them. */
  parsePipeline(context: string, end: TokenKind): PipeNode {
    const at = this.#reader.peekNonSpace().at;
    const { variables, isAssignment } = this.#parseVariables(context);
    const commands: CommandNode[] = [];
    for (;;) {
      const token = this.#reader.takeNonSpace();
      if (token.kind === end) break;
      if (!OPERAND_STARTS.has(token.kind)) this.#reader.unexpected(token, context);
      this.#reader.putBack();
      commands.push(this.#parseCommand());
    }
    this.#checkCommands(commands, context);
    return { kind: "pipe", at, isAssignment, variables, commands };
  }

  /** Parses `$x :=`, `$x =` or, in a range, `$i, $x :=`. */
  #parseVariables(context: string): Pick<PipeNode, "variables" | "isAssignment"> {
    const variables: string[] = [];
    for (;;) {
      if (this.#reader.peekNonSpace().kind !== "variable") return { variables, isAssignment: false };
      const before = this.#reader.mark;
      const name = this.#reader.takeNonSpace().text;
      const token = this.#reader.takeNonSpace();
      const isLast = token.kind === "assign" || token.kind === "declare";
      if (!isLast && !(token.kind === "char" && token.text === ",")) {
        this.#reader.returnTo(before);
        return { variables, isAssignment: false };
      }
      variables.push(name);
      this.#variables.push(name);
      if (isLast) return { variables, isAssignment: token.kind === "assign" };
      if (context !== "range" || variables.length > 1) this.#reader.fail(`too many declarations in ${context}`);
      const { kind } = this.#reader.peekNonSpace();
      if (kind !== "variable" && kind !== "rightDelimiter" && kind !== "rightParen") {
        this.#reader.fail("range can only initialize variables");
      }
    }
  }

  #checkCommands(commands: readonly CommandNode[], context: string): void {
    if (commands.length === 0) this.#reader.fail(`missing value for ${context}`);
    commands.forEach((command, i) => {
      const kind = command.operands[0]?.kind ?? "";
      const isLiteral = ["bool", "dot", "nil", "number", "string"].includes(kind);
      if (i > 0 && isLiteral) this.#reader.fail(`non executable command in pipeline stage ${i + 1}`);
    });
  }

  #parseCommand(): CommandNode {
    const at = this.#reader.peekNonSpace().at;
    const operands: Operand[] = [];
    for (;;) {
      this.#reader.peekNonSpace();
      const operand = this.#parseOperand();
      if (operand !== undefined) operands.push(operand);
      const token = this.#reader.take();
      if (token.kind === "space") continue;
      if (token.kind === "rightDelimiter" || token.kind === "rightParen") this.#reader.putBack();
      else if (token.kind !== "pipe") this.#reader.unexpected(token, "operand");
      break;
    }
    if (operands.length === 0) this.#reader.fail("empty command");
    return { kind: "command", at, operands };
  }

  /** Parses a term and the fields behind it. */
  #parseOperand(): Operand | undefined {
    const term = this.#parseTerm();
    if (term === undefined || this.#reader.peek().kind !== "field") return term;
    const at = this.#reader.peek().at;
    const fields: string[] = [];
    while (this.#reader.peek().kind === "field") fields.push(this.#reader.take().text.slice(1));
    switch (term.kind) {
      case "field":
        return { ...term, at, names: [...term.names, ...fields] };
      case "variable":
        return { ...term, at, fields: [...term.fields, ...fields] };
      case "bool":
      case "string":
      case "number":
      case "nil":
      case "dot":
        return this.#reader.fail(`unexpected . after term ${quote(formatNode(term))}`);
      default:
        return { kind: "chain", at, base: term, fields } satisfies ChainNode;
    }
  }

  #parseTerm(): Operand | undefined {
    const token = this.#reader.takeNonSpace();
    const { at, text } = token;
    switch (token.kind) {
      case "identifier":
        if (!this.#hasFunction(text)) this.#failUnknownFunction(text, at);
        return { kind: "identifier", at, name: text };
      case "dot":
        return { kind: "dot", at };
      case "nil":
        return { kind: "nil", at };
      case "variable":
        if (!this.#variables.includes(text)) this.#reader.fail(`undefined variable ${quote(text)}`, { at });
        return { kind: "variable", at, name: text, fields: [] };
      case "field":
        return { kind: "field", at, names: [text.slice(1)] };
      case "bool":
        return { kind: "bool", at, value: text === "true" };
      case "charConstant":
      case "complex":
      case "number":
        return this.#parseNumber(token, token.kind);
      case "leftParen":
        return this.#reader.nested(() => this.parsePipeline("parenthesized pipeline", "rightParen"));
      case "string":
      case "rawString":
        return { kind: "string", at, quoted: text, value: unquoteString(text) ?? this.#reader.fail("invalid syntax") };
      default:
        this.#reader.putBack();
        return undefined;
    }
  }

  #parseNumber({ at, text }: Token, kind: "charConstant" | "complex" | "number"): Operand {
    const literal = parseNumberLiteral(text, kind);
    return typeof literal === "string" ? this.#reader.fail(literal) : { kind: "number", at, literal };
  }

  #failUnknownFunction(name: string, at: number): never {
    return this.#reader.fail(`function ${quote(name)} not defined`, {
      at,
      remedy: WITHHELD_FUNCTIONS.get(name) ?? "Check the function's name against the list in the documentation.",
    });
  }
}

const NO_ACCESS =
  "Templates reach nothing outside their data, so this function does not exist; pass the value in as data.";

/** Functions that other template languages have, and why they are missing here. */
const WITHHELD_FUNCTIONS: ReadonlyMap<string, string> = new Map(
  ["env", "expandenv", "getHostByName", "lookup", "include", "tpl", "getSecretKey"].map((name) => [name, NO_ACCESS]),
);
