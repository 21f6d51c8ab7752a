import type { CelType } from "./types.ts";
import { CelCostError, CelError, CelMap, CelObject, CelOptional, type CelValue, isList } from "./values.ts";

/** What one evaluation works with: the values of the variables, and how much it may still do. */
export interface Frame {
  readonly slots: (CelValue | undefined)[];
  /** Cost left; roughly the number of steps, with texts and lists weighed by their length. */
  remaining: number;
}

/** A compiled expression or part of one. */
export type Run = (frame: Frame) => CelValue;

/** A part of an expression: its type, and how it is evaluated. */
export interface Compiled {
  readonly type: CelType;
  readonly run: Run;
}

/** A variable that a part of an expression can see. */
export interface Variable {
  readonly slot: number;
  readonly type: CelType;
}

/** The variables that a part of an expression can see, by name. */
export type Scope = ReadonlyMap<string, Variable>;

/** Takes cost from what is left. @throws CelCostError */
export function spend(frame: Frame, cost: number): void {
  frame.remaining -= cost;
  if (frame.remaining < 0) throw new CelCostError("operation cancelled: actual cost limit exceeded");
}

/** How much a function pays to look at an argument: a tenth for each character, one for each item. */
export function sizeCost(value: CelValue): number {
  if (typeof value === "string" || value instanceof Uint8Array) return Math.ceil(value.length / 10);
  return isList(value) ? value.length : 0;
}

/** Reads a field. @returns undefined if the value does not have it. @throws CelError if it can have none. */
export function readField(value: CelValue, name: string): CelValue | undefined {
  if (value instanceof CelObject || value instanceof CelMap) return value.get(name);
  if (value instanceof CelOptional) return value.value === undefined ? undefined : readField(value.value, name);
  throw new CelError("no such overload");
}

/** Reads an element by index or key. @returns undefined if it is not there. @throws CelError if the value has no elements. */
export function readElement(value: CelValue, key: CelValue): CelValue | undefined {
  if (value instanceof CelMap) return value.get(key);
  if (value instanceof CelObject && typeof key === "string") return value.get(key);
  if (value instanceof CelOptional) return value.value === undefined ? undefined : readElement(value.value, key);
  if (!isList(value)) throw new CelError("no such overload");
  const index = typeof key === "bigint" || (typeof key === "number" && Number.isInteger(key)) ? Number(key) : undefined;
  if (index === undefined) throw new CelError("no such overload");
  return value[index];
}

/** What a comprehension goes through: the items of a list, or the keys of a map. */
export function rangeOf(value: CelValue): readonly CelValue[] {
  if (isList(value)) return value;
  if (value instanceof CelMap) return value.keys();
  if (value instanceof CelObject) return [...value.type.fields.keys()].filter((name) => value.get(name) !== undefined);
  throw new CelError("no such overload");
}

/** Narrows a condition's value. @throws CelError */
export function asBool(value: CelValue): boolean {
  if (typeof value !== "boolean") throw new CelError("no such overload");
  return value;
}

/** Evaluates one side of `&&` or `||`, or one test of a quantifier. @returns the boolean, or the error that it led to. */
export function attempt(run: Run, frame: Frame): boolean | CelError {
  try {
    return asBool(run(frame));
  } catch (error) {
    if (error instanceof CelError) return error;
    throw error;
  }
}
