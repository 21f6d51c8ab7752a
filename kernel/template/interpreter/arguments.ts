import type { TemplateFunction } from "../functions/define.ts";
import type { Operand } from "../language/nodes.ts";
import {
  GoMap,
  GoObject,
  GoSlice,
  type GoValue,
  INTERFACE,
  type ParameterType,
  SizedInteger,
  typeOf,
} from "../values/value.ts";
import { refuse } from "./execution-error.ts";

/** What a command gets from the one before it in its pipeline; undefined if it is the first. */
export type Final = GoValue | undefined;

/** A function or method with the arguments that it is given, not yet evaluated. */
export interface Call extends Pick<TemplateFunction, "parameters" | "variadic"> {
  readonly name: string;
  readonly args: readonly Operand[];
  readonly final: Final;
}

/** @returns the type as Go's error texts spell it. */
export function spellType(type: ParameterType): string {
  switch (type) {
    case "any":
      return INTERFACE;
    case "map":
      return `map[string]${INTERFACE}`;
    case "[]any":
      return `[]${INTERFACE}`;
    case "certificate":
      return "sprig.certificate";
    default:
      return type;
  }
}

/** Whether nil can stand for a value of the type. */
export function canBeNil(type: ParameterType): boolean {
  return type === "any" || type === "map" || type === "[]any";
}

/** Whether a value, not nil, can be passed for a parameter: Go converts nothing by itself. */
function isAssignable(value: GoValue, type: ParameterType): boolean {
  switch (type) {
    case "any":
      return true;
    case "string":
    case "bool":
      return typeof value === (type === "bool" ? "boolean" : "string");
    case "int":
      return typeof value === "bigint";
    case "uint32":
      return value instanceof SizedInteger && value.type === "uint32";
    case "float64":
      return typeof value === "number";
    case "map":
      return value instanceof GoMap && value.elementType === INTERFACE;
    case "[]any":
      return value instanceof GoSlice && value.elementType === INTERFACE;
    default:
      return value instanceof GoObject && value.type === spellType(type);
  }
}

/** @returns the value to pass for a parameter when the argument is nil: the zero of its type. */
export function nilOf(type: ParameterType): GoValue {
  if (type === "map") return new GoMap(INTERFACE);
  return null;
}

/** Checks the number of arguments. @throws ExecutionFailed */
export function checkCount({ name, parameters, variadic, args, final }: Call): void {
  const given = args.length + (final === undefined ? 0 : 1);
  const wanted = parameters.length;
  const remedy = "Give that function the arguments it takes.";
  if (variadic !== undefined) {
    if (given >= wanted) return;
    throw refuse(`wrong number of args for ${name}: want at least ${wanted} got ${args.length}`, remedy);
  }
  if (given !== wanted) throw refuse(`wrong number of args for ${name}: want ${wanted} got ${given}`, remedy);
}

/** Checks that a value can be passed for a parameter. @returns what to pass. @throws ExecutionFailed */
export function checkType(value: GoValue, type: ParameterType): GoValue {
  if (value === null) {
    if (!canBeNil(type)) throw refuse(`invalid value; expected ${spellType(type)}`);
    return nilOf(type);
  }
  if (isAssignable(value, type)) return value;
  const problem = `wrong type for value; expected ${spellType(type)}; got ${typeOf(value)}`;
  throw refuse(problem, "Convert the value, or pass one of that type.");
}
