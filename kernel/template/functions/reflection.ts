import { deepEqual } from "../values/deep-equal.ts";
import { kindOf, typeOf } from "../values/value.ts";
import { define, defineWithContext, type TemplateFunction } from "./define.ts";

/** Types of values, in Go's words. */
export const REFLECTION_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  typeOf: define(["any"], typeOf),
  typeIs: define(["string", "any"], (type, value) => typeOf(value) === type),
  typeIsLike: define(["string", "any"], (type, value) => typeOf(value) === type || typeOf(value) === `*${type}`),
  kindOf: define(["any"], kindOf),
  kindIs: define(["string", "any"], (kind, value) => kindOf(value) === kind),
  deepEqual: defineWithContext(["any", "any"], ({ budget }, a, b) => deepEqual(a, b, budget)),
};
