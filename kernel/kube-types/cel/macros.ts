import type { PartCompiler } from "./compile-parts.ts";
import { COMPREHENSIONS } from "./comprehensions.ts";
import { compareValues } from "./equality.ts";
import { type Compiled, rangeOf, type Run, spend } from "./frame.ts";
import { type Macro, type Use, variableName } from "./macro.ts";
import { DYN } from "./types.ts";
import { CelError, CelOptional } from "./values.ts";

/** The macros by name, those of a namespace with it. */
export const MACROS: ReadonlyMap<string, readonly Macro[]> = new Map<string, readonly Macro[]>([
  ...COMPREHENSIONS,
  ["optMap", [{ arity: 2, expand: expandOptMap }]],
  ["optFlatMap", [{ arity: 2, expand: expandOptMap }]],
  ["cel.bind", [{ arity: 3, expand: expandBind }]],
  ["sortBy", [{ arity: 2, expand: expandSortBy }]],
]);

/** `optMap` wraps what the expression makes of the value; `optFlatMap` expects it to be optional itself. */
function expandOptMap(compiler: PartCompiler, { node, target, args, scope }: Use): Compiled {
  const [name, body] = args;
  const optional = compiler.compile(target, scope);
  const value = optional.type.kind === "optional" ? optional.type.value : DYN;
  const { scope: inner, slot } = compiler.declare(scope, name === undefined ? "" : variableName(compiler, name), value);
  const result = compiler.compile(body ?? node, inner);
  const isFlat = node.op === "rcall" && node.args[0] === "optFlatMap";
  const run: Run = (frame) => {
    const from = optional.run(frame);
    if (!(from instanceof CelOptional)) throw new CelError("no such overload");
    if (from.value === undefined) return CelOptional.none;
    frame.slots[slot] = from.value;
    return isFlat ? result.run(frame) : new CelOptional(result.run(frame));
  };
  return { type: isFlat ? result.type : { kind: "optional", value: result.type }, run };
}

function expandBind(compiler: PartCompiler, { node, args: [name, init, body], scope }: Use): Compiled {
  const value = compiler.compile(init ?? node, scope);
  const { scope: inner, slot } = compiler.declare(
    scope,
    name === undefined ? "" : variableName(compiler, name),
    value.type,
  );
  const result = compiler.compile(body ?? node, inner);
  const run: Run = (frame) => {
    frame.slots[slot] = value.run(frame);
    return result.run(frame);
  };
  return { type: result.type, run };
}

/** Sorts a list by what the expression makes of each item; items that are equal keep their order. */
function expandSortBy(compiler: PartCompiler, { node, target, args: [name, body], scope }: Use): Compiled {
  const list = compiler.compile(target, scope);
  const element = list.type.kind === "list" ? list.type.element : DYN;
  const { scope: inner, slot } = compiler.declare(
    scope,
    name === undefined ? "" : variableName(compiler, name),
    element,
  );
  const key = compiler.compile(body ?? node, inner);
  const run: Run = (frame) => {
    const items = rangeOf(list.run(frame));
    spend(frame, items.length);
    const keyed = items.map((item) => {
      frame.slots[slot] = item;
      return { item, key: key.run(frame) };
    });
    return keyed.sort((a, b) => compareValues(a.key, b.key)).map(({ item }) => item);
  };
  return { type: { kind: "list", element }, run };
}
