import { BudgetExceeded } from "../budget.ts";
import { quote } from "../format/quote.ts";
import { formatNode, type PlacedNode } from "../language/nodes.ts";
import { positionAt } from "../language/position.ts";
import { CallError, TemplateError, type TemplateErrorCode } from "../template-error.ts";
import { textOf } from "../values/byte-string.ts";

/** A failure while executing, before its place is known to the reader. */
export interface ExecutionFailure {
  readonly code: TemplateErrorCode;
  /** As Go words it; a byte string. */
  readonly problem: string;
  readonly remedy: string;
  readonly cause?: unknown;
}

/** Thrown to leave an execution that fails at the current node. */
export class ExecutionFailed extends Error {
  readonly failure: ExecutionFailure;

  constructor(failure: ExecutionFailure) {
    super(failure.code);
    this.failure = failure;
  }
}

/** @returns what to throw for an action that does not fit its data. @param problem - as Go words it, without values. */
export function refuse(
  problem: string,
  remedy = "Check that action, and the data it is given.",
  cause?: unknown,
): ExecutionFailed {
  return new ExecutionFailed({ code: "TEMPLATE_EXECUTE", problem, remedy, ...(cause === undefined ? {} : { cause }) });
}

/** @returns what to throw for a key that the data lacks. @param problem - as Go words it. */
export function missingKey(problem: string): ExecutionFailed {
  const remedy =
    'Check the key\'s spelling against the keys of the data; `index . "key"` yields nothing instead of failing.';
  return new ExecutionFailed({ code: "TEMPLATE_MISSING_KEY", problem, remedy });
}

/** Where an execution stands. */
export interface ExecutionPlace {
  readonly templateName: string;
  /** The name of the template, or of the `define` inside it, that is being executed. */
  readonly executing: string;
  readonly source: string;
  readonly node: PlacedNode;
}

const LONGEST_CONTEXT = 200;

/** Builds the error of a failure, with the place and the action in the form of Go's text/template. */
export function executionError(
  { code, problem, remedy, cause }: ExecutionFailure,
  place: ExecutionPlace,
): TemplateError {
  const position = positionAt(place.templateName, place.source, place.node.at);
  const where = `${place.templateName}:${position.line}:${position.column}`;
  const action = formatNode(place.node);
  const context = action.length > LONGEST_CONTEXT ? `${action.slice(0, LONGEST_CONTEXT)}...` : action;
  const message = `template: ${where}: executing ${quote(place.executing)} at <${context}>: ${problem}`;
  return new TemplateError({
    code,
    message: textOf(message),
    remedy,
    position,
    ...(cause === undefined ? {} : { cause }),
  });
}

const LIMITS: Readonly<Record<BudgetExceeded["limit"], string>> = {
  steps: "it takes too much work",
  outputBytes: "its output is too long",
  stringBytes: "it makes too long a string",
  listItems: "it makes too long a list",
  depth: "it is nested too deeply",
  keyOperations: "it asks for too many operations on keys",
};

/** @returns the failure that a thrown thing stands for, or `undefined` if it is a bug of ours. */
export function failureOf(thrown: unknown, source: string): ExecutionFailure | undefined {
  if (thrown instanceof ExecutionFailed) return thrown.failure;
  if (thrown instanceof BudgetExceeded) {
    return budgetFailure(`${LIMITS[thrown.limit]} (limit: ${thrown.allowed} ${thrown.limit})`);
  }
  if (thrown instanceof CallError) return callFailure(thrown, source);
  // V8's stack or longest string gave out before the budget did.
  if (thrown instanceof RangeError) return budgetFailure("it needs more memory than there is");
  return undefined;
}

function budgetFailure(problem: string): ExecutionFailure {
  return {
    code: "TEMPLATE_BUDGET",
    problem: `the template was stopped: ${problem}`,
    remedy: "Make the template do less, or split it over several keys.",
  };
}

function callFailure({ message, operand, cause }: CallError, source: string): ExecutionFailure {
  // An operand may be a secret value. It is shown only if whoever reads the template sees it anyway.
  const shown = operand !== undefined && operand !== "" && source.includes(operand) ? `: ${quote(operand)}` : "";
  const remedy = "Check the arguments of that call, and the data they come from.";
  return { code: "TEMPLATE_EXECUTE", problem: message + shown, remedy, ...(cause === undefined ? {} : { cause }) };
}
