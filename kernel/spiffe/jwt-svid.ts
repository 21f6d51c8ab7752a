import { asTegataError } from "@tegata/errors";
import { parsePublicKey, type Signer, type Verifier } from "@tegata/pki";
import { isSignedBy, type JsonClaims, type Jws, parseJws, parseObject, signJws } from "./jws.ts";
import { invalidJwt } from "./jwt-error.ts";
import { quoted } from "./quoted.ts";
import { parseWorkloadSpiffeId, type SpiffeId, trustDomainOf } from "./spiffe-id.ts";
import { type BundleSource, requireBundle } from "./trust-bundle.ts";

/** How far clocks may be apart, in seconds, where tokens are verified: what SPIRE allows. */
export const JWT_LEEWAY_SECONDS = 60;

/** A JWT-SVID to be issued. */
export interface JwtSvidRequest {
  /** With a path. */
  readonly spiffeId: SpiffeId;
  /** One at least; one is best, since each of them could present the token to the others. */
  readonly audience: readonly string[];
  /** Cut to what the key has left. */
  readonly ttlSeconds: number;
  /** `iss`: set where tokens are verified by OIDC discovery. */
  readonly issuer?: string;
  /** `jti`: unpredictable and unique. */
  readonly tokenId?: string;
}

/** A key that issues JWT-SVIDs. */
export interface SigningJwtAuthority {
  readonly keyId: string;
  readonly signer: Signer;
  readonly notAfter: Date;
  readonly verifier: Verifier;
}

/** A JWT-SVID, parsed. */
export interface JwtSvid {
  readonly spiffeId: SpiffeId;
  readonly keyId: string;
  readonly audience: readonly string[];
  readonly expiresAt: Date;
  /** All claims, also those that are not known. */
  readonly claims: JsonClaims;
}

/** How a JWT-SVID is verified. */
export interface JwtVerification {
  /** The verifier's own name, which must be among the token's. */
  readonly audience: string;
  readonly now: Date;
  readonly verifier: Verifier;
  /** @defaultValue {@link JWT_LEEWAY_SECONDS} */
  readonly leewaySeconds?: number;
}

/**
 * The claims of a JWT-SVID, in the order in which SPIRE writes them.
 *
 * @throws TegataError `JWT_SVID_INVALID` for a request that cannot be granted, also if the key has expired.
 */
export function jwtSvidClaims(request: JwtSvidRequest, notAfter: Date, now: Date): JsonClaims {
  const { audience, issuer, tokenId } = request;
  if (audience.length === 0 || audience.includes("")) throw invalidJwt("at least one audience is required");
  const iat = seconds(now);
  const exp = Math.min(iat + request.ttlSeconds, seconds(notAfter));
  if (!(exp > iat)) throw invalidJwt("it would have expired at once");
  return {
    aud: [...audience],
    exp,
    iat,
    ...(issuer === undefined ? {} : { iss: issuer }),
    ...(tokenId === undefined ? {} : { jti: tokenId }),
    sub: readingId(() => parseWorkloadSpiffeId(request.spiffeId)),
  };
}

/**
 * Issues a JWT-SVID.
 *
 * @returns the token, checked as a stranger would check it.
 * @throws TegataError `JWT_SVID_INVALID`; what the signer throws.
 */
export async function issueJwtSvid(
  request: JwtSvidRequest,
  authority: SigningJwtAuthority,
  now: Date,
): Promise<string> {
  const { keyId, signer, verifier } = authority;
  const claims = jwtSvidClaims(request, authority.notAfter, now);
  const token = await signJws({ kid: keyId, typ: "JWT" }, claims, signer);
  const jws = parseJws(token);
  readJwtSvid(jws);
  if (!isSignedBy(jws, parsePublicKey(signer.publicKeySpki), verifier))
    throw invalidJwt("what was just signed does not verify");
  return token;
}

/**
 * Reads a JWT-SVID without verifying it: for whoever just fetched it from the Workload API, and nobody else.
 *
 * @throws TegataError `JWT_SVID_INVALID`
 */
export function parseUnverifiedJwtSvid(token: string): JwtSvid {
  return readJwtSvid(parseJws(token));
}

/**
 * Verifies a JWT-SVID by the bundle of the trust domain that it claims, and by no other.
 *
 * @throws TegataError `JWT_SVID_INVALID`, `BUNDLE_NOT_FOUND`
 * @see JWT-SVID §5
 */
export function verifyJwtSvid(token: string, bundles: BundleSource, verification: JwtVerification): JwtSvid {
  const jws = parseJws(token);
  const svid = readJwtSvid(jws);
  const { jwtAuthorities } = requireBundle(bundles, trustDomainOf(svid.spiffeId));
  const authority = jwtAuthorities.find(({ keyId }) => keyId === svid.keyId);
  if (authority === undefined) throw invalidJwt(`the bundle of its trust domain has no key ${quoted(svid.keyId)}`);
  if (!isSignedBy(jws, authority.publicKey, verification.verifier)) throw invalidJwt("its signature is wrong");
  checkClaims(svid, verification);
  return svid;
}

function readJwtSvid({ header, payload }: Jws): JwtSvid {
  const { kid, typ } = header;
  // The specification lets "kid" be absent; SPIRE and go-spiffe do not, and without it any key of the bundle might do.
  if (typeof kid !== "string" || kid === "") throw invalidJwt("its header has no key ID");
  if (typ !== undefined && typ !== "JWT" && typ !== "JOSE") throw invalidJwt('its type is neither "JWT" nor "JOSE"');
  const claims = parseObject(payload, "payload");
  const { sub } = claims;
  if (typeof sub !== "string") throw invalidJwt("it has no subject");
  return {
    spiffeId: readingId(() => parseWorkloadSpiffeId(sub)),
    keyId: kid,
    audience: readAudience(claims),
    expiresAt: new Date(requireTime(claims, "exp") * 1000),
    claims,
  };
}

function checkClaims({ audience, claims }: JwtSvid, verification: JwtVerification): void {
  const { now, leewaySeconds = JWT_LEEWAY_SECONDS } = verification;
  const at = now.getTime() / 1000;
  if (!audience.includes(verification.audience))
    throw invalidJwt(`it is not for the audience ${quoted(verification.audience)}`);
  if (at - leewaySeconds >= requireTime(claims, "exp")) throw invalidJwt("it has expired");
  for (const name of ["nbf", "iat"])
    if (claims[name] !== undefined && at + leewaySeconds < requireTime(claims, name))
      throw invalidJwt(`its time has not come yet (${name})`);
}

/** One string or a list of them. RFC 7519 §4.1.3 */
function readAudience({ aud }: JsonClaims): readonly string[] {
  const list: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  const audience = list.filter((one) => typeof one === "string" && one !== "");
  if (audience.length === 0 || audience.length !== list.length) throw invalidJwt("it has no audience");
  return audience as string[];
}

/** The latest instant that a Date can be, in seconds. */
const MAX_TIME_SECONDS = 8.64e12;

function requireTime(claims: JsonClaims, name: string): number {
  const value = claims[name];
  if (typeof value === "number" && value >= 0 && value <= MAX_TIME_SECONDS) return value;
  throw invalidJwt(`its claim "${name}" is not a time`);
}

function seconds(instant: Date): number {
  return Math.floor(instant.getTime() / 1000);
}

function readingId(read: () => SpiffeId): SpiffeId {
  try {
    return read();
  } catch (thrown) {
    const error = asTegataError(thrown);
    throw error === undefined ? thrown : invalidJwt(`its subject: ${error.message}`, error);
  }
}
