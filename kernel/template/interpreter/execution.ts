import { type BudgetMeter, STEPS_PER_SORTED_KEY } from "../budget.ts";
import { formatPrinted } from "../format/print.ts";
import type { CallContext, FunctionMap } from "../functions/define.ts";
import type { BranchNode, Node, PlacedNode, TemplateNode } from "../language/nodes.ts";
import type { TemplateTrees } from "../language/parser.ts";
import type { TemplateHost } from "../host.ts";
import { GoMap, GoSlice, type GoValue, integerOf, isTrue, SizedInteger, typeOf } from "../values/value.ts";
import { Evaluator } from "./evaluator.ts";
import { executionError, failureOf, refuse } from "./execution-error.ts";
import { Scope } from "./scope.ts";

/** What one execution works with. */
export interface ExecutionRequest {
  readonly name: string;
  /** The template's text, a byte string. */
  readonly source: string;
  readonly trees: TemplateTrees;
  readonly functions: FunctionMap;
  readonly data: GoValue;
  readonly host: TemplateHost;
  readonly budget: BudgetMeter;
}

/** How a piece of a template ended. */
type Ending = "done" | "break" | "continue";

/**
 * Executes a parsed template.
 *
 * @returns the output, a byte string.
 * @throws TemplateError `TEMPLATE_EXECUTE`, `TEMPLATE_MISSING_KEY`, `TEMPLATE_BUDGET`
 * @see Go: text/template, exec.go
 */
export function execute(request: ExecutionRequest): string {
  return new Execution(request).run();
}

class Execution {
  readonly #request: ExecutionRequest;
  readonly #evaluator: Evaluator;
  readonly #output: string[] = [];
  #outputLength = 0;
  /** The template or `define` in execution. */
  #executing: string;
  /** The node in execution, for errors. */
  #node: PlacedNode = { kind: "dot", at: 0 };
  #scope: Scope;

  constructor(request: ExecutionRequest) {
    this.#request = request;
    this.#executing = request.name;
    this.#scope = new Scope(request.data);
    const context: CallContext = { budget: request.budget, host: request.host };
    this.#evaluator = new Evaluator(request.functions, context, (node) => {
      this.#node = node;
    });
  }

  run(): string {
    const { name, trees, data } = this.#request;
    try {
      this.#walkList(data, trees.get(name) ?? []);
      return this.#output.join("");
    } catch (thrown) {
      const { source } = this.#request;
      const failure = failureOf(thrown, source);
      if (failure === undefined) throw thrown;
      throw executionError(failure, { templateName: name, executing: this.#executing, source, node: this.#node });
    }
  }

  #walkList(dot: GoValue, list: readonly Node[]): Ending {
    for (const node of list) {
      const ending = this.#walk(dot, node);
      if (ending !== "done") return ending;
    }
    return "done";
  }

  #walk(dot: GoValue, node: Node): Ending {
    this.#request.budget.spend(1);
    this.#node = node;
    switch (node.kind) {
      case "text":
        this.#write(node.text);
        return "done";
      case "action": {
        const value = this.#evaluator.pipeline({ scope: this.#scope, dot }, node.pipe);
        if (node.pipe.variables.length === 0) this.#print(node.pipe, value);
        return "done";
      }
      case "if":
      case "with":
        return this.#walkIfOrWith(dot, node);
      case "range":
        return this.#walkRange(dot, node);
      case "template":
        this.#walkTemplate(dot, node);
        return "done";
      case "break":
      case "continue":
        return node.kind;
    }
  }

  #walkIfOrWith(dot: GoValue, { kind, pipe, list, elseList }: BranchNode): Ending {
    const outer = this.#scope.size;
    const value = this.#evaluator.pipeline({ scope: this.#scope, dot }, pipe);
    const ending = isTrue(value)
      ? this.#walkList(kind === "with" ? value : dot, list)
      : this.#walkList(dot, elseList ?? []);
    this.#scope.cutTo(outer);
    return ending;
  }

  #walkRange(dot: GoValue, node: BranchNode): Ending {
    const outer = this.#scope.size;
    const value = this.#evaluator.pipeline({ scope: this.#scope, dot }, node.pipe);
    const inner = this.#scope.size;
    let isEmpty = true;
    for (const [index, element] of this.#elementsOf(value, node)) {
      isEmpty = false;
      this.#request.budget.spend(1);
      this.#setRangeVariables(node, index, element);
      const ending = this.#walkList(element, node.list);
      this.#scope.cutTo(inner);
      if (ending === "break") break;
    }
    const ending = isEmpty ? this.#walkList(dot, node.elseList ?? []) : "done";
    this.#scope.cutTo(outer);
    return ending;
  }

  *#elementsOf(value: GoValue, { pipe }: BranchNode): Generator<readonly [GoValue, GoValue]> {
    if (value instanceof GoSlice) {
      // A list may grow while it is read; Go's range saw it as it was.
      for (let i = 0, { length } = value.items; i < length; i++) yield [BigInt(i), value.items[i] ?? null];
      return;
    }
    if (value instanceof GoMap) {
      this.#request.budget.spend(STEPS_PER_SORTED_KEY * value.entries.size);
      for (const key of [...value.entries.keys()].sort()) yield [key, value.entries.get(key) ?? null];
      return;
    }
    const count = integerOf(value);
    if (count === undefined) {
      if (value !== null) throw refuse(`range can't iterate over a value of type ${typeOf(value)}`);
      return;
    }
    if (pipe.variables.length > 1) throw refuse("can't use a number to iterate over more than one variable");
    for (let i = 0n; i < count; i++) {
      yield [null, value instanceof SizedInteger ? new SizedInteger(value.type, i) : i];
    }
  }

  #setRangeVariables({ pipe }: BranchNode, index: GoValue, element: GoValue): void {
    const [first, second] = pipe.variables;
    if (first === undefined) return;
    if (pipe.isAssignment) {
      this.#scope.assign(first, second === undefined ? element : index);
      if (second !== undefined) this.#scope.assign(second, element);
      return;
    }
    this.#scope.setTop(1, element);
    if (second !== undefined) this.#scope.setTop(2, index);
  }

  #walkTemplate(dot: GoValue, node: TemplateNode): void {
    const list = this.#request.trees.get(node.name);
    if (list === undefined) {
      throw refuse(`template "${node.name}" not defined`, "Define a template of that name in the same text.");
    }
    const value = node.pipe === undefined ? null : this.#evaluator.pipeline({ scope: this.#scope, dot }, node.pipe);
    const [executing, scope] = [this.#executing, this.#scope];
    this.#executing = node.name;
    this.#scope = new Scope(value);
    this.#request.budget.nested(() => this.#walkList(value, list));
    this.#executing = executing;
    this.#scope = scope;
  }

  #print(node: PlacedNode, value: GoValue): void {
    this.#node = node;
    this.#write(value === null ? "<no value>" : formatPrinted(value, this.#request.budget));
  }

  #write(text: string): void {
    this.#outputLength += text.length;
    this.#request.budget.output(this.#outputLength);
    this.#output.push(text);
  }
}
