export { selfSubjectReview, tokenReview } from "./identity-reviews.ts";
export { RequestAuthenticator } from "./request-authenticator.ts";
export { startSecretTokenController } from "./secret-token-controller.ts";
export { SecretTokens } from "./secret-tokens.ts";
export { ServiceAccountTokens } from "./service-account-tokens.ts";
export { staticTokens } from "./static-tokens.ts";
export { tokenRequest } from "./token-request.ts";
