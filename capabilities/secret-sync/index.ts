export { secretSyncCrds } from "./api/crds.ts";
export type {
  ExternalSecret,
  ExternalSecretSpec,
  ExternalSecretStatus,
  SecretStoreObject,
  SecretStoreRef,
} from "./api/external-secret.ts";
export { externalSecretProblems } from "./admission.ts";
export { ADMISSION_PATHS, answerAdmissionReview } from "./admission-review.ts";
export { type RefreshCause, refreshCause, untilNextRefreshMs } from "./checks.ts";
export { targetNameOf, targetState } from "./target.ts";
export type { SecretSyncOptions } from "./config.ts";
export { parseGoDurationMs } from "./duration.ts";
export { type World, watchWorld } from "./world.ts";
export { clusterSecretStores, externalSecrets, secretStores } from "./resources.ts";
export { createSecretSync, type SecretSync, type SecretSyncDependencies } from "./secret-sync.ts";
