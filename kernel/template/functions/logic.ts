import { CallError } from "../template-error.ts";
import { isEmpty } from "../values/value.ts";
import { define, type TemplateFunction } from "./define.ts";

/** Defaults and choices. */
export const LOGIC_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  default: define(["any", "...any"], (fallback, ...given) => {
    const [first = null] = given;
    return given.length === 0 || isEmpty(first) ? fallback : first;
  }),
  empty: define(["any"], isEmpty),
  coalesce: define(["...any"], (...values) => values.find((value) => !isEmpty(value)) ?? null),
  all: define(["...any"], (...values) => values.every((value) => !isEmpty(value))),
  any: define(["...any"], (...values) => values.some((value) => !isEmpty(value))),
  ternary: define(["any", "any", "bool"], (whenTrue, whenFalse, condition) => (condition ? whenTrue : whenFalse)),
  fail: define(["string"], (message) => {
    // A computed message may hold a secret value, so the text is shown only if the template spells it out.
    throw new CallError("the template calls fail", message);
  }),
};
