import { TegataError } from "@tegata/errors";
import { quoted } from "./quoted.ts";
import { isTrustDomain, parseTrustDomain, type TrustDomain } from "./trust-domain.ts";

declare const spiffeIdBrand: unique symbol;

/** A well-formed SPIFFE ID in its text form, e.g. `spiffe://example.org/ns/shop/sa/web`. */
export type SpiffeId = string & { readonly [spiffeIdBrand]: true };

/** Longest SPIFFE ID, in characters, which are all ASCII. SPIFFE-ID §2.3 */
export const MAX_SPIFFE_ID_LENGTH = 2048;

const SCHEME = "spiffe://";
const PATH_SEGMENT = /^[a-zA-Z0-9._-]+$/;

/**
 * Parses a SPIFFE ID.
 *
 * @param text - the URI as text, e.g. from a URI SAN; it is not percent-decoded.
 * @returns the same text, now known to be well formed. Compare with `===`; usable as a Map key.
 * @throws TegataError `SPIFFE_ID_INVALID` if the text breaks a rule of the specification.
 * @see SPIFFE-ID §2.1 (trust domain), §2.2 (path), §2.3 (length)
 */
export function parseSpiffeId(text: string): SpiffeId {
  if (text.length > MAX_SPIFFE_ID_LENGTH) throw invalid(text, `it is longer than ${MAX_SPIFFE_ID_LENGTH} characters`);
  if (!text.startsWith(SCHEME)) throw invalid(text, 'it does not start with "spiffe://"');
  const [trustDomain = "", ...segments] = text.slice(SCHEME.length).split("/");
  if (!isTrustDomain(trustDomain))
    throw invalid(text, "its trust domain must be 1 to 255 of a-z, 0-9, dot, dash, underscore");
  for (const segment of segments) {
    if (segment === "") throw invalid(text, "the path has an empty segment or a trailing slash");
    if (segment === "." || segment === "..") throw invalid(text, "the path has a dot segment");
    if (!PATH_SEGMENT.test(segment))
      throw invalid(text, `${quoted(segment)} may hold only letters, digits, dot, dash, underscore`);
  }
  return text as SpiffeId;
}

/**
 * Parses the ID of something in a trust domain: it has a path.
 *
 * @throws TegataError `SPIFFE_ID_INVALID`, also for a trust domain's own ID.
 */
export function parseWorkloadSpiffeId(text: string): SpiffeId {
  const id = parseSpiffeId(text);
  if (pathOf(id) === "") throw invalid(text, "it names a trust domain, not something in it: the path is empty");
  return id;
}

/**
 * Makes a SPIFFE ID of a trust domain and a path.
 *
 * @param path - with its leading slash, or empty for the trust domain itself, as SPIRE's API has it.
 * @throws TegataError `SPIFFE_ID_INVALID`
 */
export function spiffeIdFromPath(trustDomain: TrustDomain, path: string): SpiffeId {
  if (path !== "" && !path.startsWith("/")) throw invalid(SCHEME + trustDomain + path, "its path has no leading slash");
  return parseSpiffeId(SCHEME + trustDomain + path);
}

/** Makes a SPIFFE ID of a trust domain and the segments of a path. @throws TegataError `SPIFFE_ID_INVALID` */
export function spiffeIdFromSegments(trustDomain: TrustDomain, ...segments: readonly string[]): SpiffeId {
  const slash = segments.find((segment) => segment.includes("/"));
  if (slash !== undefined) throw invalid(slash, "a segment of the path has a slash");
  return spiffeIdFromPath(trustDomain, segments.map((segment) => `/${segment}`).join(""));
}

/** The ID of the trust domain itself, e.g. `spiffe://example.org`: how bundles are keyed. */
export function trustDomainId(trustDomain: TrustDomain): SpiffeId {
  return spiffeIdFromPath(trustDomain, "");
}

/** The trust domain of an ID. */
export function trustDomainOf(id: SpiffeId): TrustDomain {
  const end = id.indexOf("/", SCHEME.length);
  return parseTrustDomain(id.slice(SCHEME.length, end < 0 ? undefined : end));
}

/** The path of an ID, with its leading slash; empty for a trust domain's own ID. */
export function pathOf(id: SpiffeId): string {
  const start = id.indexOf("/", SCHEME.length);
  return start < 0 ? "" : id.slice(start);
}

/** Whether an ID belongs to a trust domain, be it its own ID. */
export function isMemberOf(id: SpiffeId, trustDomain: TrustDomain): boolean {
  return trustDomainOf(id) === trustDomain;
}

/**
 * Reads a trust domain where both its name and any ID in it are accepted: flags and API fields, as SPIRE does.
 *
 * @param text - e.g. `example.org`, `spiffe://example.org` or `spiffe://example.org/web`.
 * @throws TegataError `TRUST_DOMAIN_INVALID`, or `SPIFFE_ID_INVALID` if it has a scheme.
 */
export function parseTrustDomainOrId(text: string): TrustDomain {
  return text.includes(":/") ? trustDomainOf(parseSpiffeId(text)) : parseTrustDomain(text);
}

function invalid(text: string, why: string): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "SPIFFE_ID_INVALID",
    message: `${quoted(text)} is not a SPIFFE ID here: ${why}`,
    remedy: 'Write it as "spiffe://example.org/path/of/the/workload".',
  });
}
