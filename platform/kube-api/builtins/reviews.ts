import type { ResourceDefinition } from "../registry/types.ts";
import { defineReview } from "./define.ts";
import type { BuiltinHandlers } from "./handlers.ts";

const AUTHENTICATION = "authentication.k8s.io";
const AUTHORIZATION = "authorization.k8s.io";

/** The questions of `authentication.k8s.io/v1` and `authorization.k8s.io/v1`: who is this, and may they? */
export function reviewResources(handlers: BuiltinHandlers): ResourceDefinition[] {
  return [
    ...defineReview(
      { group: AUTHENTICATION, kind: "SelfSubjectReview", plural: "selfsubjectreviews" },
      handlers.selfSubjectReview,
    ),
    ...defineReview({ group: AUTHENTICATION, kind: "TokenReview", plural: "tokenreviews" }, handlers.tokenReview),
    ...defineReview(
      {
        group: AUTHORIZATION,
        kind: "LocalSubjectAccessReview",
        plural: "localsubjectaccessreviews",
        namespaced: true,
      },
      handlers.localSubjectAccessReview,
    ),
    ...defineReview(
      { group: AUTHORIZATION, kind: "SelfSubjectAccessReview", plural: "selfsubjectaccessreviews" },
      handlers.selfSubjectAccessReview,
    ),
    ...defineReview(
      { group: AUTHORIZATION, kind: "SelfSubjectRulesReview", plural: "selfsubjectrulesreviews" },
      handlers.selfSubjectRulesReview,
    ),
    ...defineReview(
      { group: AUTHORIZATION, kind: "SubjectAccessReview", plural: "subjectaccessreviews" },
      handlers.subjectAccessReview,
    ),
  ];
}
