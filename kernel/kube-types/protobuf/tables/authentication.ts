import type { MessagePackage } from "../message-package.ts";

/** The kinds of `authentication.k8s.io/v1`. Read {@link MessagePackage.table} for the notation. */
export const AUTHENTICATION: MessagePackage = {
  definitions: "io.k8s.api.authentication.v1",
  group: "authentication.k8s.io",
  version: "v1",
  table: `
TokenReview kind # Asks whose token this is.
  1 metadata ObjectMeta
  2 spec TokenReviewSpec!
  3 status TokenReviewStatus
TokenReviewSpec
  1 token string # The token.
  2 audiences []string atomic # Of these audiences, the token must name one.
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
TokenRequest kind # Asks for a token of a ServiceAccount.
  1 metadata ObjectMeta
  2 spec TokenRequestSpec! # What token is wanted.
  3 status TokenRequestStatus # The token.
TokenRequestSpec
  1 audiences []string! atomic # For whom the token is meant. Whoever is not named must refuse it.
  4 expirationSeconds *int64 default=3600 # For how long it is wanted, in seconds; at least 600.
  3 boundObjectRef *BoundObjectReference # A Pod, Secret or Node with whose end the token ends.
BoundObjectReference
  1 kind string
  2 apiVersion string
  3 name string
  4 uid string
TokenRequestStatus
  1 token string! # The token.
  2 expirationTimestamp Time! # When it expires.
SelfSubjectReview kind # Asks who the sender is.
  1 metadata ObjectMeta
  2 status SelfSubjectReviewStatus
SelfSubjectReviewStatus
  1 userInfo UserInfo
`,
};
