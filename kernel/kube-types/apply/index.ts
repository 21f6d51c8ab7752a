export { applyConfiguration } from "./apply-configuration.ts";
export { checkManagedFields, MAX_UPDATE_MANAGERS } from "./managed-fields.ts";
export { managerOf, MAX_MANAGER_BYTES } from "./manager-name.ts";
export { resetFieldsOf } from "./reset-fields.ts";
export { keepUnchangedTimes, trackUpdate } from "./track-update.ts";
export type { ApplyRequest, ApplyResult, WriteRequest } from "./types.ts";
