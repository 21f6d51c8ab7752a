export { certificateApproval } from "./approval.ts";
export { csrAdmission } from "./csr-admission.ts";
export { certificateRequestStrategy } from "./csr-strategy.ts";
export {
  MAX_CERTIFICATE_SECONDS,
  type SigningCa,
  type SigningControllerOptions,
  startSigningController,
} from "./signing-controller.ts";
export { trustBundleAdmission } from "./trust-bundle-admission.ts";
