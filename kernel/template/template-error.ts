import { TegataError, type TegataErrorOptions } from "@tegata/errors";

/** Why a template failed; each is public API. */
export type TemplateErrorCode = "TEMPLATE_PARSE" | "TEMPLATE_EXECUTE" | "TEMPLATE_MISSING_KEY" | "TEMPLATE_BUDGET";

/** Where in a template's text something stands. */
export interface TemplatePosition {
  readonly templateName: string;
  /** From 1. */
  readonly line: number;
  /** In bytes, from 0, as Go's text/template counts. */
  readonly column: number;
}

/**
 * A template that does not parse, or fails for the data it was given.
 *
 * The message has the form of Go's: `template: name:1:3: executing "name" at <.user>: map has no entry for key "user"`. It
 * quotes only what the template's own text says, never a value.
 */
export class TemplateError extends TegataError {
  declare readonly code: TemplateErrorCode;
  readonly position: TemplatePosition;

  constructor(options: Omit<TegataErrorOptions, "kind"> & { code: TemplateErrorCode; position: TemplatePosition }) {
    super({ ...options, kind: "invalid-input" });
    this.position = options.position;
  }
}

/**
 * A function's refusal, without the place, which the executor adds. The reason must not hold values; what may be a value
 * goes into the operand, which is shown only if it stands in the template's own text.
 */
export class CallError extends Error {
  /** Shown after the reason, in quotes, if the template's text contains it. */
  readonly operand: string | undefined;

  constructor(reason: string, operand?: string, cause?: unknown) {
    super(reason, cause === undefined ? undefined : { cause });
    this.operand = operand;
  }
}
