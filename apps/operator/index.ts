export { OPERATOR_LEASE, type Operator, type OperatorOptions, startOperator } from "./operator.ts";
