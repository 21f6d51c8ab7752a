import type { LabelSelector } from "../objects.ts";
import { checkLabelKey, checkLabelValue } from "./label-syntax.ts";
import { MAX_SELECTOR_LENGTH, selectorInvalid } from "./selector-error.ts";

export type LabelOperator = "=" | "==" | "!=" | "in" | "notin" | "exists" | "!" | "gt" | "lt";

/** One condition on an object's labels. reference: k8s.io/apimachinery `labels.Requirement`. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: LabelOperator;
  readonly values: readonly string[];
}

/**
 * Parses a label selector as it stands in a query or on a command line, e.g. `app=web,tier in (a,b),!old`.
 *
 * @returns the requirements, all of which must hold; none for an empty text, which selects everything.
 * @throws TegataError `KUBE_SELECTOR_INVALID` with the text that Kubernetes gives.
 */
export function parseLabelSelector(text: string): LabelRequirement[] {
  if (text.length > MAX_SELECTOR_LENGTH) throw selectorInvalid("unable to parse requirement: the selector is too long");
  return new Parser(text).parse();
}

/** Turns the selector of a Service, Deployment, webhook or Tegata kind into requirements. */
export function labelRequirements(selector: LabelSelector): LabelRequirement[] {
  const equal = Object.entries(selector.matchLabels ?? {}).map(
    ([key, value]): LabelRequirement => ({ key, operator: "=", values: [value] }),
  );
  const expressions = (selector.matchExpressions ?? []).map(({ key, operator, values = [] }): LabelRequirement => {
    const of = EXPRESSION_OPERATORS[operator];
    if (of === undefined) throw selectorInvalid(`"${String(operator)}" is not a valid label selector operator`);
    return { key, operator: of, values };
  });
  return [...equal, ...expressions];
}

/** Whether labels satisfy every requirement. */
export function matchesLabels(
  requirements: readonly LabelRequirement[],
  labels: Readonly<Record<string, string>>,
): boolean {
  return requirements.every((requirement) => matchesRequirement(requirement, labels));
}

/** The inverse of {@link parseLabelSelector}. */
export function formatLabelSelector(requirements: readonly LabelRequirement[]): string {
  return requirements.map(formatRequirement).join(",");
}

const EXPRESSION_OPERATORS: Readonly<Record<string, LabelOperator>> = {
  In: "in",
  NotIn: "notin",
  Exists: "exists",
  DoesNotExist: "!",
};

function matchesRequirement(
  { key, operator, values }: LabelRequirement,
  labels: Readonly<Record<string, string>>,
): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case "=":
    case "==":
    case "in":
      return value !== undefined && values.includes(value);
    case "!=":
    case "notin":
      return value === undefined || !values.includes(value);
    case "exists":
      return value !== undefined;
    case "!":
      return value === undefined;
    case "gt":
    case "lt":
      return value !== undefined && compareIntegers(value, values[0] ?? "", operator);
  }
}

function compareIntegers(value: string, bound: string, operator: "gt" | "lt"): boolean {
  if (!INTEGER.test(value) || !INTEGER.test(bound)) return false;
  return operator === "gt" ? BigInt(value) > BigInt(bound) : BigInt(value) < BigInt(bound);
}

const INTEGER = /^-?\d{1,19}$/;

function formatRequirement({ key, operator, values }: LabelRequirement): string {
  switch (operator) {
    case "exists":
      return key;
    case "!":
      return `!${key}`;
    case "in":
    case "notin":
      return `${key} ${operator} (${[...values].sort().join(",")})`;
    case "gt":
      return `${key}>${values[0] ?? ""}`;
    case "lt":
      return `${key}<${values[0] ?? ""}`;
    default:
      return `${key}${operator}${values[0] ?? ""}`;
  }
}

/** A recursive-descent parser over the tokens of k8s.io/apimachinery `labels.Lexer`, with its error texts. */
class Parser {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    // Words are runs of anything that is neither space nor a special character; the empty token marks the end.
    this.#tokens = [...(text.match(/[=!<>]+|[(),]|[^\s=!<>(),]+/g) ?? []), ""];
  }

  parse(): LabelRequirement[] {
    const requirements: LabelRequirement[] = [];
    if (this.#peek() === "") return requirements;
    for (;;) {
      requirements.push(this.#requirement());
      const token = this.#next();
      if (token === "") return requirements.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
      if (token !== ",") throw invalid(`found '${token}', expected: ',' or 'end of string'`);
      const after = this.#peek();
      if (!isWord(after) && !after.startsWith("!")) throw invalid(`found '${after}', expected: identifier after ','`);
    }
  }

  #requirement(): LabelRequirement {
    if (this.#peek() === "!") {
      this.#next();
      return { key: this.#key(), operator: "!", values: [] };
    }
    const key = this.#key();
    const token = this.#peek();
    if (token === "" || token === ",") return { key, operator: "exists", values: [] };
    return this.#comparison(key, this.#next());
  }

  #comparison(key: string, operator: string): LabelRequirement {
    switch (operator) {
      case "in":
      case "notin":
        return { key, operator, values: checked(key, this.#values()) };
      case "=":
      case "==":
      case "!=":
        return { key, operator, values: checked(key, [this.#exactValue()]) };
      case ">":
      case "<":
        return { key, operator: operator === ">" ? "gt" : "lt", values: [this.#integer()] };
      default:
        throw invalid(`found '${operator}', expected: in, notin, =, ==, !=, gt, lt`);
    }
  }

  #key(): string {
    const key = this.#next();
    if (!isWord(key)) throw invalid(`found '${key}', expected: !, identifier, or 'end of string'`);
    const problem = checkLabelKey(key);
    if (problem !== undefined)
      throw selectorInvalid(`unable to parse requirement: <nil>: Invalid value: "${key}": ${problem}`);
    return key;
  }

  #exactValue(): string {
    const token = this.#peek();
    if (token === "" || token === ",") return "";
    this.#next();
    if (!isWord(token)) throw invalid(`found '${token}', expected: identifier`);
    return token;
  }

  #integer(): string {
    const value = this.#exactValue();
    if (INTEGER.test(value)) return value;
    throw selectorInvalid(
      `unable to parse requirement: values[0][]: Invalid value: "${value}": for 'Gt', 'Lt' operators, the value must be an integer`,
    );
  }

  #values(): string[] {
    const open = this.#next();
    if (open !== "(") throw invalid(`found '${open}' expected: '('`);
    const values: string[] = [];
    for (;;) {
      const token = this.#next();
      if (token === ")") return values.length === 0 ? [""] : values;
      if (token === ",") {
        values.push("");
        continue;
      }
      if (!isWord(token)) throw invalid(`found '${token}', expected: ',', ')' or identifier`);
      values.push(token);
      const after = this.#next();
      if (after === ")") return values;
      if (after !== ",") throw invalid(`found '${after}', expected: ',' or ')'`);
      if (this.#peek() === ")") values.push("");
    }
  }

  #peek(): string {
    return this.#tokens[this.#at] ?? "";
  }

  #next(): string {
    return this.#tokens[this.#at++] ?? "";
  }
}

function checked(key: string, values: readonly string[]): readonly string[] {
  for (const [i, value] of values.entries()) {
    const problem = checkLabelValue(value);
    if (problem === undefined) continue;
    throw selectorInvalid(`unable to parse requirement: values[${i}][${key}]: Invalid value: "${value}": ${problem}`);
  }
  return values;
}

function isWord(token: string): boolean {
  return token !== "" && !/^[=!<>(),]/.test(token);
}

function invalid(why: string): Error {
  return selectorInvalid(`unable to parse requirement: ${why}`);
}
