import type { MessagePackage } from "../message-package.ts";

/** The kinds of `authentication.k8s.io/v1`. Read {@link MessagePackage.table} for the notation. */
export const AUTHENTICATION: MessagePackage = {
  definitions: "io.k8s.api.authentication.v1",
  group: "authentication.k8s.io",
  version: "v1",
  table: `
TokenReview kind
  1 metadata ObjectMeta
  2 spec TokenReviewSpec!
  3 status TokenReviewStatus
TokenReviewSpec
  1 token string
  2 audiences []string atomic
TokenReviewStatus
  1 authenticated bool
  2 user UserInfo
  4 audiences []string atomic
  3 error string
UserInfo
  1 username string
  2 uid string
  3 groups []string atomic
  4 extra {}StringList
TokenRequest kind
  1 metadata ObjectMeta
  2 spec TokenRequestSpec
  3 status TokenRequestStatus
TokenRequestSpec
  1 audiences []string atomic
  4 expirationSeconds *int64 default=3600
  3 boundObjectRef *BoundObjectReference
BoundObjectReference
  1 kind string
  2 apiVersion string
  3 name string
  4 uid string
TokenRequestStatus
  1 token string
  2 expirationTimestamp Time
SelfSubjectReview kind
  1 metadata ObjectMeta
  2 status SelfSubjectReviewStatus
SelfSubjectReviewStatus
  1 userInfo UserInfo
`,
};
