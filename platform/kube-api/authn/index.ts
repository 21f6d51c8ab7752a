export { clientCertificateUser } from "./client-certificate.ts";
export { selfSubjectReview, tokenReview } from "./identity-reviews.ts";
export { ANONYMOUS, RequestAuthenticator, type RequestAuthenticatorOptions } from "./request-authenticator.ts";
export { parseServiceAccountUsername, serviceAccountUsername } from "./service-account-user.ts";
export { ServiceAccountTokens, type ServiceAccountTokenOptions, type TokenGrant } from "./service-account-tokens.ts";
export { staticTokens } from "./static-tokens.ts";
export { type TokenAuthenticator, TokenError, type TokenIdentity } from "./token-authenticator.ts";
export { DEFAULT_TOKEN_SECONDS, MIN_TOKEN_SECONDS, tokenRequest } from "./token-request.ts";
export type { AuthenticationRequest, Authenticator } from "./types.ts";
