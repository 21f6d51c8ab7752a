import { asTegataError } from "@tegata/errors";
import { quote } from "../format/quote.ts";
import type { BudgetMeter } from "../budget.ts";
import { BYTES_PER_STEP, type CallContext, type FunctionMap, type TemplateFunction } from "../functions/define.ts";
import {
  type CommandNode,
  formatNode,
  type IdentifierNode,
  type LiteralNode,
  type Operand,
  type PipeNode,
  type PlacedNode,
} from "../language/nodes.ts";
import { CallError } from "../template-error.ts";
import { byteStringOfText } from "../values/byte-string.ts";
import {
  GoMap,
  GoMethod,
  GoObject,
  type GoValue,
  INTERFACE,
  isTrue,
  type ParameterType,
  typeOf,
} from "../values/value.ts";
import { canBeNil, idealConstant, isAssignable, literalAs, nilOf, refusal, spellType } from "./arguments.ts";
import { missingKey, refuse } from "./execution-error.ts";
import type { Scope } from "./scope.ts";

/** What a command gets from the one before it in its pipeline; undefined if it is the first. */
type Final = GoValue | undefined;

/** Evaluates pipelines, commands and operands. Go: text/template, exec.go, the `eval` functions. */
export class Evaluator {
  readonly #functions: FunctionMap;
  readonly #context: CallContext;
  /** Says which node is being evaluated, for errors. */
  readonly #at: (node: PlacedNode) => void;

  constructor(functions: FunctionMap, context: CallContext, at: (node: PlacedNode) => void) {
    this.#functions = functions;
    this.#context = context;
    this.#at = at;
  }

  /** Evaluates a pipeline. The variables that it declares stay in the scope. */
  pipeline(scope: Scope, dot: GoValue, pipe: PipeNode): GoValue {
    this.#at(pipe);
    let value: Final;
    for (const command of pipe.commands) value = this.#command(scope, dot, command, value);
    const result = value ?? null;
    for (const name of pipe.variables) {
      if (!pipe.isAssignment) scope.declare(name, result);
      else if (!scope.assign(name, result)) throw refuse(`undefined variable: ${name}`, "Declare it with := first.");
    }
    return result;
  }

  #command(scope: Scope, dot: GoValue, command: CommandNode, final: Final): GoValue {
    this.#context.budget.spend(1);
    const [first, ...args] = command.operands;
    if (first === undefined) throw new Error("the parser gave an empty command");
    switch (first.kind) {
      case "identifier":
        return this.#function(scope, dot, { node: first, place: command, args, final });
      case "field":
      case "chain":
      case "variable":
        return this.#reference(scope, dot, first, { args, final });
      case "pipe":
        this.#checkNotCalled(first, args, final);
        return this.pipeline(scope, dot, first);
      default:
        this.#at(first);
        this.#checkNotCalled(first, args, final);
        if (first.kind === "nil") throw refuse("nil is not a command", "Pass nil as an argument instead.");
        return this.#literal(dot, first);
    }
  }

  #checkNotCalled(operand: Operand, args: readonly Operand[], final: Final): void {
    if (args.length === 0 && final === undefined) return;
    throw refuse(`can't give argument to non-function ${formatNode(operand)}`);
  }

  /** Evaluates `.a.b`, `$x.a.b` or `(pipeline).a.b`; the last name may be a method, which gets the arguments. */
  #reference(
    scope: Scope,
    dot: GoValue,
    node: Extract<Operand, { kind: "field" | "chain" | "variable" }>,
    call: { args: readonly Operand[]; final: Final },
  ): GoValue {
    this.#at(node);
    if (node.kind === "field") return this.#fields(scope, dot, { node, receiver: dot, names: node.names, ...call });
    if (node.kind === "chain") {
      if (node.base.kind === "nil") throw refuse(`indirection through explicit nil in ${formatNode(node)}`);
      const receiver = this.argument(scope, dot, "any", node.base);
      return this.#fields(scope, dot, { node, receiver, names: node.fields, ...call });
    }
    const receiver = scope.read(node.name);
    if (node.fields.length > 0) return this.#fields(scope, dot, { node, receiver, names: node.fields, ...call });
    this.#checkNotCalled(node, call.args, call.final);
    return receiver;
  }

  #fields(
    scope: Scope,
    dot: GoValue,
    chain: { node: PlacedNode; receiver: GoValue; names: readonly string[]; args: readonly Operand[]; final: Final },
  ): GoValue {
    const { node, names, args, final } = chain;
    let value = chain.receiver;
    // The type that Go's reflection sees: what is taken from a map has the map's element type.
    let seenType: string | undefined;
    for (const [i, name] of names.entries()) {
      const isLast = i === names.length - 1;
      const member = memberOf(value, name, seenType);
      seenType = value instanceof GoMap ? value.elementType : undefined;
      if (member instanceof GoMethod) {
        const target = { parameters: member.parameters, variadic: undefined, name, place: node };
        const given = isLast ? { args, final } : { args: [], final: undefined };
        value = this.#call(target, this.#arguments(scope, dot, { ...target, ...given }), (values) =>
          member.call(values),
        );
      } else {
        if (isLast && (args.length > 0 || final !== undefined)) throw refuse(hasArguments(value, name));
        value = member;
      }
    }
    return value;
  }

  #function(
    scope: Scope,
    dot: GoValue,
    call: { node: IdentifierNode; place: PlacedNode; args: readonly Operand[]; final: Final },
  ): GoValue {
    const { node, place, args, final } = call;
    this.#at(node);
    const { name } = node;
    const callee = this.#functions.get(name);
    if (callee === undefined) throw refuse(`${quote(name)} is not a defined function`);
    const target = { ...callee, name, place, args, final };
    if (callee.shortCircuits !== undefined) return this.#shortCircuit(scope, dot, target, callee.shortCircuits);
    return this.#call(target, this.#arguments(scope, dot, target), (values) => {
      spendOnTexts(values, callee.bytesPerStep ?? BYTES_PER_STEP, this.#context.budget);
      return callee.call(this.#context, values);
    });
  }

  /** Evaluates `and` or `or`, which look at no more arguments than they need. */
  #shortCircuit(
    scope: Scope,
    dot: GoValue,
    call: Pick<TemplateFunction, "parameters" | "variadic"> & { name: string; args: readonly Operand[]; final: Final },
    on: boolean,
  ): GoValue {
    checkCount(call);
    let value: GoValue = null;
    for (const arg of call.args) {
      value = this.argument(scope, dot, "any", arg);
      if (isTrue(value) === on) return value;
    }
    return call.final === undefined ? value : call.final;
  }

  /** Evaluates arguments to the types of the parameters they are for. */
  #arguments(
    scope: Scope,
    dot: GoValue,
    call: Pick<TemplateFunction, "parameters" | "variadic"> & { name: string; args: readonly Operand[]; final: Final },
  ): GoValue[] {
    checkCount(call);
    const { parameters, variadic, args, final } = call;
    const typeAt = (i: number): ParameterType => parameters[i] ?? variadic ?? "any";
    const values = args.map((arg, i) => this.argument(scope, dot, typeAt(i), arg));
    if (final !== undefined) values.push(checkType(final, typeAt(values.length)));
    return values;
  }

  #call(
    { name, place }: { name: string; place: PlacedNode },
    values: readonly GoValue[],
    run: (values: readonly GoValue[]) => GoValue,
  ): GoValue {
    this.#context.budget.spend(1);
    try {
      const result = run(values);
      if (typeof result === "string") this.#context.budget.string(result.length);
      return result;
    } catch (thrown) {
      this.#at(place);
      throw nameCallee(thrown, name);
    }
  }

  /** Evaluates an operand where a value of a type is wanted. */
  argument(scope: Scope, dot: GoValue, type: ParameterType, operand: Operand): GoValue {
    this.#at(operand);
    switch (operand.kind) {
      case "dot":
        return checkType(dot, type);
      case "nil":
        if (!canBeNil(type)) throw refuse(`cannot assign nil to ${spellType(type)}`);
        return nilOf(type);
      case "field":
      case "chain":
      case "variable":
        return checkType(this.#reference(scope, dot, operand, { args: [], final: undefined }), type);
      case "pipe":
        return checkType(this.pipeline(scope, dot, operand), type);
      case "identifier": {
        const call = { node: operand, place: operand, args: [], final: undefined };
        return checkType(this.#function(scope, dot, call), type);
      }
      default:
        return this.#literalAs(dot, operand, type);
    }
  }

  #literalAs(dot: GoValue, operand: LiteralNode, type: ParameterType): GoValue {
    switch (type) {
      case "any":
        return this.#literal(dot, operand);
      case "string":
        if (operand.kind === "string") return operand.value;
        break;
      case "bool":
        if (operand.kind === "bool") return operand.value;
        break;
      case "int":
      case "uint32":
      case "float64": {
        const value = operand.kind === "number" ? literalAs(operand.literal, type) : undefined;
        if (value !== undefined) return value;
        break;
      }
      default:
        throw refuse(`can't handle ${formatNode(operand)} for arg of type ${spellType(type)}`);
    }
    throw refuse(`expected ${EXPECTED[type]}; found ${formatNode(operand)}`);
  }

  #literal(dot: GoValue, operand: LiteralNode): GoValue {
    switch (operand.kind) {
      case "dot":
        return dot;
      case "nil":
        return null;
      case "bool":
      case "string":
        return operand.value;
      case "number": {
        const value = idealConstant(operand.literal);
        if (value === undefined) throw refuse(`${operand.literal.text} overflows int`);
        return value;
      }
    }
  }
}

const EXPECTED = { string: "string", bool: "bool", int: "integer", uint32: "unsigned integer", float64: "float" };

/** Checks the number of arguments. @throws ExecutionFailed */
function checkCount(
  call: Pick<TemplateFunction, "parameters" | "variadic"> & { name: string; args: readonly Operand[]; final: Final },
): void {
  const given = call.args.length + (call.final === undefined ? 0 : 1);
  const wanted = call.parameters.length;
  const remedy = "Give that function the arguments it takes.";
  if (call.variadic !== undefined) {
    if (given >= wanted) return;
    throw refuse(`wrong number of args for ${call.name}: want at least ${wanted} got ${call.args.length}`, remedy);
  }
  if (given !== wanted) throw refuse(`wrong number of args for ${call.name}: want ${wanted} got ${given}`, remedy);
}

function checkType(value: GoValue, type: ParameterType): GoValue {
  if (value === null) {
    if (!canBeNil(type)) throw refuse(`invalid value; expected ${spellType(type)}`);
    return nilOf(type);
  }
  if (!isAssignable(value, type)) throw refuse(refusal(value, type), "Convert the value, or pass one of that type.");
  return value;
}

/** @param seenType - the type that Go's reflection sees instead of the value's own. */
function memberOf(receiver: GoValue, name: string, seenType: string | undefined): GoValue | GoMethod {
  const type = seenType ?? typeOf(receiver);
  if (receiver === null) {
    if (seenType === INTERFACE) throw refuse(`nil pointer evaluating ${type}.${name}`);
    throw missingKey(`nil data; no entry for key ${quote(name)}`);
  }
  if (receiver instanceof GoMap) {
    const value = receiver.entries.get(name);
    if (value === undefined) throw missingKey(`map has no entry for key ${quote(name)}`);
    return value;
  }
  const member = receiver instanceof GoObject ? receiver.member(name) : undefined;
  if (member === undefined) throw refuse(`can't evaluate field ${name} in type ${type}`);
  return member;
}

/** Counts what a function will do to the texts that it is given. */
function spendOnTexts(values: readonly GoValue[], bytesPerStep: number, budget: BudgetMeter): void {
  for (const value of values) if (typeof value === "string") budget.spend(value.length / bytesPerStep);
}

/** @returns what was thrown, with the function that threw it in the message. */
function nameCallee(thrown: unknown, name: string): unknown {
  const calling = `error calling ${name}: `;
  if (thrown instanceof CallError) return new CallError(calling + thrown.message, thrown.operand, thrown.cause);
  const error = asTegataError(thrown);
  if (error === undefined) return thrown;
  return refuse(calling + byteStringOfText(error.message), error.remedy, error);
}

function hasArguments(receiver: GoValue, name: string): string {
  if (receiver instanceof GoMap) return `${name} is not a method but has arguments`;
  return `${name} has arguments but cannot be invoked as function`;
}
