export { accessReviews } from "./access-reviews.ts";
export { bootstrapPolicy } from "./bootstrap-policy.ts";
export { escalationAdmission } from "./escalation.ts";
export { accessForbidden } from "./forbidden.ts";
export { RbacAuthorizer } from "./rbac-authorizer.ts";
export { startRoleAggregation } from "./role-aggregation.ts";
export type { AccessAttributes, Authorizer } from "./types.ts";
