import { DEFAULT_BUDGET, BudgetMeter, type RenderBudget } from "./budget.ts";
import type { FunctionMap } from "./functions/define.ts";
import { FUNCTIONS } from "./functions/library.ts";
import type { TemplateHost } from "./host.ts";
import { execute } from "./interpreter/execution.ts";
import { parseTrees, type TemplateTrees } from "./language/parser.ts";
import { byteStringOfText, bytesOf, textOf } from "./values/byte-string.ts";
import { goValueOfData, type TemplateData } from "./values/input.ts";

/** How a template is parsed. */
export interface ParseOptions {
  /** @defaultValue `{{` */
  readonly leftDelimiter?: string;
  /** @defaultValue `}}` */
  readonly rightDelimiter?: string;
  /** What the template can call. @defaultValue {@link FUNCTIONS} */
  readonly functions?: FunctionMap;
}

/** With what a template is executed. */
export interface ExecuteOptions {
  readonly host: TemplateHost;
  /** Limits other than those of {@link DEFAULT_BUDGET}. */
  readonly budget?: Partial<RenderBudget>;
}

/**
 * A parsed template. It never changes, so one can be executed any number of times, and concurrently. A key that the data
 * lacks is an error, as with Go's option `missingkey=error`.
 */
export interface Template {
  readonly name: string;
  /**
   * Executes the template.
   *
   * @returns the output's bytes; they need not be UTF-8, since data may be binary.
   * @throws TemplateError `TEMPLATE_EXECUTE`, `TEMPLATE_MISSING_KEY`, `TEMPLATE_BUDGET`
   */
  execute(data: TemplateData, options: ExecuteOptions): Uint8Array<ArrayBuffer>;
  /** As {@link Template.execute}, but decoded as UTF-8, for labels, annotations and other texts. */
  executeToText(data: TemplateData, options: ExecuteOptions): string;
}

/**
 * Parses a template in the language of Go's text/template.
 *
 * @param name - used in errors, and what the template itself is called in `{{template}}`.
 * @throws TemplateError `TEMPLATE_PARSE`
 */
export function parseTemplate(name: string, text: string, options: ParseOptions = {}): Template {
  const functions = options.functions ?? FUNCTIONS;
  const source = byteStringOfText(text);
  const trees = parseTrees({
    name: byteStringOfText(name),
    source,
    // An empty delimiter means the usual one, as in Go.
    delimiters: {
      left: byteStringOfText(options.leftDelimiter || "{{"),
      right: byteStringOfText(options.rightDelimiter || "}}"),
    },
    hasFunction: (functionName) => functions.has(functionName),
  });
  return new ParsedTemplate({ name: byteStringOfText(name), source, trees, functions });
}

interface Parsed {
  readonly name: string;
  readonly source: string;
  readonly trees: TemplateTrees;
  readonly functions: FunctionMap;
}

class ParsedTemplate implements Template {
  readonly #parsed: Parsed;

  constructor(parsed: Parsed) {
    this.#parsed = parsed;
  }

  get name(): string {
    return textOf(this.#parsed.name);
  }

  execute(data: TemplateData, options: ExecuteOptions): Uint8Array<ArrayBuffer> {
    return bytesOf(this.#execute(data, options));
  }

  executeToText(data: TemplateData, options: ExecuteOptions): string {
    return textOf(this.#execute(data, options));
  }

  #execute(data: TemplateData, { host, budget }: ExecuteOptions): string {
    const meter = new BudgetMeter(budget === undefined ? DEFAULT_BUDGET : { ...DEFAULT_BUDGET, ...budget });
    return execute({ ...this.#parsed, data: goValueOfData(data), host, budget: meter });
  }
}
