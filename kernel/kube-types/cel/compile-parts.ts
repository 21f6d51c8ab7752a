import type { Compiled, Scope } from "./frame.ts";
import type { Node } from "./syntax.ts";
import type { CelType } from "./types.ts";

/** What the compilers of single constructs need of the one that compiles the whole. */
export interface PartCompiler {
  compile(node: Node, scope: Scope): Compiled;
  /** Adds a variable. */
  declare(scope: Scope, name: string, type: CelType): { readonly scope: Scope; readonly slot: number };
  /** An error at a node. */
  problem(node: Node, text: string): Error;
}
