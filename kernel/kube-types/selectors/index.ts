export {
  type FieldRequirement,
  formatFieldSelector,
  matchesFields,
  parseFieldSelector,
  requiredValue,
} from "./field-selector.ts";
export {
  formatLabelSelector,
  type LabelOperator,
  type LabelRequirement,
  labelRequirements,
  matchesLabels,
  parseLabelSelector,
} from "./label-selector.ts";
export { checkLabelKey, checkLabelValue } from "./label-syntax.ts";
