import type { PartCompiler } from "./compile-parts.ts";
import { type Compiled, readElement, readField, type Run, type Scope, spend } from "./frame.ts";
import type { Node } from "./syntax.ts";
import { BOOL, type CelType, DYN, formatType, INT, isAssignable } from "./types.ts";
import { CelError, CelOptional, type CelValue, isList } from "./values.ts";

/** Compiles `e.f`, and `e.?f`, which gives an optional. */
export function compileField(compiler: PartCompiler, node: Node & { readonly op: "." | ".?" }, scope: Scope): Compiled {
  const [target, name] = node.args;
  const compiled = compiler.compile(target, scope);
  const type = fieldType(compiler, node, compiled.type, name);
  const read = (value: CelValue): CelValue | undefined => readField(value, name);
  return reading(compiled, type, node.op === ".?", (frame) => {
    const value = compiled.run(frame);
    spend(frame, 1);
    return { found: read(value), missing: () => new CelError(`no such key: ${name}`) };
  });
}

/** Compiles `e[k]`, and `e[?k]`, which gives an optional. */
export function compileElement(
  compiler: PartCompiler,
  node: Node & { readonly op: "[]" | "[?]" },
  scope: Scope,
): Compiled {
  const [target, key] = node.args.map((arg) => compiler.compile(arg, scope)) as [Compiled, Compiled];
  const type = elementType(compiler, node, target.type, key.type);
  return reading(target, type, node.op === "[?]", (frame) => {
    const [value, at] = [target.run(frame), key.run(frame)];
    spend(frame, 1);
    return { found: readElement(value, at), missing: () => missingElement(value, at) };
  });
}

/** Compiles `has(e.f)`: whether the field is set. */
export function compilePresence(compiler: PartCompiler, node: Node, scope: Scope): Compiled {
  if (node.op !== "." && node.op !== ".?") throw compiler.problem(node, "invalid argument to has() macro");
  const [target, name] = node.args;
  const compiled = compiler.compile(target, scope);
  fieldType(compiler, node, compiled.type, name);
  return { type: BOOL, run: (frame) => readField(compiled.run(frame), name) !== undefined };
}

interface Reading {
  readonly found: CelValue | undefined;
  readonly missing: () => CelError;
}

/** What is read from an optional, or read optionally, is optional itself. */
function reading(
  target: Compiled,
  type: CelType,
  isOptional: boolean,
  read: (frame: Parameters<Run>[0]) => Reading,
): Compiled {
  if (isOptional || target.type.kind === "optional") {
    const run: Run = (frame) => {
      const { found } = read(frame);
      return found === undefined ? CelOptional.none : new CelOptional(found);
    };
    return { type: { kind: "optional", value: type }, run };
  }
  const run: Run = (frame) => {
    const { found, missing } = read(frame);
    if (found === undefined) throw missing();
    return found;
  };
  return { type, run };
}

function fieldType(compiler: PartCompiler, node: Node, type: CelType, name: string): CelType {
  switch (type.kind) {
    case "dyn":
      return DYN;
    case "optional":
      return fieldType(compiler, node, type.value, name);
    case "map":
      return type.value;
    case "object": {
      const field = type.fields.get(name);
      if (field === undefined) throw compiler.problem(node, `undefined field '${name}'`);
      return field.type;
    }
    default:
      throw compiler.problem(node, `type '${formatType(type)}' does not support field selection`);
  }
}

function elementType(compiler: PartCompiler, node: Node, type: CelType, key: CelType): CelType {
  if (type.kind === "dyn") return DYN;
  if (type.kind === "optional") return elementType(compiler, node, type.value, key);
  if (type.kind === "list" && isAssignable(key, INT)) return type.element;
  if (type.kind === "map" && isAssignable(key, type.key)) return type.value;
  const types = `${formatType(type)}, ${formatType(key)}`;
  throw compiler.problem(node, `found no matching overload for '_[_]' applied to '(${types})'`);
}

function missingElement(value: CelValue, key: CelValue): CelError {
  const text = typeof key === "string" || typeof key === "bigint" ? String(key) : "key";
  return new CelError(isList(value) ? `index out of bounds: ${text}` : `no such key: ${text}`);
}
