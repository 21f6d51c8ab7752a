import { createPublicKey, type JsonWebKey, type KeyObject, verify } from "node:crypto";
import type { Backend, MountRequest } from "../core.ts";
import { type Fields, listField, mapField, textField, toText } from "../fields.ts";
import { type ApiAnswer, ApiRefusal, badRequest } from "../protocol.ts";
import { isJsonObject } from "../storage/exact-json.ts";
import { grantToken, readRecord, roleName, serveRecords } from "./roles.ts";

/** Difference of clocks that is passed over, in milliseconds. */
const LEEWAY_MS = 60_000;

/** Hash, and how ECDSA and RSA-PSS sign, by the name of the algorithm. RFC 7518 §3.1, RFC 8037. */
const ALGORITHMS: Readonly<Record<string, { keyType: string; hash: string | null; pss?: true }>> = {
  RS256: { keyType: "rsa", hash: "sha256" },
  RS384: { keyType: "rsa", hash: "sha384" },
  RS512: { keyType: "rsa", hash: "sha512" },
  PS256: { keyType: "rsa", hash: "sha256", pss: true },
  PS384: { keyType: "rsa", hash: "sha384", pss: true },
  PS512: { keyType: "rsa", hash: "sha512", pss: true },
  ES256: { keyType: "ec", hash: "sha256" },
  ES384: { keyType: "ec", hash: "sha384" },
  ES512: { keyType: "ec", hash: "sha512" },
  EdDSA: { keyType: "ed25519", hash: null },
};

/** `auth/jwt`: a JWT signed by a configured key becomes a token of a role. */
export const jwtAuth: Backend = {
  isLogin: (below) => below === "login",
  exists: (request) => readRecord(request, request.below) !== undefined,
  handle: (request) => (request.below === "login" ? logIn(request) : serveRecords(request)),
};

async function logIn(request: MountRequest): Promise<ApiAnswer> {
  const config = readRecord(request, "config");
  if (config === undefined) throw badRequest("could not load configuration");
  const name = roleName(request, config);
  if (name === "") throw badRequest("missing role");
  const role = readRecord(request, `role/${name}`);
  if (role === undefined) throw badRequest(`role "${name}" could not be found`);
  const jwt = textField(request.body, "jwt");
  if (jwt === "") throw badRequest("missing token");
  const claims = await verifyJwt(jwt, config, request);
  checkClaims(claims, role, config, request.core.nowMs());
  const user = claims[textField(role, "user_claim") || "sub"];
  if (typeof user !== "string") throw badRequest(`claim "${textField(role, "user_claim")}" not found in token`);
  return grantToken(request, role, { displayName: `jwt-${user}`, meta: { role: name } });
}

async function verifyJwt(jwt: string, config: Fields, request: MountRequest): Promise<Fields> {
  const [head = "", payload = "", signature = "", ...more] = jwt.split(".");
  const header = decodePart(head);
  const claims = decodePart(payload);
  if (header === undefined || claims === undefined || more.length > 0) {
    throw badRequest("error validating token: malformed jwt");
  }
  const name = textField(header, "alg");
  const algorithm = Object.hasOwn(ALGORITHMS, name) ? ALGORITHMS[name] : undefined;
  const signed = Buffer.from(`${head}.${payload}`);
  const keys = await loadKeys(config, textField(header, "kid"), request);
  const isGood = keys.some((key) => {
    if (algorithm === undefined || key.asymmetricKeyType !== algorithm.keyType) return false;
    const padding = algorithm.pss === true ? { padding: 6, saltLength: -1 } : {};
    return verify(
      algorithm.hash,
      signed,
      { key, dsaEncoding: "ieee-p1363", ...padding },
      Buffer.from(signature, "base64url"),
    );
  });
  if (!isGood)
    throw badRequest(
      "error validating token: error verifying token signature: no known key successfully validated the token signature",
    );
  return claims;
}

function decodePart(part: string): Fields | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return isJsonObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

async function loadKeys(config: Fields, kid: string, { signal }: MountRequest): Promise<KeyObject[]> {
  const pems = listField(config, "jwt_validation_pubkeys").map((pem) => createPublicKey(pem));
  const url = textField(config, "jwks_url");
  if (url === "") return pems;
  const response = await fetch(url, { signal, redirect: "error" }).catch(() => undefined);
  const document: unknown = response?.ok === true ? await response.json() : undefined;
  if (!isJsonObject(document) || !Array.isArray(document.keys)) throw new ApiRefusal(500, ["error checking jwks URL"]);
  const jwks = document.keys.filter(isJsonObject).filter((jwk) => kid === "" || jwk.kid === kid);
  return [...pems, ...jwks.map((jwk) => createPublicKey({ key: jwk as JsonWebKey, format: "jwk" }))];
}

function checkClaims(claims: Fields, role: Fields, config: Fields, nowMs: number): void {
  const fail = (why: string) => badRequest(`error validating token: ${why}`);
  const instant = (name: string) => (typeof claims[name] === "number" ? claims[name] * 1000 : undefined);
  const expires = instant("exp");
  if (expires === undefined && instant("iat") === undefined && instant("nbf") === undefined) {
    throw fail("no issued at (iat), not before (nbf), or expiration time (exp) claims in token");
  }
  if (expires !== undefined && expires + LEEWAY_MS <= nowMs)
    throw fail("invalid expiration time (exp) claim: token is expired");
  if ((instant("nbf") ?? 0) - LEEWAY_MS > nowMs) throw fail("invalid not before (nbf) claim: token not yet valid");
  const issuer = textField(config, "bound_issuer");
  if (issuer !== "" && claims.iss !== issuer) throw fail("invalid issuer (iss) claim: issuer does not match");
  const audiences = listField(claims, "aud");
  const bound = listField(role, "bound_audiences");
  if (bound.length === 0 ? audiences.length > 0 : !bound.some((audience) => audiences.includes(audience))) {
    throw fail("invalid audience (aud) claim: audience claim does not match any bound audience");
  }
  const subject = textField(role, "bound_subject");
  if (subject !== "" && claims.sub !== subject) throw fail("invalid subject (sub) claim");
  for (const [name, wanted] of Object.entries(mapField(role, "bound_claims"))) {
    if (!wanted.split(",").includes(toText(claims[name] ?? null)))
      throw fail(`claim "${name}" does not match any associated bound claim values`);
  }
}
