export { isTrustDomain, parseTrustDomain, type TrustDomain } from "./trust-domain.ts";
export {
  isMemberOf,
  MAX_SPIFFE_ID_LENGTH,
  parseSpiffeId,
  parseTrustDomainOrId,
  parseWorkloadSpiffeId,
  pathOf,
  type SpiffeId,
  spiffeIdFromPath,
  spiffeIdFromSegments,
  trustDomainId,
  trustDomainOf,
} from "./spiffe-id.ts";
export {
  agentSpiffeId,
  checkAgentId,
  checkMemberId,
  checkWorkloadId,
  isAgentSpiffeId,
  isReservedSpiffeId,
  serverSpiffeId,
} from "./spire-paths.ts";
export {
  compareSelectors,
  formatSelector,
  includesSelectors,
  matchesSelectors,
  parseSelector,
  type Selector,
  selector,
  type SelectorMatch,
  selectorSet,
} from "./selector.ts";
export {
  type EntryId,
  entryKey,
  isNodeAlias,
  MAX_HINT_LENGTH,
  parseEntryId,
  parseRegistrationEntry,
  type RegistrationEntry,
  type RegistrationEntryInput,
} from "./registration-entry.ts";
export {
  addAuthorities,
  type BundleDiff,
  type BundleSource,
  diffBundles,
  emptyBundle,
  type JwtAuthority,
  requireBundle,
  sameAuthorities,
  sameBundle,
  type TrustBundle,
} from "./trust-bundle.ts";
export {
  type CaRequest,
  caTemplate,
  HELM_PROFILE,
  SPIRE_PROFILE,
  SVID_BACKDATE_MS,
  svidTemplate,
  type SvidRequest,
  type X509Profile,
} from "./x509-profile.ts";
export { checkSigningCertificate, checkX509Svid, x509SvidIdOf } from "./x509-svid-rules.ts";
export {
  encodeX509Svid,
  issueX509Svid,
  parseX509Svid,
  type SigningCa,
  splitCertificates,
  verifyX509Svid,
  type X509Svid,
  x509SvidOf,
} from "./x509-svid.ts";
export {
  decodeBundleJwks,
  decodeBundlePem,
  decodeJwtBundleJwks,
  encodeBundleJwks,
  encodeBundlePem,
  encodeJwtBundleJwks,
  MAX_BUNDLE_LENGTH,
} from "./bundle-jwks.ts";
export {
  isSignedBy,
  type JsonClaims,
  type Jws,
  type JwsAlgorithm,
  MAX_TOKEN_LENGTH,
  parseJws,
  signJws,
} from "./jws.ts";
export {
  issueJwtSvid,
  JWT_LEEWAY_SECONDS,
  type JwtSvid,
  jwtSvidClaims,
  type JwtSvidRequest,
  type JwtVerification,
  parseUnverifiedJwtSvid,
  type SigningJwtAuthority,
  verifyJwtSvid,
} from "./jwt-svid.ts";
export {
  activateAuthority,
  EXPIRED_AUTHORITY_KEPT_MS,
  hasExpired,
  type LocalAuthorities,
  type LocalAuthority,
  NO_AUTHORITIES,
  type OldAuthority,
  prepareAuthority,
  pruneAuthorities,
  publishedAuthorities,
  revokeAuthority,
  taintAuthority,
} from "./authority-lifecycle.ts";
export {
  ACTIVATION,
  activationTime,
  longestGuaranteedTtlMs,
  planRotation,
  PREPARATION,
  preparationTime,
  PUBLICATION,
  type RotationStep,
} from "./authority-rotation.ts";
