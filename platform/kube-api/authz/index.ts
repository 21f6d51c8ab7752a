export { accessReviews, type AccessReviews } from "./access-reviews.ts";
export { bootstrapPolicy } from "./bootstrap-policy.ts";
export { escalationAdmission } from "./escalation.ts";
export { accessForbidden } from "./forbidden.ts";
export { RbacAuthorizer, SYSTEM_MASTERS } from "./rbac-authorizer.ts";
export { startRoleAggregation } from "./role-aggregation.ts";
export type { AccessAttributes, AccessDecision, Authorizer } from "./types.ts";
export {
  defaultRoleBinding,
  validateRole,
  validateRoleBinding,
  validateRoleBindingUpdate,
} from "./validation.ts";
