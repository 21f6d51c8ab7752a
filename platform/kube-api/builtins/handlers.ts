import type { ResourceDefinition, SubresourceHandler } from "../registry/types.ts";

/** Answers the POST of a kind that is never stored. */
export type Review = NonNullable<ResourceDefinition["review"]>;

/** What the built-in kinds need of the rest of the server. A kind whose review is absent is not served. */
export interface BuiltinHandlers {
  readonly tokenReview?: Review;
  readonly selfSubjectReview?: Review;
  readonly subjectAccessReview?: Review;
  readonly localSubjectAccessReview?: Review;
  readonly selfSubjectAccessReview?: Review;
  readonly selfSubjectRulesReview?: Review;
  /** `serviceaccounts/token`. */
  readonly serviceAccountToken?: SubresourceHandler;
  /** `certificatesigningrequests/approval`. */
  readonly certificateApproval?: SubresourceHandler;
  /** `namespaces/finalize`. */
  readonly namespaceFinalize?: SubresourceHandler;
}
