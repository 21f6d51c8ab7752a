import { compileElement, compileField, compilePresence } from "./access.ts";
import type { PartCompiler } from "./compile-parts.ts";
import { compileConditional, compileEquality, compileList, compileLogic, compileMap } from "./constructs.ts";
import { type Compiled, type Run, type Scope, sizeCost, spend } from "./frame.ts";
import { type FunctionTable, OPAQUE_NAMES, resolveCall, selectOverload } from "./functions.ts";
import { checkLiteral } from "./literals.ts";
import { MACROS } from "./macros.ts";
import { markOf, type Node, problemAt } from "./syntax.ts";
import { BOOL, BYTES, type CelType, DOUBLE, formatType, INT, NULL, STRING, TYPE, UINT } from "./types.ts";
import { CelError, CelTypeValue, CelUint, type CelValue } from "./values.ts";

/** Functions whose cost does not depend on how large their arguments are. */
const CHEAP: ReadonlySet<string> = new Set(["size", "type", "dyn"]);
const MIN_INT = -(2n ** 63n);
const MAX_INT = 2n ** 63n - 1n;

/** Names that stand for types, as in `type(x) == int`. */
const TYPE_NAMES: ReadonlySet<string> = new Set(
  "bool int uint double string bytes list map null_type type optional_type".split(" "),
);

const QUALIFIED_TYPES: ReadonlySet<string> = new Set([
  "google.protobuf.Timestamp",
  "google.protobuf.Duration",
  ...Object.values(OPAQUE_NAMES),
]);

/** Checks the types of one expression and turns it into functions. */
export class Compiler implements PartCompiler {
  readonly #source: string;
  readonly #functions: FunctionTable;
  /** Names of the variables that the expression uses. */
  readonly used = new Set<string>();
  #slots: number;

  /** @param slots - how many variables there are from the start. */
  constructor(source: string, functions: FunctionTable, slots: number) {
    this.#source = source;
    this.#functions = functions;
    this.#slots = slots;
  }

  /** How many slots a frame for this expression needs. */
  get slots(): number {
    return this.#slots;
  }

  declare(scope: Scope, name: string, type: CelType): { scope: Scope; slot: number } {
    const slot = this.#slots++;
    return { scope: new Map(scope).set(name, { slot, type }), slot };
  }

  problem(node: Node, text: string): Error {
    return problemAt(this.#source, markOf(node, this.#source), text);
  }

  compile(node: Node, scope: Scope): Compiled {
    switch (node.op) {
      case "value":
        return this.#literal(node, node.args);
      case "id":
        return this.#identifier(node, node.args, scope);
      case ".":
        return this.#qualifiedType(node, scope) ?? compileField(this, node, scope);
      case ".?":
        return compileField(this, node, scope);
      case "[]":
      case "[?]":
        return compileElement(this, node, scope);
      case "call":
        return this.#call(node, node.args, scope);
      case "rcall":
        return this.#method(node, node.args, scope);
      case "list":
        return compileList(this, node.args, scope, false);
      case "map":
        return compileMap(this, node.args, scope);
      case "?:":
        return compileConditional(this, node, scope);
      case "&&":
      case "||":
        return compileLogic(this, node, scope);
      case "==":
      case "!=":
        return compileEquality(this, node, scope);
      case "-_":
        return this.#negation(node, node.args, scope);
      case "!_":
        return this.#invoke(node, "!_", false, this.#compileAll([node.args], scope));
      default:
        return this.#invoke(node, node.op === "in" ? "@in" : `_${node.op}_`, false, this.#compileAll(node.args, scope));
    }
  }

  #compileAll(nodes: readonly Node[], scope: Scope): Compiled[] {
    return nodes.map((each) => this.compile(each, scope));
  }

  #literal(node: Node, literal: unknown): Compiled {
    const [value, type] = literalValue(literal);
    if (typeof value === "bigint" && value > MAX_INT) throw this.problem(node, "invalid int literal");
    return { type, run: () => value };
  }

  #identifier(node: Node, name: string, scope: Scope): Compiled {
    const variable = scope.get(name);
    if (variable === undefined) return this.#typeName(node, name);
    this.used.add(name);
    const { slot, type } = variable;
    const run: Run = (frame) => {
      spend(frame, 1);
      const value = frame.slots[slot];
      if (value === undefined) throw new CelError(`no such attribute(s): ${name}`);
      return value;
    };
    return { type, run };
  }

  #typeName(node: Node, name: string): Compiled {
    if (!TYPE_NAMES.has(name)) throw this.#undeclared(node, name);
    const value = new CelTypeValue(name);
    return { type: TYPE, run: () => value };
  }

  /** `google.protobuf.Timestamp`, `net.IP` and their like are names of types. */
  #qualifiedType(node: Node, scope: Scope): Compiled | undefined {
    const name = qualifiedName(node);
    if (name === undefined || !QUALIFIED_TYPES.has(name) || scope.has(name.split(".", 1)[0] ?? "")) return undefined;
    const value = new CelTypeValue(name);
    return { type: TYPE, run: () => value };
  }

  #call(node: Node, [name, args]: readonly [string, readonly Node[]], scope: Scope): Compiled {
    const [only] = args;
    if (name === "has") {
      if (only === undefined || args.length !== 1) throw this.problem(node, "invalid argument to has() macro");
      return compilePresence(this, only, scope);
    }
    this.#checkLiterals(name, args);
    return this.#invoke(node, name, false, this.#compileAll(args, scope));
  }

  /** What can be known to fail is refused before it is ever evaluated. */
  #checkLiterals(name: string, args: readonly Node[]): void {
    for (const [i, arg] of args.entries()) {
      const problem = arg.op === "value" ? checkLiteral(name, i, arg.args) : undefined;
      if (problem !== undefined) throw this.problem(arg, problem);
    }
  }

  #method(node: Node, [name, target, args]: readonly [string, Node, readonly Node[]], scope: Scope): Compiled {
    const namespace = target.op === "id" && !scope.has(target.args) ? target.args : undefined;
    const qualified = namespace === undefined ? name : `${namespace}.${name}`;
    const macro = MACROS.get(qualified)?.find(({ arity }) => arity === args.length);
    if (macro !== undefined) return macro.expand(this, { node, target, args, scope });
    this.#checkLiterals(`::${name}`, args);
    // The values that a template is filled with are the one list whose items may differ in type.
    const compiledArgs = args.map((arg) =>
      name === "format" && arg.op === "list" ? compileList(this, arg.args, scope, true) : this.compile(arg, scope),
    );
    if (this.#functions.has(qualified) && namespace !== undefined)
      return this.#invoke(node, qualified, false, compiledArgs);
    return this.#invoke(node, name, true, [this.compile(target, scope), ...compiledArgs]);
  }

  /** The smallest int is written as the negation of a number that is no int. */
  #negation(node: Node, arg: Node, scope: Scope): Compiled {
    if (arg.op !== "value" || typeof arg.args !== "bigint")
      return this.#invoke(node, "-_", false, [this.compile(arg, scope)]);
    const value = -arg.args;
    if (value < MIN_INT) throw this.problem(node, "invalid int literal");
    return { type: INT, run: () => value };
  }

  #invoke(node: Node, name: string, isMethod: boolean, args: readonly Compiled[]): Compiled {
    const types = args.map(({ type }) => type);
    const resolution = resolveCall(this.#functions.get(name) ?? [], isMethod, types);
    if (resolution === undefined) throw this.#noOverload(node, name, isMethod, types);
    const { result, candidates } = resolution;
    const [only] = candidates;
    const isKnown = candidates.length === 1 && types.every((type) => type.kind !== "dyn");
    const isCheap = CHEAP.has(name);
    const run: Run = (frame) => {
      const values = args.map((arg) => arg.run(frame));
      const cost = isCheap ? 1 : values.reduce<number>((sum, value) => sum + sizeCost(value), 1);
      spend(frame, cost);
      // A nullable field may be null where its type promises a text.
      const overload =
        isKnown && only !== undefined && !values.includes(null) ? only : selectOverload(candidates, values);
      const value = overload.run(...values);
      // What a function makes out of little has to be paid for, too.
      spend(frame, Math.max(0, sizeCost(value) - cost));
      return value;
    };
    return { type: result, run };
  }

  #noOverload(node: Node, name: string, isMethod: boolean, types: readonly CelType[]): Error {
    if (!this.#functions.has(name)) return this.#undeclared(node, name);
    const [receiver = "", ...rest] = types.map(formatType);
    const applied = isMethod ? `${receiver}.(${rest.join(", ")})` : `(${types.map(formatType).join(", ")})`;
    return this.problem(node, `found no matching overload for '${name}' applied to '${applied}'`);
  }

  #undeclared(node: Node, name: string): Error {
    return this.problem(node, `undeclared reference to '${name}' (in container '')`);
  }
}

/** The name that a chain of fields spells. */
function qualifiedName(node: Node): string | undefined {
  if (node.op === "id") return node.args;
  if (node.op !== ".") return undefined;
  const [target, name] = node.args;
  const prefix = qualifiedName(target);
  return prefix === undefined ? undefined : `${prefix}.${name}`;
}

function literalValue(literal: unknown): [CelValue, CelType] {
  if (typeof literal === "string") return [literal, STRING];
  if (typeof literal === "boolean") return [literal, BOOL];
  if (typeof literal === "number") return [literal, DOUBLE];
  if (typeof literal === "bigint") return [literal, INT];
  if (literal instanceof Uint8Array) return [literal, BYTES];
  return isUnsigned(literal) ? [new CelUint(literal.value), UINT] : [null, NULL];
}

/** The parser's own class for literals such as `3u`, which it does not export. */
function isUnsigned(literal: unknown): literal is { readonly value: bigint } {
  return typeof literal === "object" && literal !== null && "value" in literal && typeof literal.value === "bigint";
}
