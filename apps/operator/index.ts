export { OPERATOR_LEASE, type Operator, type OperatorOptions, startOperator } from "./operator.ts";
export { WEBHOOK_SECRET, type WebhookOptions } from "./webhook/webhook.ts";
