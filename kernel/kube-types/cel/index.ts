export { checkCondition, evaluateCondition, MAX_CONDITION_COST } from "./conditions.ts";
export { validateCustomResource } from "./custom-resource.ts";
export { checkSchemaRules } from "./check-rules.ts";
export { MAX_OBJECT_COST, validateRules } from "./validate-rules.ts";
export { CelCompileError } from "./syntax.ts";
export { CelCostError, CelError } from "./values.ts";
