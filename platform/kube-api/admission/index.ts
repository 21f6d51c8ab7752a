export { admissionChain, type AdmissionPlugin } from "./admission-chain.ts";
export { serviceAccountAdmission } from "./service-account-admission.ts";
export type { AdmissionAttributes, AdmissionController, AdmissionOperation } from "./types.ts";
export { WebhookAdmission } from "./webhook-admission.ts";
export { defaultWebhookConfiguration, validateWebhookConfiguration } from "./webhook-validation.ts";
