export { certificateApproval } from "./approval.ts";
export { csrAdmission } from "./csr-admission.ts";
export { startSigningController } from "./signing-controller.ts";
export { trustBundleAdmission } from "./trust-bundle-admission.ts";
