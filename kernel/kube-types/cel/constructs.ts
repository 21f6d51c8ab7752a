import type { PartCompiler } from "./compile-parts.ts";
import { equalValues } from "./equality.ts";
import { asBool, attempt, type Compiled, type Run, type Scope, sizeCost, spend } from "./frame.ts";
import type { Node } from "./syntax.ts";
import { BOOL, type CelType, DYN, formatType, isAssignable, joinTypes } from "./types.ts";
import { CelError, CelMap } from "./values.ts";

/** Compiles a list literal, whose items must have one type unless it is mixed on purpose. */
export function compileList(compiler: PartCompiler, items: readonly Node[], scope: Scope, isMixed: boolean): Compiled {
  const compiled = items.map((item) => compiler.compile(item, scope));
  const element = isMixed ? DYN : commonType(compiler, items, compiled);
  const run: Run = (frame) => {
    spend(frame, 10);
    return compiled.map((item) => item.run(frame));
  };
  return { type: { kind: "list", element }, run };
}

/** Compiles a map literal, whose keys must have one type, and its values, too. */
export function compileMap(
  compiler: PartCompiler,
  entries: readonly (readonly [Node, Node])[],
  scope: Scope,
): Compiled {
  const keyNodes = entries.map(([key]) => key);
  const valueNodes = entries.map(([, value]) => value);
  const keys = keyNodes.map((each) => compiler.compile(each, scope));
  const values = valueNodes.map((each) => compiler.compile(each, scope));
  const [key, value] = [commonType(compiler, keyNodes, keys), commonType(compiler, valueNodes, values)];
  const run: Run = (frame) => {
    spend(frame, 30);
    return new CelMap(keys.map((each, i) => [each.run(frame), values[i]?.run(frame) ?? null]));
  };
  return { type: { kind: "map", key, value }, run };
}

function commonType(compiler: PartCompiler, nodes: readonly Node[], parts: readonly Compiled[]): CelType {
  let common: CelType = { kind: "param", name: "E" };
  for (const [i, { type }] of parts.entries()) {
    const joined: CelType | undefined = common.kind === "param" ? type : joinTypes(common, type);
    const node = nodes[i];
    if (joined === undefined && node !== undefined) {
      throw compiler.problem(node, `expected type '${formatType(common)}' but found '${formatType(type)}'`);
    }
    common = joined ?? DYN;
  }
  return common;
}

/** Compiles `c ? a : b`. */
export function compileConditional(compiler: PartCompiler, node: Node & { readonly op: "?:" }, scope: Scope): Compiled {
  const [test, left, right] = node.args.map((arg) => compiler.compile(arg, scope)) as [Compiled, Compiled, Compiled];
  const type = joinTypes(left.type, right.type);
  if (type === undefined || !isAssignable(test.type, BOOL))
    throw mismatch(compiler, node, "_?_:_", [test, left, right]);
  return { type, run: (frame) => (asBool(test.run(frame)) ? left.run(frame) : right.run(frame)) };
}

/** Compiles `&&` and `||`. An error on one side does not matter if the other side decides. */
export function compileLogic(
  compiler: PartCompiler,
  node: Node & { readonly op: "&&" | "||" },
  scope: Scope,
): Compiled {
  const decisive = node.op === "||";
  const [left, right] = node.args.map((arg) => compiler.compile(arg, scope)) as [Compiled, Compiled];
  if (!isAssignable(left.type, BOOL) || !isAssignable(right.type, BOOL)) {
    throw mismatch(compiler, node, `_${node.op}_`, [left, right]);
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

/** Compiles `==` and `!=`, between types that have something in common. */
export function compileEquality(
  compiler: PartCompiler,
  node: Node & { readonly op: "==" | "!=" },
  scope: Scope,
): Compiled {
  const [left, right] = node.args.map((arg) => compiler.compile(arg, scope)) as [Compiled, Compiled];
  if (joinTypes(left.type, right.type) === undefined) throw mismatch(compiler, node, `_${node.op}_`, [left, right]);
  const wanted = node.op === "==";
  const run: Run = (frame) => {
    const [x, y] = [left.run(frame), right.run(frame)];
    spend(frame, 1 + Math.min(sizeCost(x), sizeCost(y)));
    return equalValues(x, y) === wanted;
  };
  return { type: BOOL, run };
}

function mismatch(compiler: PartCompiler, node: Node, name: string, parts: readonly Compiled[]): Error {
  const types = parts.map(({ type }) => formatType(type)).join(", ");
  return compiler.problem(node, `found no matching overload for '${name}' applied to '(${types})'`);
}
