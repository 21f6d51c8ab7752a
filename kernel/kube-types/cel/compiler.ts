import { equalValues } from "./equality.ts";
import {
  asBool,
  attempt,
  type Compiled,
  readElement,
  readField,
  type Run,
  type Scope,
  sizeCost,
  spend,
} from "./frame.ts";
import { type FunctionTable, resolveCall, selectOverload } from "./functions.ts";
import { MACROS, type MacroCompiler } from "./macros.ts";
import { markOf, type Node, problemAt } from "./syntax.ts";
import {
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DYN,
  formatType,
  INT,
  isAssignable,
  joinTypes,
  NULL,
  STRING,
  TYPE,
  UINT,
} from "./types.ts";
import { CelError, CelMap, CelOptional, CelTypeValue, CelUint, type CelValue } from "./values.ts";

/** Functions whose cost does not depend on how large their arguments are. */
const CHEAP: ReadonlySet<string> = new Set(["size", "type", "dyn"]);
const MIN_INT = -(2n ** 63n);
const MAX_INT = 2n ** 63n - 1n;

/** Names that stand for types, as in `type(x) == int`. */
const TYPE_NAMES: ReadonlySet<string> = new Set(
  "bool int uint double string bytes list map null_type type optional_type".split(" "),
);

/** Checks the types of one expression and turns it into functions. */
export class Compiler implements MacroCompiler {
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

  /** Adds a variable for a comprehension. */
  declare(scope: Scope, name: string, type: CelType): { scope: Scope; slot: number } {
    const slot = this.#slots++;
    return { scope: new Map(scope).set(name, { slot, type }), slot };
  }

  /** An error at a node. */
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
      case ".?":
        return this.#field(node, node.args, node.op === ".?", scope);
      case "[]":
      case "[?]":
        return this.#element(node, node.args, node.op === "[?]", scope);
      case "call":
        return this.#call(node, node.args[0], node.args[1], scope);
      case "rcall":
        return this.#method(node, node.args, scope);
      case "list":
        return this.#list(node.args, scope);
      case "map":
        return this.#map(node.args, scope);
      case "?:":
        return this.#conditional(node, node.args, scope);
      case "&&":
      case "||":
        return this.#logic(node, node.args, node.op === "||", scope);
      case "==":
      case "!=":
        return this.#equality(node, node.args, node.op === "==", scope);
      case "-_":
        return this.#negation(node, node.args, scope);
      case "!_":
        return this.invoke(node, "!_", false, [this.compile(node.args, scope)]);
      default: {
        const name = node.op === "in" ? "@in" : `_${node.op}_`;
        return this.invoke(
          node,
          name,
          false,
          node.args.map((arg) => this.compile(arg, scope)),
        );
      }
    }
  }

  /** Compiles a call of a function or method whose arguments are compiled already. */
  invoke(node: Node, name: string, isMethod: boolean, args: readonly Compiled[]): Compiled {
    const types = args.map(({ type }) => type);
    const resolution = resolveCall(this.#functions.get(name) ?? [], isMethod, types);
    if (resolution === undefined) throw this.#noOverload(node, name, isMethod, types);
    const { result, candidates } = resolution;
    const [only] = candidates;
    const isKnown = candidates.length === 1 && types.every((type) => type.kind !== "dyn");
    const isCheap = CHEAP.has(name);
    const run: Run = (frame) => {
      const values = args.map((arg) => arg.run(frame));
      spend(frame, isCheap ? 1 : values.reduce<number>((cost, value) => cost + sizeCost(value), 1));
      const overload = isKnown && only !== undefined ? only : selectOverload(candidates, values);
      return overload.run(...values);
    };
    return { type: result, run };
  }

  #noOverload(node: Node, name: string, isMethod: boolean, types: readonly CelType[]): Error {
    if (!this.#functions.has(name)) return this.problem(node, `undeclared reference to '${name}' (in container '')`);
    const [receiver, ...rest] = types.map(formatType);
    const applied = isMethod ? `${receiver ?? ""}.(${rest.join(", ")})` : `(${types.map(formatType).join(", ")})`;
    return this.problem(node, `found no matching overload for '${name}' applied to '${applied}'`);
  }

  #literal(node: Node, literal: unknown): Compiled {
    const [value, type] = literalValue(literal);
    if (typeof value === "bigint" && value > MAX_INT) throw this.problem(node, "invalid int literal");
    return { type, run: () => value };
  }

  #identifier(node: Node, name: string, scope: Scope): Compiled {
    const variable = scope.get(name);
    if (variable === undefined) {
      if (!TYPE_NAMES.has(name)) throw this.problem(node, `undeclared reference to '${name}' (in container '')`);
      const value = new CelTypeValue(name);
      return { type: TYPE, run: () => value };
    }
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

  #field(node: Node, [target, name]: readonly [Node, string], isOptional: boolean, scope: Scope): Compiled {
    const qualified = this.#qualifiedType(target, name, scope);
    if (qualified !== undefined) return qualified;
    const compiled = this.compile(target, scope);
    const wraps = isOptional || compiled.type.kind === "optional";
    const type = this.#fieldType(node, compiled.type, name);
    const run: Run = (frame) => {
      const value = compiled.run(frame);
      spend(frame, 1);
      const field = readField(value, name);
      if (wraps) return field === undefined ? CelOptional.none : new CelOptional(field);
      if (field === undefined) throw new CelError(`no such key: ${name}`);
      return field;
    };
    return { type: wraps ? { kind: "optional", value: type } : type, run };
  }

  /** `google.protobuf.Timestamp` and its like name types. */
  #qualifiedType(target: Node, name: string, scope: Scope): Compiled | undefined {
    if (target.op !== "." || target.args[0].op !== "id" || target.args[0].args !== "google" || scope.has("google"))
      return undefined;
    const value = new CelTypeValue(`google.${target.args[1]}.${name}`);
    return { type: TYPE, run: () => value };
  }

  #fieldType(node: Node, type: CelType, name: string): CelType {
    switch (type.kind) {
      case "dyn":
        return DYN;
      case "optional":
        return this.#fieldType(node, type.value, name);
      case "map":
        return type.value;
      case "object": {
        const field = type.fields.get(name);
        if (field === undefined) throw this.problem(node, `undefined field '${name}'`);
        return field.type;
      }
      default:
        throw this.problem(node, `type '${formatType(type)}' does not support field selection`);
    }
  }

  /** `has(e.f)`: whether the field is set. */
  presence(node: Node, scope: Scope): Compiled {
    if (node.op !== "." && node.op !== ".?") throw this.problem(node, "invalid argument to has() macro");
    const [target, name] = node.args;
    const compiled = this.compile(target, scope);
    this.#fieldType(node, compiled.type, name);
    return { type: BOOL, run: (frame) => readField(compiled.run(frame), name) !== undefined };
  }

  #element(node: Node, [target, key]: readonly [Node, Node], isOptional: boolean, scope: Scope): Compiled {
    const [compiled, index] = [this.compile(target, scope), this.compile(key, scope)];
    const wraps = isOptional || compiled.type.kind === "optional";
    const type = this.#elementType(node, compiled.type, index.type);
    const run: Run = (frame) => {
      const [value, at] = [compiled.run(frame), index.run(frame)];
      spend(frame, 1);
      const element = readElement(value, at);
      if (wraps) return element === undefined ? CelOptional.none : new CelOptional(element);
      if (element === undefined) throw missingElement(value, at);
      return element;
    };
    return { type: wraps ? { kind: "optional", value: type } : type, run };
  }

  #elementType(node: Node, type: CelType, index: CelType): CelType {
    if (type.kind === "dyn") return DYN;
    if (type.kind === "optional") return this.#elementType(node, type.value, index);
    if (type.kind === "list" && isAssignable(index, INT)) return type.element;
    if (type.kind === "map" && isAssignable(index, type.key)) return type.value;
    throw this.problem(
      node,
      `found no matching overload for '_[_]' applied to '(${formatType(type)}, ${formatType(index)})'`,
    );
  }

  #call(node: Node, name: string, args: readonly Node[], scope: Scope): Compiled {
    if (name === "has") {
      const [only] = args;
      if (only === undefined || args.length !== 1) throw this.problem(node, "invalid argument to has() macro");
      return this.presence(only, scope);
    }
    return this.invoke(
      node,
      name,
      false,
      args.map((arg) => this.compile(arg, scope)),
    );
  }

  #method(node: Node, [name, target, args]: readonly [string, Node, readonly Node[]], scope: Scope): Compiled {
    const namespace = target.op === "id" && !scope.has(target.args) ? target.args : undefined;
    const macro = MACROS.get(namespace === undefined ? name : `${namespace}.${name}`)?.find(
      ({ arity }) => arity === args.length,
    );
    if (macro !== undefined) return macro.expand(this, { node, target, args, scope });
    // The values that a template is filled with are the one list whose items may differ in type.
    const compiledArgs = args.map((arg) =>
      name === "format" && arg.op === "list" ? this.#list(arg.args, scope, true) : this.compile(arg, scope),
    );
    const qualified = `${namespace ?? ""}.${name}`;
    if (namespace !== undefined && this.#functions.has(qualified))
      return this.invoke(node, qualified, false, compiledArgs);
    return this.invoke(node, name, true, [this.compile(target, scope), ...compiledArgs]);
  }

  #list(items: readonly Node[], scope: Scope, isMixed = false): Compiled {
    const compiled = items.map((item) => this.compile(item, scope));
    const element = isMixed ? DYN : this.#commonType(items, compiled);
    const run: Run = (frame) => {
      spend(frame, 10);
      return compiled.map((item) => item.run(frame));
    };
    return { type: { kind: "list", element }, run };
  }

  #map(entries: readonly (readonly [Node, Node])[], scope: Scope): Compiled {
    const keyNodes = entries.map(([key]) => key);
    const valueNodes = entries.map(([, value]) => value);
    const [keys, values] = [keyNodes, valueNodes].map((nodes) => nodes.map((each) => this.compile(each, scope)));
    const [key, value] = [this.#commonType(keyNodes, keys ?? []), this.#commonType(valueNodes, values ?? [])];
    const run: Run = (frame) => {
      spend(frame, 30);
      return new CelMap((keys ?? []).map((each, i) => [each.run(frame), values?.[i]?.run(frame) ?? null]));
    };
    return { type: { kind: "map", key, value }, run };
  }

  /** All parts of a literal must have one type. */
  #commonType(nodes: readonly Node[], parts: readonly Compiled[]): CelType {
    let common: CelType = { kind: "param", name: "E" };
    for (const [i, { type }] of parts.entries()) {
      const joined: CelType | undefined = common.kind === "param" ? type : joinTypes(common, type);
      const node = nodes[i];
      if (joined === undefined && node !== undefined) {
        throw this.problem(node, `expected type '${formatType(common)}' but found '${formatType(type)}'`);
      }
      common = joined ?? DYN;
    }
    return common;
  }

  #conditional(node: Node, [condition, yes, no]: readonly [Node, Node, Node], scope: Scope): Compiled {
    const [test, left, right] = [this.compile(condition, scope), this.compile(yes, scope), this.compile(no, scope)];
    const type = joinTypes(left.type, right.type);
    if (type === undefined || !isAssignable(test.type, BOOL)) {
      const types = [test, left, right].map((part) => formatType(part.type)).join(", ");
      throw this.problem(node, `found no matching overload for '_?_:_' applied to '(${types})'`);
    }
    return { type, run: (frame) => (asBool(test.run(frame)) ? left.run(frame) : right.run(frame)) };
  }

  /** An error on one side does not matter if the other side decides. */
  #logic(node: Node, [a, b]: readonly [Node, Node], decisive: boolean, scope: Scope): Compiled {
    const [left, right] = [this.compile(a, scope), this.compile(b, scope)];
    if (!isAssignable(left.type, BOOL) || !isAssignable(right.type, BOOL)) {
      const types = `${formatType(left.type)}, ${formatType(right.type)}`;
      throw this.problem(
        node,
        `found no matching overload for '${decisive ? "_||_" : "_&&_"}' applied to '(${types})'`,
      );
    }
    const run: Run = (frame) => {
      const first = attempt(left.run, frame);
      if (first === decisive) return decisive;
      const second = attempt(right.run, frame);
      if (second === decisive) return decisive;
      for (const each of [first, second]) if (each instanceof CelError) throw each;
      return !decisive;
    };
    return { type: BOOL, run };
  }

  #equality(node: Node, [a, b]: readonly [Node, Node], wanted: boolean, scope: Scope): Compiled {
    const [left, right] = [this.compile(a, scope), this.compile(b, scope)];
    if (joinTypes(left.type, right.type) === undefined) {
      const types = `${formatType(left.type)}, ${formatType(right.type)}`;
      throw this.problem(node, `found no matching overload for '${wanted ? "_==_" : "_!=_"}' applied to '(${types})'`);
    }
    const run: Run = (frame) => {
      const [x, y] = [left.run(frame), right.run(frame)];
      spend(frame, 1 + Math.min(sizeCost(x), sizeCost(y)));
      return equalValues(x, y) === wanted;
    };
    return { type: BOOL, run };
  }

  /** The smallest int is written as the negation of a number that is no int. */
  #negation(node: Node, arg: Node, scope: Scope): Compiled {
    if (arg.op === "value" && typeof arg.args === "bigint") {
      const value = -arg.args;
      if (value < MIN_INT) throw this.problem(node, "invalid int literal");
      return { type: INT, run: () => value };
    }
    return this.invoke(node, "-_", false, [this.compile(arg, scope)]);
  }
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

function missingElement(value: CelValue, key: CelValue): CelError {
  const text = typeof key === "string" || typeof key === "bigint" ? String(key) : "key";
  return new CelError(Array.isArray(value) ? `index out of bounds: ${text}` : `no such key: ${text}`);
}
