import { quote } from "../format/quote.ts";
import { ExpressionParser } from "./expression-parser.ts";
import type { BranchNode, Node } from "./nodes.ts";
import type { Token } from "./token.ts";
import { TokenReader, type TemplateSource } from "./token-reader.ts";
import { unquoteString } from "./unquote.ts";

/** Template lists by name: the text's own, and what it defines. */
export type TemplateTrees = ReadonlyMap<string, readonly Node[]>;

/** What {@link parseTrees} reads. */
export interface ParseRequest extends TemplateSource {
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

class Parser {
  readonly #name: string;
  readonly #reader: TokenReader;
  readonly #expressions: ExpressionParser;
  readonly #trees = new Map<string, readonly Node[]>();
  #rangeDepth = 0;

  constructor(request: ParseRequest) {
    this.#name = request.name;
    this.#reader = new TokenReader(request);
    this.#expressions = new ExpressionParser(this.#reader, request.hasFunction);
  }

  parse(): TemplateTrees {
    const root: Node[] = [];
    while (this.#reader.peek().kind !== "eof") {
      if (this.#reader.peek().kind === "leftDelimiter") {
        const before = this.#reader.mark;
        this.#reader.take();
        if (this.#reader.takeNonSpace().kind === "define") {
          this.#parseDefinition();
          continue;
        }
        this.#reader.returnTo(before);
      }
      const piece = this.#parsePiece();
      if (piece.kind === "end" || piece.kind === "else") return this.#reader.fail(`unexpected ${piece.text}`);
      root.push(piece);
    }
    this.#addTree(this.#name, root);
    return this.#trees;
  }

  /** Parses `{{define "name"}} ... {{end}}`, of which `define` has been read. */
  #parseDefinition(): void {
    const context = "define clause";
    const name = this.#parseTemplateName(context);
    this.#reader.expect("rightDelimiter", context);
    this.#addTree(name, this.#parseOwnBody(context));
  }

  /** Parses the body of a `define` or `block`. */
  #parseOwnBody(context: string): Node[] {
    const rangeDepth = this.#rangeDepth;
    this.#rangeDepth = 0;
    const { list, end } = this.#expressions.inTemplate(() => this.#parseList());
    if (end.kind !== "end") this.#reader.fail(`unexpected ${end.text} in ${context}`);
    this.#rangeDepth = rangeDepth;
    return list;
  }

  #addTree(name: string, list: readonly Node[]): void {
    const existing = this.#trees.get(name);
    if (existing === undefined || isBlank(existing)) this.#trees.set(name, list);
    else if (!isBlank(list)) this.#reader.fail(`template: multiple definition of template ${quote(name)}`);
  }

  /** Parses pieces up to `{{end}}` or `{{else}}`. */
  #parseList(): { list: Node[]; end: ListEnd } {
    return this.#reader.nested(() => {
      const list: Node[] = [];
      while (this.#reader.peekNonSpace().kind !== "eof") {
        const piece = this.#parsePiece();
        if (piece.kind === "end" || piece.kind === "else") return { list, end: piece };
        list.push(piece);
      }
      return this.#reader.fail("unexpected EOF");
    });
  }

  #parsePiece(): Node | ListEnd {
    const token = this.#reader.takeNonSpace();
    if (token.kind === "text") return { kind: "text", at: token.at, text: token.text };
    if (token.kind !== "leftDelimiter") return this.#reader.unexpected(token, "input");
    this.#reader.enterAction(token.at);
    const piece = this.#parseAction();
    this.#reader.enterAction(undefined);
    return piece;
  }

  #parseAction(): Node | ListEnd {
    const token = this.#reader.takeNonSpace();
    switch (token.kind) {
      case "block":
        return this.#parseBlock();
      case "break":
      case "continue":
        return this.#parseJump(token.kind, token);
      case "else":
        return this.#parseElse();
      case "end":
        this.#reader.expect("rightDelimiter", "end");
        return { kind: "end", text: "{{end}}" };
      case "if":
      case "range":
      case "with":
        return this.#parseBranch(token.kind);
      case "template":
        return this.#parseTemplateCall();
      default: {
        this.#reader.putBack();
        return { kind: "action", at: token.at, pipe: this.#expressions.parsePipeline("command", "rightDelimiter") };
      }
    }
  }

  #parseJump(kind: "break" | "continue", { at }: Token): Node {
    const token = this.#reader.takeNonSpace();
    if (token.kind !== "rightDelimiter") this.#reader.unexpected(token, `{{${kind}}}`);
    if (this.#rangeDepth === 0) this.#reader.fail(`{{${kind}}} outside {{range}}`);
    return { kind, at };
  }

  #parseElse(): ListEnd {
    // An "if" or "with" right behind stays unread: the branch takes it up.
    const { kind } = this.#reader.peekNonSpace();
    if (kind !== "if" && kind !== "with") this.#reader.expect("rightDelimiter", "else");
    return { kind: "else", text: "{{else}}" };
  }

  #parseBranch(kind: BranchNode["kind"]): BranchNode {
    return this.#expressions.inBlock(() => {
      const pipe = this.#expressions.parsePipeline(kind, "rightDelimiter");
      if (kind === "range") this.#rangeDepth++;
      const { list, end } = this.#parseList();
      if (kind === "range") this.#rangeDepth--;
      const elseList = end.kind === "else" ? this.#parseElseList(kind) : undefined;
      return { kind, at: pipe.at, pipe, list, elseList };
    });
  }

  #parseElseList(kind: BranchNode["kind"]): Node[] {
    // {{else if x}} is {{else}}{{if x}}, and one {{end}} closes both.
    if (kind !== "range" && this.#reader.peek().kind === kind) {
      this.#reader.take();
      return this.#reader.nested(() => [this.#parseBranch(kind)]);
    }
    const { list, end } = this.#parseList();
    if (end.kind !== "end") this.#reader.fail(`expected end; found ${end.text}`);
    return list;
  }

  #parseBlock(): Node {
    const context = "block clause";
    const at = this.#reader.peekNonSpace().at;
    const name = this.#parseTemplateName(context);
    const pipe = this.#expressions.parsePipeline(context, "rightDelimiter");
    this.#addTree(name, this.#parseOwnBody(context));
    return { kind: "template", at, name, pipe };
  }

  #parseTemplateCall(): Node {
    const context = "template clause";
    const at = this.#reader.peekNonSpace().at;
    const name = this.#parseTemplateName(context);
    if (this.#reader.takeNonSpace().kind === "rightDelimiter") return { kind: "template", at, name, pipe: undefined };
    this.#reader.putBack();
    return { kind: "template", at, name, pipe: this.#expressions.parsePipeline(context, "rightDelimiter") };
  }

  #parseTemplateName(context: string): string {
    const token = this.#reader.takeNonSpace();
    if (token.kind !== "string" && token.kind !== "rawString") return this.#reader.unexpected(token, context);
    return unquoteString(token.text) ?? this.#reader.fail("invalid syntax");
  }
}

function isBlank(list: readonly Node[]): boolean {
  return list.every((node) => node.kind === "text" && /^[\t\n\v\f\r ]*$/.test(node.text));
}
