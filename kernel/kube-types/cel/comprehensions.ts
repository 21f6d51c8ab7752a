import { type Macro, type Use, variableName } from "./macro.ts";
import type { PartCompiler } from "./compile-parts.ts";
import {
  asBool,
  attempt,
  type Compiled,
  type Frame,
  rangeOf,
  readElement,
  type Run,
  type Scope,
  spend,
} from "./frame.ts";
import type { Node } from "./syntax.ts";
import { BOOL, type CelType, DYN, formatType, INT, isAssignable } from "./types.ts";
import { CelError, CelMap, type CelValue, isList } from "./values.ts";

/** The macros that go through lists and maps, by name. */
export const COMPREHENSIONS: readonly (readonly [name: string, macros: readonly Macro[]])[] = [
  ["all", [quantifier(2, all), quantifier(3, all)]],
  ["exists", [quantifier(2, exists), quantifier(3, exists)]],
  ["exists_one", [quantifier(2, existsOne), quantifier(3, existsOne)]],
  ["existsOne", [quantifier(2, existsOne), quantifier(3, existsOne)]],
  ["filter", [{ arity: 2, expand: expandFilter }]],
  [
    "map",
    [
      { arity: 2, expand: expandMap },
      { arity: 3, expand: expandMap },
    ],
  ],
  [
    "transformList",
    [
      { arity: 3, expand: expandTransformList },
      { arity: 4, expand: expandTransformList },
    ],
  ],
  [
    "transformMap",
    [
      { arity: 3, expand: expandTransformMap },
      { arity: 4, expand: expandTransformMap },
    ],
  ],
  [
    "transformMapEntry",
    [
      { arity: 3, expand: expandTransformEntry },
      { arity: 4, expand: expandTransformEntry },
    ],
  ],
];

/** What a comprehension goes through, and the slots of its variables. */
interface Loop {
  readonly range: Compiled;
  readonly scope: Scope;
  /** Puts one element into the frame. */
  readonly bind: (frame: Frame, range: CelValue, element: CelValue, index: number) => void;
}

/** Declares one variable for the element (of a map: the key), or two for index and element (key and value). */
function loopOf(compiler: PartCompiler, { node, target, scope }: Use, names: readonly Node[]): Loop {
  const range = compiler.compile(target, scope);
  const [element, key, value] = rangeTypes(compiler, node, range.type);
  const [first, second] = names.map((name) => variableName(compiler, name));
  if (second === undefined) {
    const { scope: inner, slot } = compiler.declare(scope, first ?? "", element);
    return { range, scope: inner, bind: (frame, _range, item) => void (frame.slots[slot] = item) };
  }
  const outer = compiler.declare(scope, first ?? "", key);
  const inner = compiler.declare(outer.scope, second, value);
  const bind: Loop["bind"] = (frame, from, item, index) => {
    frame.slots[outer.slot] = isList(from) ? BigInt(index) : item;
    frame.slots[inner.slot] = isList(from) ? item : (readElement(from, item) ?? null);
  };
  return { range, scope: inner.scope, bind };
}

function rangeTypes(
  compiler: PartCompiler,
  node: Node,
  type: CelType,
): [element: CelType, key: CelType, value: CelType] {
  if (type.kind === "list") return [type.element, INT, type.element];
  if (type.kind === "map") return [type.key, type.key, type.value];
  if (type.kind === "dyn") return [DYN, DYN, DYN];
  throw compiler.problem(
    node,
    `expression of type '${formatType(type)}' cannot be range of a comprehension (must be list, map, or dynamic)`,
  );
}

function predicate(compiler: PartCompiler, node: Node | undefined, scope: Scope): Run {
  if (node === undefined) return () => true;
  const compiled = compiler.compile(node, scope);
  if (!isAssignable(compiled.type, BOOL))
    throw compiler.problem(node, `expected type 'bool' but found '${formatType(compiled.type)}'`);
  return compiled.run;
}

type Decide = (tests: Iterable<boolean | CelError>) => boolean;

function quantifier(arity: number, decide: Decide): Macro {
  return {
    arity,
    expand(compiler, use) {
      const loop = loopOf(compiler, use, use.args.slice(0, -1));
      const test = predicate(compiler, use.args.at(-1), loop.scope);
      return { type: BOOL, run: (frame) => decide(testsOf(frame, loop, test)) };
    },
  };
}

function* testsOf(frame: Frame, { range, bind }: Loop, test: Run): Generator<boolean | CelError> {
  const from = range.run(frame);
  for (const [i, element] of rangeOf(from).entries()) {
    spend(frame, 1);
    bind(frame, from, element, i);
    yield attempt(test, frame);
  }
}

/** An error counts only if no element decides. */
function exists(tests: Iterable<boolean | CelError>): boolean {
  let failure: CelError | undefined;
  for (const test of tests) {
    if (test === true) return true;
    if (test instanceof CelError) failure ??= test;
  }
  if (failure !== undefined) throw failure;
  return false;
}

function all(tests: Iterable<boolean | CelError>): boolean {
  let failure: CelError | undefined;
  for (const test of tests) {
    if (test === false) return false;
    if (test instanceof CelError) failure ??= test;
  }
  if (failure !== undefined) throw failure;
  return true;
}

function existsOne(tests: Iterable<boolean | CelError>): boolean {
  let count = 0;
  for (const test of tests) {
    if (test instanceof CelError) throw test;
    if (test) count++;
  }
  return count === 1;
}

/** Goes through the elements that satisfy the filter, and collects what `transform` makes of them. */
function collect<T>(
  frame: Frame,
  { range, bind }: Loop,
  filter: Run,
  transform: (element: CelValue, index: number) => T,
): T[] {
  const results: T[] = [];
  const from = range.run(frame);
  for (const [i, element] of rangeOf(from).entries()) {
    spend(frame, 1);
    bind(frame, from, element, i);
    if (asBool(filter(frame))) results.push(transform(element, i));
  }
  return results;
}

function expandFilter(compiler: PartCompiler, use: Use): Compiled {
  const loop = loopOf(compiler, use, use.args.slice(0, 1));
  const [element] = rangeTypes(compiler, use.node, loop.range.type);
  const filter = predicate(compiler, use.args[1], loop.scope);
  return { type: { kind: "list", element }, run: (frame) => collect(frame, loop, filter, (each) => each) };
}

function expandMap(compiler: PartCompiler, use: Use): Compiled {
  return listTransform(compiler, use, 1);
}

function expandTransformList(compiler: PartCompiler, use: Use): Compiled {
  return listTransform(compiler, use, 2);
}

function listTransform(compiler: PartCompiler, use: Use, variables: number): Compiled {
  const { loop, filter, result } = transformation(compiler, use, variables);
  return {
    type: { kind: "list", element: result.type },
    run: (frame) => collect(frame, loop, filter, () => result.run(frame)),
  };
}

/** The arguments after the variables: a filter, which may be absent, and what is made of each element. */
function transformation(
  compiler: PartCompiler,
  use: Use,
  variables: number,
): { loop: Loop; filter: Run; result: Compiled } {
  const loop = loopOf(compiler, use, use.args.slice(0, variables));
  const hasFilter = use.args.length > variables + 1;
  const filter = predicate(compiler, hasFilter ? use.args[variables] : undefined, loop.scope);
  return { loop, filter, result: compiler.compile(use.args.at(-1) ?? use.node, loop.scope) };
}

function expandTransformMap(compiler: PartCompiler, use: Use): Compiled {
  const { loop, filter, result } = transformation(compiler, use, 2);
  const [, key] = rangeTypes(compiler, use.node, loop.range.type);
  const run: Run = (frame) => {
    const isIndexed = key.kind === "int";
    return new CelMap(
      collect(frame, loop, filter, (element, i) => [isIndexed ? BigInt(i) : element, result.run(frame)]),
    );
  };
  return { type: { kind: "map", key, value: result.type }, run };
}

function expandTransformEntry(compiler: PartCompiler, use: Use): Compiled {
  const { loop, filter, result } = transformation(compiler, use, 2);
  const type = result.type;
  if (type.kind !== "map" && type.kind !== "dyn")
    throw compiler.problem(use.node, `expected a map but found '${formatType(type)}'`);
  const run: Run = (frame) => {
    const maps = collect(frame, loop, filter, () => result.run(frame));
    return new CelMap(maps.flatMap((each) => (each instanceof CelMap ? each.entries() : [])));
  };
  return { type, run };
}
