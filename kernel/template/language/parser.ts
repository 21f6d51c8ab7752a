import { quote } from "../format/quote.ts";
import { TemplateError } from "../template-error.ts";
import { byteStringOfText, textOf } from "../values/byte-string.ts";
import { type Delimiters, readTokens } from "./lexer.ts";
import {
  type BranchNode,
  type ChainNode,
  type CommandNode,
  formatNode,
  type Node,
  type Operand,
  type PipeNode,
} from "./nodes.ts";
import { parseNumberLiteral } from "./number-literal.ts";
import { positionAt } from "./position.ts";
import { describeToken, type Token, type TokenKind } from "./token.ts";
import { unquoteString } from "./unquote.ts";

/** Deepest nesting of blocks and parentheses. Go allows 10,000, which no template needs and the stack would not hold. */
export const MAX_NESTING = 200;

/** Longest template, in bytes: as much as a Secret can hold. */
export const MAX_TEMPLATE_BYTES = 1_048_576;

/** Template lists by name: the text's own, and what it defines. */
export type TemplateTrees = ReadonlyMap<string, readonly Node[]>;

/** What {@link parseTrees} reads. */
export interface ParseRequest {
  readonly name: string;
  /** As a byte string. */
  readonly source: string;
  readonly delimiters: Delimiters;
  readonly hasFunction: (name: string) => boolean;
}

/**
 * Parses a template's text.
 *
 * @throws TemplateError `TEMPLATE_PARSE`
 * @see Go: text/template/parse, parse.go
 */
export function parseTrees(request: ParseRequest): TemplateTrees {
  return new Parser(request).parse();
}

/** How a list of pieces ended. */
type ListEnd =
  | { readonly kind: "end"; readonly text: "{{end}}" }
  | { readonly kind: "else"; readonly text: "{{else}}" };

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

class Parser {
  readonly #request: ParseRequest;
  readonly #tokens: readonly Token[];
  readonly #trees = new Map<string, readonly Node[]>();
  #next = 0;
  /** How far the parser has looked: errors point there. */
  #furthest = 0;
  #variables: string[] = ["$"];
  #rangeDepth = 0;
  #nesting = 0;
  #actionAt: number | undefined;

  constructor(request: ParseRequest) {
    this.#request = request;
    if (request.source.length > MAX_TEMPLATE_BYTES) {
      this.#tokens = [{ kind: "eof", at: 0, text: "" }];
      this.#fail(`the template is longer than ${MAX_TEMPLATE_BYTES} bytes`);
    }
    this.#tokens = readTokens(request.source, request.delimiters);
  }

  parse(): TemplateTrees {
    const root: Node[] = [];
    while (this.#peek().kind !== "eof") {
      if (this.#peek().kind === "leftDelimiter") {
        const before = this.#next;
        this.#take();
        if (this.#takeNonSpace().kind === "define") {
          this.#parseDefinition();
          continue;
        }
        this.#next = before;
      }
      const piece = this.#parsePiece();
      if (piece.kind === "end" || piece.kind === "else") return this.#fail(`unexpected ${piece.text}`);
      root.push(piece);
    }
    this.#addTree(this.#request.name, root);
    return this.#trees;
  }

  /** Parses `{{define "name"}} ... {{end}}`, of which `define` has been read. */
  #parseDefinition(): void {
    const context = "define clause";
    const name = this.#parseTemplateName(context);
    this.#expect("rightDelimiter", context);
    this.#addTree(name, this.#parseOwnBody(context));
  }

  /** Parses the body of a `define` or `block`: a template of its own, which sees none of the variables outside. */
  #parseOwnBody(context: string): Node[] {
    const [variables, rangeDepth] = [this.#variables, this.#rangeDepth];
    [this.#variables, this.#rangeDepth] = [["$"], 0];
    const { list, end } = this.#parseList();
    if (end.kind !== "end") this.#fail(`unexpected ${end.text} in ${context}`);
    [this.#variables, this.#rangeDepth] = [variables, rangeDepth];
    return list;
  }

  #addTree(name: string, list: readonly Node[]): void {
    const existing = this.#trees.get(name);
    if (existing === undefined || isBlank(existing)) this.#trees.set(name, list);
    else if (!isBlank(list)) this.#fail(`template: multiple definition of template ${quote(name)}`);
  }

  /** Parses pieces up to `{{end}}` or `{{else}}`. */
  #parseList(): { list: Node[]; end: ListEnd } {
    return this.#nested(() => {
      const list: Node[] = [];
      while (this.#peekNonSpace().kind !== "eof") {
        const piece = this.#parsePiece();
        if (piece.kind === "end" || piece.kind === "else") return { list, end: piece };
        list.push(piece);
      }
      return this.#fail("unexpected EOF");
    });
  }

  #parsePiece(): Node | ListEnd {
    const token = this.#takeNonSpace();
    if (token.kind === "text") return { kind: "text", at: token.at, text: token.text };
    if (token.kind !== "leftDelimiter") return this.#unexpected(token, "input");
    this.#actionAt = token.at;
    const piece = this.#parseAction();
    this.#actionAt = undefined;
    return piece;
  }

  #parseAction(): Node | ListEnd {
    const token = this.#takeNonSpace();
    switch (token.kind) {
      case "block":
        return this.#parseBlock();
      case "break":
      case "continue":
        return this.#parseJump(token.kind, token);
      case "else":
        return this.#parseElse();
      case "end":
        this.#expect("rightDelimiter", "end");
        return { kind: "end", text: "{{end}}" };
      case "if":
      case "range":
      case "with":
        return this.#parseBranch(token.kind);
      case "template":
        return this.#parseTemplateCall();
      default: {
        this.#next--;
        return { kind: "action", at: token.at, pipe: this.#parsePipeline("command", "rightDelimiter") };
      }
    }
  }

  #parseJump(kind: "break" | "continue", { at }: Token): Node {
    const token = this.#takeNonSpace();
    if (token.kind !== "rightDelimiter") this.#unexpected(token, `{{${kind}}}`);
    if (this.#rangeDepth === 0) this.#fail(`{{${kind}}} outside {{range}}`);
    return { kind, at };
  }

  #parseElse(): ListEnd {
    // An "if" or "with" right behind stays unread: the branch takes it up.
    const { kind } = this.#peekNonSpace();
    if (kind !== "if" && kind !== "with") this.#expect("rightDelimiter", "else");
    return { kind: "else", text: "{{else}}" };
  }

  #parseBranch(kind: BranchNode["kind"]): BranchNode {
    const outerVariables = this.#variables.length;
    const pipe = this.#parsePipeline(kind, "rightDelimiter");
    if (kind === "range") this.#rangeDepth++;
    const { list, end } = this.#parseList();
    if (kind === "range") this.#rangeDepth--;
    const elseList = end.kind === "else" ? this.#parseElseList(kind) : undefined;
    this.#variables.length = outerVariables;
    return { kind, at: pipe.at, pipe, list, elseList };
  }

  #parseElseList(kind: BranchNode["kind"]): Node[] {
    // {{else if x}} is {{else}}{{if x}}, and one {{end}} closes both.
    if (kind !== "range" && this.#peek().kind === kind) {
      this.#take();
      return this.#nested(() => [this.#parseBranch(kind)]);
    }
    const { list, end } = this.#parseList();
    if (end.kind !== "end") this.#fail(`expected end; found ${end.text}`);
    return list;
  }

  #parseBlock(): Node {
    const context = "block clause";
    const at = this.#peekNonSpace().at;
    const name = this.#parseTemplateName(context);
    const pipe = this.#parsePipeline(context, "rightDelimiter");
    this.#addTree(name, this.#parseOwnBody(context));
    return { kind: "template", at, name, pipe };
  }

  #parseTemplateCall(): Node {
    const context = "template clause";
    const at = this.#peekNonSpace().at;
    const name = this.#parseTemplateName(context);
    if (this.#takeNonSpace().kind === "rightDelimiter") return { kind: "template", at, name, pipe: undefined };
    this.#next--;
    return { kind: "template", at, name, pipe: this.#parsePipeline(context, "rightDelimiter") };
  }

  #parseTemplateName(context: string): string {
    const token = this.#takeNonSpace();
    if (token.kind !== "string" && token.kind !== "rawString") return this.#unexpected(token, context);
    return unquoteString(token.text) ?? this.#fail("invalid syntax");
  }

  #parsePipeline(context: string, end: TokenKind): PipeNode {
    const at = this.#peekNonSpace().at;
    const { variables, isAssignment } = this.#parseVariables(context);
    const commands: CommandNode[] = [];
    for (;;) {
      const token = this.#takeNonSpace();
      if (token.kind === end) break;
      if (!OPERAND_STARTS.has(token.kind)) this.#unexpected(token, context);
      this.#next--;
      commands.push(this.#parseCommand());
    }
    this.#checkCommands(commands, context);
    return { kind: "pipe", at, isAssignment, variables, commands };
  }

  /** Parses `$x :=`, `$x =` or, in a range, `$i, $x :=`. */
  #parseVariables(context: string): Pick<PipeNode, "variables" | "isAssignment"> {
    const variables: string[] = [];
    for (;;) {
      if (this.#peekNonSpace().kind !== "variable") return { variables, isAssignment: false };
      const before = this.#next;
      const name = this.#takeNonSpace().text;
      const token = this.#takeNonSpace();
      const isLast = token.kind === "assign" || token.kind === "declare";
      if (!isLast && !(token.kind === "char" && token.text === ",")) {
        this.#next = before;
        return { variables, isAssignment: false };
      }
      variables.push(name);
      this.#variables.push(name);
      if (isLast) return { variables, isAssignment: token.kind === "assign" };
      if (context !== "range" || variables.length > 1) this.#fail(`too many declarations in ${context}`);
      const { kind } = this.#peekNonSpace();
      if (kind !== "variable" && kind !== "rightDelimiter" && kind !== "rightParen") {
        this.#fail("range can only initialize variables");
      }
    }
  }

  #checkCommands(commands: readonly CommandNode[], context: string): void {
    if (commands.length === 0) this.#fail(`missing value for ${context}`);
    commands.forEach((command, i) => {
      const kind = command.operands[0]?.kind ?? "";
      const isLiteral = ["bool", "dot", "nil", "number", "string"].includes(kind);
      if (i > 0 && isLiteral) this.#fail(`non executable command in pipeline stage ${i + 1}`);
    });
  }

  #parseCommand(): CommandNode {
    const at = this.#peekNonSpace().at;
    const operands: Operand[] = [];
    for (;;) {
      this.#peekNonSpace();
      this.#skipSpaces();
      const operand = this.#parseOperand();
      if (operand !== undefined) operands.push(operand);
      const token = this.#take();
      if (token.kind === "space") continue;
      if (token.kind === "rightDelimiter" || token.kind === "rightParen") this.#next--;
      else if (token.kind !== "pipe") this.#unexpected(token, "operand");
      break;
    }
    if (operands.length === 0) this.#fail("empty command");
    return { kind: "command", at, operands };
  }

  /** Parses a term and the fields behind it. */
  #parseOperand(): Operand | undefined {
    const term = this.#parseTerm();
    if (term === undefined || this.#peek().kind !== "field") return term;
    const at = this.#peek().at;
    const fields: string[] = [];
    while (this.#peek().kind === "field") fields.push(this.#take().text.slice(1));
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
        return this.#fail(`unexpected . after term ${quote(formatNode(term))}`);
      default:
        return { kind: "chain", at, base: term, fields } satisfies ChainNode;
    }
  }

  #parseTerm(): Operand | undefined {
    const token = this.#takeNonSpace();
    const { at, text } = token;
    switch (token.kind) {
      case "identifier":
        if (!this.#request.hasFunction(text)) this.#failUnknownFunction(text, at);
        return { kind: "identifier", at, name: text };
      case "dot":
        return { kind: "dot", at };
      case "nil":
        return { kind: "nil", at };
      case "variable":
        if (!this.#variables.includes(text)) this.#fail(`undefined variable ${quote(text)}`, { at });
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
        return this.#nested(() => this.#parsePipeline("parenthesized pipeline", "rightParen"));
      case "string":
      case "rawString":
        return { kind: "string", at, quoted: text, value: unquoteString(text) ?? this.#fail("invalid syntax") };
      default:
        this.#next--;
        return undefined;
    }
  }

  #parseNumber({ at, text }: Token, kind: "charConstant" | "complex" | "number"): Operand {
    const literal = parseNumberLiteral(text, kind);
    return typeof literal === "string" ? this.#fail(literal) : { kind: "number", at, literal };
  }

  #nested<T>(parse: () => T): T {
    if (this.#nesting >= MAX_NESTING) this.#fail("max expression depth exceeded");
    this.#nesting++;
    const result = parse();
    this.#nesting--;
    return result;
  }

  #take(): Token {
    const token = this.#peek();
    this.#next++;
    return token;
  }

  #peek(): Token {
    const token = this.#tokens[Math.min(this.#next, this.#tokens.length - 1)];
    if (token === undefined) throw new Error("the lexer gave no end of input");
    this.#furthest = Math.max(this.#furthest, this.#next);
    return token;
  }

  #skipSpaces(): void {
    while (this.#peek().kind === "space") this.#next++;
  }

  #takeNonSpace(): Token {
    this.#skipSpaces();
    return this.#take();
  }

  #peekNonSpace(): Token {
    this.#skipSpaces();
    return this.#peek();
  }

  #expect(kind: TokenKind, context: string): void {
    const token = this.#takeNonSpace();
    if (token.kind !== kind) this.#unexpected(token, context);
  }

  #unexpected(token: Token, context: string): never {
    if (token.kind !== "error") return this.#fail(`unexpected ${describeToken(token)} in ${context}`);
    const start = this.#actionAt === undefined ? undefined : this.#positionAt(this.#actionAt);
    if (start === undefined || start.line === this.#positionAt(token.at).line) return this.#fail(token.text);
    const where = `started at ${this.#request.name}:${start.line}`;
    return this.#fail(`${token.text}${token.text.endsWith(" action") ? "" : " in action"} ${where}`);
  }

  #failUnknownFunction(name: string, at: number): never {
    return this.#fail(`function ${quote(name)} not defined`, {
      at,
      remedy: WITHHELD_FUNCTIONS.get(name) ?? "Check the function's name against the list in the documentation.",
    });
  }

  /** @param where - else it is the furthest token that was looked at. */
  #fail(problem: string, where: { at?: number; remedy?: string } = {}): never {
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
    return positionAt(this.#request.name, this.#request.source, at);
  }
}

const NO_ACCESS =
  "Templates reach nothing outside their data, so this function does not exist; pass the value in as data.";

/** Functions that other template languages have, and why they are missing here. */
const WITHHELD_FUNCTIONS: ReadonlyMap<string, string> = new Map(
  ["env", "expandenv", "getHostByName", "lookup", "include", "tpl", "getSecretKey"].map((name) => [name, NO_ACCESS]),
);

function isBlank(list: readonly Node[]): boolean {
  return list.every((node) => node.kind === "text" && /^[\t\n\v\f\r ]*$/.test(node.text));
}
