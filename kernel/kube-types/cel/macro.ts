import type { PartCompiler } from "./compile-parts.ts";
import type { Compiled, Scope } from "./frame.ts";
import type { Node } from "./syntax.ts";

/** One use of a macro. */
export interface Use {
  readonly node: Node;
  readonly target: Node;
  readonly args: readonly Node[];
  readonly scope: Scope;
}

/** A call that is rewritten: its arguments see variables that the call itself declares. */
export interface Macro {
  readonly arity: number;
  expand(compiler: PartCompiler, use: Use): Compiled;
}

/** The name that an argument gives a variable. */
export function variableName(compiler: PartCompiler, node: Node): string {
  if (node.op !== "id") throw compiler.problem(node, "argument must be a simple name");
  return node.args;
}
