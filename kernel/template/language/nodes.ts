// The parse tree. `at` is a byte offset into the template's text, chosen as Go chooses it, so that error positions agree.
import { quote } from "../format/quote.ts";
import type { NumberLiteral } from "./number-literal.ts";

/** A literal piece of output. */
export interface TextNode {
  readonly kind: "text";
  readonly at: number;
  readonly text: string;
}

/** `{{pipeline}}`: prints, unless it declares variables. */
export interface ActionNode {
  readonly kind: "action";
  readonly at: number;
  readonly pipe: PipeNode;
}

/** `{{if}}`, `{{with}}` or `{{range}}`, with its `{{else}}`. */
export interface BranchNode {
  readonly kind: "if" | "with" | "range";
  readonly at: number;
  readonly pipe: PipeNode;
  readonly list: readonly Node[];
  readonly elseList: readonly Node[] | undefined;
}

/** `{{template "name" pipeline}}`, and what remains of a `{{block}}`. */
export interface TemplateNode {
  readonly kind: "template";
  readonly at: number;
  readonly name: string;
  readonly pipe: PipeNode | undefined;
}

/** `{{break}}` or `{{continue}}`. */
export interface JumpNode {
  readonly kind: "break" | "continue";
  readonly at: number;
}

/** What a list of a template's pieces holds. */
export type Node = TextNode | ActionNode | BranchNode | TemplateNode | JumpNode;

/** Commands joined by `|`, with the variables that take the result. */
export interface PipeNode {
  readonly kind: "pipe";
  readonly at: number;
  readonly isAssignment: boolean;
  /** Names with their `$`. */
  readonly variables: readonly string[];
  readonly commands: readonly CommandNode[];
}

/** An operand, or a function with its arguments. */
export interface CommandNode {
  readonly kind: "command";
  readonly at: number;
  readonly operands: readonly Operand[];
}

/** `.a.b` */
export interface FieldNode {
  readonly kind: "field";
  readonly at: number;
  readonly names: readonly string[];
}

/** `$x.a.b` */
export interface VariableNode {
  readonly kind: "variable";
  readonly at: number;
  /** With its `$`. */
  readonly name: string;
  readonly fields: readonly string[];
}

/** `(pipeline).a.b`, or a function's name followed by fields. */
export interface ChainNode {
  readonly kind: "chain";
  readonly at: number;
  readonly base: Operand;
  readonly fields: readonly string[];
}

/** A function's name. */
export interface IdentifierNode {
  readonly kind: "identifier";
  readonly at: number;
  readonly name: string;
}

/** A literal, or the cursor. */
export type LiteralNode =
  | { readonly kind: "bool"; readonly at: number; readonly value: boolean }
  | { readonly kind: "dot"; readonly at: number }
  | { readonly kind: "nil"; readonly at: number }
  | { readonly kind: "number"; readonly at: number; readonly literal: NumberLiteral }
  | { readonly kind: "string"; readonly at: number; readonly quoted: string; readonly value: string };

/** One word of a command. */
export type Operand = FieldNode | VariableNode | ChainNode | IdentifierNode | LiteralNode | PipeNode;

/** What an error can point at. */
export type PlacedNode = Node | Operand | CommandNode;

/** @returns the node as text, in the form that Go's errors show it. */
export function formatNode(node: PlacedNode): string {
  switch (node.kind) {
    case "pipe":
      return formatPipe(node);
    case "command":
      return node.operands.map(formatArgument).join(" ");
    case "field":
      return node.names.map((name) => `.${name}`).join("");
    case "variable":
      return [node.name, ...node.fields].join(".");
    case "chain":
      return [formatArgument(node.base), ...node.fields].join(".");
    case "identifier":
      return node.name;
    case "bool":
      return String(node.value);
    case "dot":
      return ".";
    case "nil":
      return "nil";
    case "number":
      return node.literal.text;
    case "string":
      return node.quoted;
    case "template":
      return `{{template ${quote(node.name)}${node.pipe === undefined ? "" : ` ${formatPipe(node.pipe)}`}}}`;
    case "text":
      return node.text;
    case "action":
    case "if":
    case "with":
    case "range":
      return formatPipe(node.pipe);
    case "break":
    case "continue":
      return `{{${node.kind}}}`;
  }
}

function formatPipe(pipe: PipeNode): string {
  const commands = pipe.commands.map(formatNode).join(" | ");
  if (pipe.variables.length === 0) return commands;
  return `${pipe.variables.join(", ")} ${pipe.isAssignment ? "=" : ":="} ${commands}`;
}

function formatArgument(operand: Operand): string {
  return operand.kind === "pipe" ? `(${formatPipe(operand)})` : formatNode(operand);
}
