import type { JsonObject, JsonValue } from "../objects.ts";
import { fromJson } from "./from-json.ts";
import { compileProgram, type Program, resultTypeOf } from "./program.ts";
import { CelCompileError } from "./syntax.ts";
import { BOOL, DYN, isAssignable } from "./types.ts";
import { CelError } from "./values.ts";

/** The most that one match condition may cost. @see k8s.io/apiserver/pkg/apis/cel RuntimeCELCostBudgetMatchConditions */
export const MAX_CONDITION_COST = 2_500_000;

/** How many compiled conditions are kept. */
const KEPT_CONDITIONS = 1_000;
const compiled = new Map<string, Program | CelCompileError>();
const VARIABLES = { object: DYN, oldObject: DYN, request: DYN, namespaceObject: DYN, params: DYN };

/**
 * Checks that an expression can be a match condition of an admission webhook: it compiles, and gives a boolean. It may use
 * `object`, `oldObject`, `request`, `namespaceObject` and `params`; there is no `authorizer`.
 *
 * @returns what is wrong with it; undefined if nothing is.
 */
export function checkCondition(expression: string): string | undefined {
  const program = conditionProgram(expression);
  return program instanceof CelCompileError ? program.message : undefined;
}

/**
 * Evaluates a match condition.
 *
 * @param variables - JSON by name; a variable that is not given is null.
 * @throws CelCompileError, CelError or CelCostError with the reason if it cannot be evaluated.
 */
export function evaluateCondition(expression: string, variables: Readonly<Record<string, unknown>>): boolean {
  const program = conditionProgram(expression);
  if (program instanceof CelCompileError) throw program;
  const values = Object.fromEntries(
    Object.keys(VARIABLES).map((name) => [name, fromJson((variables[name] ?? null) as JsonValue | JsonObject, DYN)]),
  );
  const { value } = program.evaluate(values, MAX_CONDITION_COST);
  if (typeof value !== "boolean") throw new CelError("cel expression must evaluate to a bool");
  return value;
}

function conditionProgram(expression: string): Program | CelCompileError {
  const known = compiled.get(expression);
  if (known !== undefined) return known;
  if (compiled.size >= KEPT_CONDITIONS) compiled.clear();
  const program = tryCompile(expression);
  compiled.set(expression, program);
  return program;
}

function tryCompile(expression: string): Program | CelCompileError {
  try {
    const program = compileProgram(expression, VARIABLES);
    if (isAssignable(program.type, BOOL)) return program;
    return new CelCompileError(`must evaluate to bool but got ${resultTypeOf(program)}`);
  } catch (error) {
    if (error instanceof CelCompileError) return error;
    throw error;
  }
}
