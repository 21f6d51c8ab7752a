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
