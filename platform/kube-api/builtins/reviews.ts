import type { ResourceDefinition } from "../registry/types.ts";
import { defineReview } from "./define.ts";
import type { BuiltinHandlers, Review } from "./handlers.ts";

/** The questions of `authentication.k8s.io/v1` and `authorization.k8s.io/v1`: who is this, and may they? */
export function reviewResources(handlers: BuiltinHandlers): ResourceDefinition[] {
  const authentication = (kind: string, review?: Review) =>
    defineReview({ group: "authentication.k8s.io", kind }, review);
  const authorization = (kind: string, review?: Review) =>
    defineReview({ group: "authorization.k8s.io", kind }, review);
  const local = { group: "authorization.k8s.io", kind: "LocalSubjectAccessReview", namespaced: true };
  return [
    ...authentication("SelfSubjectReview", handlers.selfSubjectReview),
    ...authentication("TokenReview", handlers.tokenReview),
    ...defineReview(local, handlers.localSubjectAccessReview),
    ...authorization("SelfSubjectAccessReview", handlers.selfSubjectAccessReview),
    ...authorization("SelfSubjectRulesReview", handlers.selfSubjectRulesReview),
    ...authorization("SubjectAccessReview", handlers.subjectAccessReview),
  ];
}
