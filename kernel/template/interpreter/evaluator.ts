import { asTegataError } from "@tegata/errors";
import type { BudgetMeter } from "../budget.ts";
import { quote } from "../format/quote.ts";
import { BYTES_PER_STEP, type CallContext, type FunctionMap } from "../functions/define.ts";
import {
  type CommandNode,
  formatNode,
  type IdentifierNode,
  type Operand,
  type PipeNode,
  type PlacedNode,
} from "../language/nodes.ts";
import { CallError } from "../template-error.ts";
import { byteStringOfText } from "../values/byte-string.ts";
import { GoMap, GoMethod, type GoValue, isTrue, type ParameterType } from "../values/value.ts";
import { type Call, canBeNil, checkCount, checkType, type Final, nilOf, spellType } from "./arguments.ts";
import { constantAs, constantValue } from "./constants.ts";
import { refuse } from "./execution-error.ts";
import { memberOf, refuseArguments } from "./members.ts";
import type { Scope } from "./scope.ts";

/** What an expression is evaluated in. */
export interface Frame {
  readonly scope: Scope;
  /** The value of the cursor. */
  readonly dot: GoValue;
}

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
  pipeline(frame: Frame, pipe: PipeNode): GoValue {
    this.#at(pipe);
    let value: Final;
    for (const command of pipe.commands) value = this.#command(frame, command, value);
    const result = value ?? null;
    for (const name of pipe.variables) {
      if (!pipe.isAssignment) frame.scope.declare(name, result);
      else if (!frame.scope.assign(name, result))
        throw refuse(`undefined variable: ${name}`, "Declare it with := first.");
    }
    return result;
  }

  #command(frame: Frame, command: CommandNode, final: Final): GoValue {
    this.#context.budget.spend(1);
    const [first, ...args] = command.operands;
    if (first === undefined) throw new Error("the parser gave an empty command");
    switch (first.kind) {
      case "identifier":
        return this.#function(frame, { node: first, place: command, args, final });
      case "field":
      case "chain":
      case "variable":
        return this.#reference(frame, first, { args, final });
      case "pipe":
        this.#checkNotCalled(first, args, final);
        return this.pipeline(frame, first);
      default:
        this.#at(first);
        this.#checkNotCalled(first, args, final);
        if (first.kind === "nil") throw refuse("nil is not a command", "Pass nil as an argument instead.");
        return first.kind === "dot" ? frame.dot : constantValue(first);
    }
  }

  #checkNotCalled(operand: Operand, args: readonly Operand[], final: Final): void {
    if (args.length === 0 && final === undefined) return;
    throw refuse(`can't give argument to non-function ${formatNode(operand)}`);
  }

  /** Evaluates `.a.b`, `$x.a.b` or `(pipeline).a.b`; the last name may be a method, which gets the arguments. */
  #reference(
    frame: Frame,
    node: Extract<Operand, { kind: "field" | "chain" | "variable" }>,
    call: { args: readonly Operand[]; final: Final },
  ): GoValue {
    this.#at(node);
    if (node.kind === "field") return this.#fields(frame, { node, receiver: frame.dot, names: node.names, ...call });
    if (node.kind === "chain") {
      if (node.base.kind === "nil") throw refuse(`indirection through explicit nil in ${formatNode(node)}`);
      const receiver = this.argument(frame, "any", node.base);
      return this.#fields(frame, { node, receiver, names: node.fields, ...call });
    }
    const receiver = frame.scope.read(node.name);
    if (node.fields.length > 0) return this.#fields(frame, { node, receiver, names: node.fields, ...call });
    this.#checkNotCalled(node, call.args, call.final);
    return receiver;
  }

  #fields(
    frame: Frame,
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
        value = this.#call(target, this.#arguments(frame, { ...target, ...given }), (values) => member.call(values));
      } else {
        if (isLast && (args.length > 0 || final !== undefined)) throw refuseArguments(value, name);
        value = member;
      }
    }
    return value;
  }

  #function(
    frame: Frame,
    call: { node: IdentifierNode; place: PlacedNode; args: readonly Operand[]; final: Final },
  ): GoValue {
    const { node, place, args, final } = call;
    this.#at(node);
    const { name } = node;
    const callee = this.#functions.get(name);
    if (callee === undefined) throw refuse(`${quote(name)} is not a defined function`);
    const target = { ...callee, name, place, args, final };
    if (callee.shortCircuits !== undefined) return this.#shortCircuit(frame, target, callee.shortCircuits);
    return this.#call(target, this.#arguments(frame, target), (values) => {
      spendOnTexts(values, callee.bytesPerStep ?? BYTES_PER_STEP, this.#context.budget);
      return callee.call(this.#context, values);
    });
  }

  /** Evaluates `and` or `or`, which look at no more arguments than they need. */
  #shortCircuit(frame: Frame, call: Call, on: boolean): GoValue {
    checkCount(call);
    let value: GoValue = null;
    for (const arg of call.args) {
      value = this.argument(frame, "any", arg);
      if (isTrue(value) === on) return value;
    }
    return call.final === undefined ? value : call.final;
  }

  /** Evaluates arguments to the types of the parameters they are for. */
  #arguments(frame: Frame, call: Call): GoValue[] {
    checkCount(call);
    const { parameters, variadic, args, final } = call;
    const typeAt = (i: number): ParameterType => parameters[i] ?? variadic ?? "any";
    const values = args.map((arg, i) => this.argument(frame, typeAt(i), arg));
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
  argument(frame: Frame, type: ParameterType, operand: Operand): GoValue {
    this.#at(operand);
    switch (operand.kind) {
      case "dot":
        return checkType(frame.dot, type);
      case "nil":
        if (!canBeNil(type)) throw refuse(`cannot assign nil to ${spellType(type)}`);
        return nilOf(type);
      case "field":
      case "chain":
      case "variable":
        return checkType(this.#reference(frame, operand, { args: [], final: undefined }), type);
      case "pipe":
        return checkType(this.pipeline(frame, operand), type);
      case "identifier": {
        const call = { node: operand, place: operand, args: [], final: undefined };
        return checkType(this.#function(frame, call), type);
      }
      default:
        return constantAs(operand, type);
    }
  }
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
