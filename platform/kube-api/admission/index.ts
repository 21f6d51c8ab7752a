export { admissionChain, type AdmissionPlugin } from "./admission-chain.ts";
export type { ConditionEvaluator } from "./match-conditions.ts";
export { serviceAccountAdmission } from "./service-account-admission.ts";
export type { AdmissionAttributes, AdmissionController, AdmissionOperation } from "./types.ts";
export { WebhookAdmission, type WebhookAdmissionOptions } from "./webhook-admission.ts";
export { defaultWebhookConfiguration, validateWebhookConfiguration } from "./webhook-validation.ts";
