export { admissionChain } from "./admission-chain.ts";
export { serviceAccountAdmission } from "./service-account-admission.ts";
export { WebhookAdmission } from "./webhook-admission.ts";
