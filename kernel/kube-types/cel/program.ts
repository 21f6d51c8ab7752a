import { Compiler } from "./compiler.ts";
import type { Run, Variable } from "./frame.ts";
import { kubernetesFunctions } from "./library/index.ts";
import { parseExpression } from "./syntax.ts";
import { type CelType, formatType } from "./types.ts";
import type { CelValue } from "./values.ts";

/** The most that one evaluation may cost: about a tenth of a second. @see k8s.io/apiserver/pkg/apis/cel PerCallLimit */
export const MAX_EVALUATION_COST = 1_000_000;

/** A value and what it cost to compute it. */
interface Evaluation {
  readonly value: CelValue;
  readonly cost: number;
}

/** A compiled expression. It can be evaluated any number of times. */
export interface Program {
  readonly type: CelType;
  /** Names of the variables that it uses. */
  readonly uses: ReadonlySet<string>;
  /**
   * @param values - by name; a variable that is undefined is not set, and reading it is an error.
   * @param budget - the most that this evaluation may cost.
   * @throws CelError if the expression cannot be evaluated, CelCostError if it costs too much.
   */
  evaluate(values: Readonly<Record<string, CelValue | undefined>>, budget?: number): Evaluation;
}

/**
 * Compiles an expression: parses it, checks its types, resolves its functions.
 *
 * @param variables - the types of the variables that it may use.
 * @throws CelCompileError with the place in the source, laid out as cel-go does.
 */
export function compileProgram(source: string, variables: Readonly<Record<string, CelType>>): Program {
  const names = Object.keys(variables);
  const scope = new Map(
    Object.entries(variables).map(([name, type], slot): [string, Variable] => [name, { slot, type }]),
  );
  const compiler = new Compiler(source, kubernetesFunctions(), names.length);
  const { type, run } = compiler.compile(parseExpression(source), scope);
  return { type, uses: compiler.used, evaluate: evaluator(run, names, compiler.slots) };
}

function evaluator(run: Run, names: readonly string[], slots: number): Program["evaluate"] {
  return (values, budget = MAX_EVALUATION_COST) => {
    const frame = { slots: new Array<CelValue | undefined>(), remaining: budget };
    frame.slots.length = slots;
    for (const [slot, name] of names.entries()) frame.slots[slot] = values[name];
    const value = run(frame);
    return { value, cost: budget - frame.remaining };
  };
}

/** The type's name, as errors print it. */
export function resultTypeOf({ type }: Program): string {
  return formatType(type);
}
