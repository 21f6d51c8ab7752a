import type { Schema, ValidationRule } from "../schema/types.ts";
import { ruleFieldPath } from "./field-path.ts";
import { compileProgram, type Program } from "./program.ts";
import { celTypeOf } from "./schema-types.ts";
import { CelCompileError } from "./syntax.ts";
import { BOOL, type CelType, STRING } from "./types.ts";

/** One rule of `x-kubernetes-validations`, ready to be evaluated. */
export interface CompiledRule {
  readonly rule: ValidationRule;
  /** Undefined if the rule does not compile; see {@link problem}. */
  readonly program: Program | undefined;
  readonly message: Program | undefined;
  readonly problem: string | undefined;
  readonly messageProblem: string | undefined;
  /** The rule compares with the old value: it holds for updates only. */
  readonly isTransition: boolean;
  /** Path below the value at which a failure is reported; empty: at the value itself. */
  readonly fieldPath: string;
}

/** The rules of one schema, and the type that they see. */
export interface RuleSet {
  readonly type: CelType | undefined;
  readonly rules: readonly CompiledRule[];
}

const cache = new WeakMap<Schema, RuleSet>();

/** Compiles the rules that a schema itself has, once. */
export function compileRules(schema: Schema, isResource: boolean): RuleSet {
  const known = cache.get(schema);
  if (known !== undefined) return known;
  const type = celTypeOf(schema, isResource);
  const rules = schema["x-kubernetes-validations"] ?? [];
  const set: RuleSet = { type, rules: rules.map((rule) => compileRule(rule, type, schema)) };
  cache.set(schema, set);
  return set;
}

function compileRule(rule: ValidationRule, type: CelType | undefined, schema: Schema): CompiledRule {
  const none = {
    rule,
    program: undefined,
    message: undefined,
    messageProblem: undefined,
    isTransition: false,
    fieldPath: "",
  };
  if (type === undefined) return { ...none, problem: "failed to convert to declType for CEL validation rules" };
  const oldSelf: CelType = rule.optionalOldSelf === true ? { kind: "optional", value: type } : type;
  const variables = { self: type, oldSelf };
  const { program, problem } = compileTo(BOOL, rule.rule, variables);
  if (program === undefined) {
    return {
      ...none,
      problem: problem === undefined ? "cel expression must evaluate to a bool" : `compilation failed: ${problem}`,
    };
  }
  return {
    rule,
    program,
    problem: undefined,
    ...compileMessage(rule.messageExpression ?? "", variables),
    isTransition: program.uses.has("oldSelf"),
    fieldPath: rule.fieldPath === undefined ? "" : (ruleFieldPath(rule.fieldPath, schema) ?? ""),
  };
}

function compileMessage(source: string, variables: Variables): Pick<CompiledRule, "message" | "messageProblem"> {
  if (source === "") return { message: undefined, messageProblem: undefined };
  const { program, problem } = compileTo(STRING, source, variables);
  if (program !== undefined) return { message: program, messageProblem: undefined };
  const messageProblem =
    problem === undefined
      ? "messageExpression must evaluate to a string"
      : `messageExpression compilation failed: ${problem}`;
  return { message: undefined, messageProblem };
}

type Variables = Readonly<Record<string, CelType>>;

/** @returns the program; or why it does not compile; or neither, if it gives another type than wanted. */
function compileTo(wanted: CelType, source: string, variables: Variables): { program?: Program; problem?: string } {
  try {
    const program = compileProgram(source, variables);
    return program.type.kind === wanted.kind ? { program } : {};
  } catch (error) {
    if (error instanceof CelCompileError) return { problem: error.message };
    throw error;
  }
}
