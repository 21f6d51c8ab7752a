export type { Schema, ValidationRule } from "./types.ts";
export { applyDefaults, dropForbiddenNulls } from "./defaults.ts";
export { checkEmbeddedResources } from "./embedded-resource.ts";
export {
  duplicateError,
  forbiddenError,
  invalidError,
  notFoundError,
  notSupportedError,
  requiredError,
  tooLongError,
  tooManyError,
  typeInvalidError,
  WHOLE_OBJECT,
} from "./field-error.ts";
export { formatBadValue, formatGoJson, formatGoNumber, quoteGo } from "./go-text.ts";
export { cloneJson, equalJson, isJsonObject, memberOf, setMember } from "./json-value.ts";
export { checkListTypes } from "./list-types.ts";
export { defaultObject, pruneObject, validateObject } from "./objects.ts";
export { compilePattern, matchesPattern } from "./pattern.ts";
export { prune, type PruneOptions, unknownFieldText } from "./prune.ts";
export { checkStructural } from "./structural.ts";
export { unrecognizedFormats } from "./unrecognized-formats.ts";
export { validateValue, type ValidateOptions } from "./validate.ts";
