import { TegataError } from "@tegata/errors";
import { isMemberOf, pathOf, type SpiffeId, spiffeIdFromPath } from "./spiffe-id.ts";
import type { TrustDomain } from "./trust-domain.ts";

const RESERVED = "/spire";
const SERVER = "/spire/server";
const AGENTS = "/spire/agent/";

/** The ID of the servers of a trust domain: `/spire/server`. */
export function serverSpiffeId(trustDomain: TrustDomain): SpiffeId {
  return spiffeIdFromPath(trustDomain, SERVER);
}

/**
 * The ID of an agent.
 *
 * @param attestor - how it was attested, e.g. `k8s_psat`: the first segment below `/spire/agent`.
 * @param rest - one segment at least, e.g. cluster and node UID.
 * @throws TegataError `SPIFFE_ID_INVALID`
 */
export function agentSpiffeId(
  trustDomain: TrustDomain,
  attestor: string,
  ...rest: readonly [string, ...string[]]
): SpiffeId {
  return spiffeIdFromPath(trustDomain, AGENTS + [attestor, ...rest].join("/"));
}

/** Whether the path of an ID is `/spire` or below it, where only servers and agents are. */
export function isReservedSpiffeId(id: SpiffeId): boolean {
  const path = pathOf(id);
  return path === RESERVED || path.startsWith(`${RESERVED}/`);
}

/** Whether an ID is that of an agent, as far as its path says. */
export function isAgentSpiffeId(id: SpiffeId): boolean {
  return pathOf(id).startsWith(AGENTS);
}

/** @throws TegataError `SPIFFE_ID_NOT_ALLOWED` unless the ID is in the trust domain and has a path. */
export function checkMemberId(id: SpiffeId, trustDomain: TrustDomain): void {
  const text = `"${id}" is not a member of trust domain "${trustDomain}"`;
  if (!isMemberOf(id, trustDomain)) throw notAllowed(text);
  if (pathOf(id) === "") throw notAllowed(`${text}; path is empty`);
}

/** @throws TegataError `SPIFFE_ID_NOT_ALLOWED` unless it is an ID that a workload of the trust domain may have. */
export function checkWorkloadId(id: SpiffeId, trustDomain: TrustDomain): void {
  checkMemberId(id, trustDomain);
  if (isReservedSpiffeId(id))
    throw notAllowed(`"${id}" is not a workload in trust domain "${trustDomain}"; path is in the reserved namespace`);
}

/** @throws TegataError `SPIFFE_ID_NOT_ALLOWED` unless it is an ID that an agent of the trust domain may have. */
export function checkAgentId(id: SpiffeId, trustDomain: TrustDomain): void {
  checkMemberId(id, trustDomain);
  if (!isAgentSpiffeId(id))
    throw notAllowed(`"${id}" is not an agent in trust domain "${trustDomain}"; path is not in the agent namespace`);
}

function notAllowed(message: string): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "SPIFFE_ID_NOT_ALLOWED",
    message,
    remedy:
      "Workloads have IDs of this trust domain with a path outside /spire; agents have paths below /spire/agent/.",
  });
}
