import { decodeBase64, encodeBase64, equalBytes } from "@tegata/bytes";
import { asTegataError } from "@tegata/errors";
import {
  type Certificate,
  formatCertificatePem,
  parseCertificate,
  parseCertificatePem,
  parseJwk,
  publicKeyJwk,
} from "@tegata/pki";
import { quoted } from "./quoted.ts";
import { invalidBundle, type JwtAuthority, type TrustBundle } from "./trust-bundle.ts";
import type { TrustDomain } from "./trust-domain.ts";

/** Longest bundle document that is read, in characters. */
export const MAX_BUNDLE_LENGTH = 4 * 1024 * 1024;

const MAX_SEQUENCE_NUMBER = 2n ** 64n - 1n;
const KEY_TYPES: readonly unknown[] = ["RSA", "EC"];

type Json = Readonly<Record<string, unknown>>;

/**
 * Writes a bundle as a SPIFFE bundle document.
 *
 * @returns JSON, indented by four spaces as SPIRE's is.
 * @throws TegataError `PUBLIC_KEY_INVALID` for an authority whose kind of key has no JWK.
 * @see SPIFFE Trust Domain and Bundle §4
 */
export function encodeBundleJwks(bundle: TrustBundle): string {
  const x509Keys = bundle.x509Authorities.map(({ publicKey, der }) => ({
    use: "x509-svid",
    ...publicKeyJwk(publicKey),
    x5c: [encodeBase64(der)],
  }));
  const jwtKeys = bundle.jwtAuthorities.map((authority) => jwtKey(authority, "jwt-svid"));
  // Written by hand, because JSON.stringify knows no integers of 64 bits.
  const members = [`"keys": ${indented([...x509Keys, ...jwtKeys])}`];
  if (bundle.sequenceNumber !== undefined) members.push(`"spiffe_sequence": ${bundle.sequenceNumber}`);
  if (bundle.refreshHintSeconds !== undefined) members.push(`"spiffe_refresh_hint": ${bundle.refreshHintSeconds}`);
  return `{\n    ${members.join(",\n    ")}\n}\n`;
}

/**
 * Reads a SPIFFE bundle document. Keys of a use or type that is not known are passed over, as the specification demands;
 * known ones must be right, because half a bundle would cut off part of a trust domain in silence.
 *
 * @throws TegataError `BUNDLE_INVALID`
 * @see SPIFFE Trust Domain and Bundle §4; X509-SVID §6; JWT-SVID §6
 */
export function decodeBundleJwks(text: string, trustDomain: TrustDomain): TrustBundle {
  const document = readDocument(text, trustDomain);
  const keys = readKeys(document, trustDomain);
  const sequenceNumber = readInteger(document, "spiffe_sequence", MAX_SEQUENCE_NUMBER, trustDomain);
  const refreshHint = readInteger(document, "spiffe_refresh_hint", BigInt(Number.MAX_SAFE_INTEGER), trustDomain);
  return {
    trustDomain,
    x509Authorities: readX509Authorities(keys, trustDomain),
    jwtAuthorities: readJwtAuthorities(
      keys.filter(({ use }) => use === "jwt-svid"),
      trustDomain,
    ),
    ...(sequenceNumber === undefined ? {} : { sequenceNumber }),
    ...(refreshHint === undefined ? {} : { refreshHintSeconds: Number(refreshHint) }),
  };
}

/** Writes the JWT keys only, as a plain JWKS without `use`: what the Workload API and OIDC discovery serve. */
export function encodeJwtBundleJwks({ jwtAuthorities }: Pick<TrustBundle, "jwtAuthorities">): string {
  return JSON.stringify({ keys: jwtAuthorities.map((authority) => jwtKey(authority)) });
}

/** Reads the JWT keys that the Workload API sends, with or without `use`. @throws TegataError `BUNDLE_INVALID` */
export function decodeJwtBundleJwks(text: string, trustDomain: TrustDomain): readonly JwtAuthority[] {
  const keys = readKeys(readDocument(text, trustDomain), trustDomain);
  return readJwtAuthorities(
    keys.filter(({ use }) => use === undefined || use === "jwt-svid"),
    trustDomain,
  );
}

/** Writes the X.509 authorities as PEM. */
export function encodeBundlePem({ x509Authorities }: Pick<TrustBundle, "x509Authorities">): string {
  return formatCertificatePem(...x509Authorities.map(({ der }) => der));
}

/** Reads X.509 authorities from PEM. @throws TegataError `BUNDLE_INVALID`, also if there is none. */
export function decodeBundlePem(text: string, trustDomain: TrustDomain): TrustBundle {
  const certificates = within(trustDomain, "", () => parseCertificatePem(text).map(parseCertificate));
  if (certificates.length === 0) throw invalidBundle(trustDomain, "it has no PEM certificate");
  return { trustDomain, x509Authorities: unique(certificates), jwtAuthorities: [] };
}

function jwtKey({ keyId, publicKey }: JwtAuthority, use?: string): Json {
  const { kty, ...parameters } = publicKeyJwk(publicKey);
  return { ...(use === undefined ? {} : { use }), kty, kid: keyId, ...parameters };
}

function indented(value: unknown): string {
  return JSON.stringify(value, undefined, 4).replaceAll("\n", "\n    ");
}

function readDocument(text: string, trustDomain: TrustDomain): Json {
  if (text.length > MAX_BUNDLE_LENGTH)
    throw invalidBundle(trustDomain, `it is longer than ${MAX_BUNDLE_LENGTH} characters`);
  const document = parseJson(text);
  if (!isObject(document)) throw invalidBundle(trustDomain, "it is not a JSON object");
  return document;
}

/** @returns `undefined` if the text is not JSON (or is nested too deep to be walked). */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, keepIntegers);
  } catch {
    return undefined;
  }
}

/** Sequence numbers have 64 bits, of which a JavaScript number keeps 53: they are read from their text. */
function keepIntegers(key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const isInteger = key.startsWith("spiffe_") && typeof value === "number" && /^\d+$/.test(context?.source ?? "");
  return isInteger ? BigInt(context?.source ?? "") : value;
}

function readKeys({ keys }: Json, trustDomain: TrustDomain): readonly Json[] {
  if (!Array.isArray(keys)) throw invalidBundle(trustDomain, 'it has no list "keys"');
  const objects = keys.filter(isObject);
  if (objects.length !== keys.length) throw invalidBundle(trustDomain, 'an element of "keys" is not an object');
  return objects.filter(({ kty }) => KEY_TYPES.includes(kty));
}

function readInteger(document: Json, name: string, max: bigint, trustDomain: TrustDomain): bigint | undefined {
  const value = document[name];
  if (value === undefined) return undefined;
  if (typeof value !== "bigint" || value > max)
    throw invalidBundle(trustDomain, `"${name}" is not a whole number from 0 to ${max}`);
  return value;
}

function readX509Authorities(keys: readonly Json[], trustDomain: TrustDomain): readonly Certificate[] {
  // A certificate is the one thing an X.509 authority cannot do without; X509-SVID §6.2 says to pass over such keys.
  const named = keys.filter(({ use, x5c }) => use === "x509-svid" && x5c !== undefined);
  return unique(
    named.map((jwk, i) => within(trustDomain, `X.509 key ${i}: `, () => readX509Authority(jwk, trustDomain))),
  );
}

function readX509Authority(jwk: Json, trustDomain: TrustDomain): Certificate {
  const [first] = Array.isArray(jwk["x5c"]) ? (jwk["x5c"] as readonly unknown[]) : [];
  const der = typeof first === "string" ? decodeBase64(first) : undefined;
  if (der === undefined) throw invalidBundle(trustDomain, '"x5c" does not begin with a certificate in base64');
  const certificate = parseCertificate(der);
  if (!equalBytes(parseJwk(jwk).spki, certificate.publicKey.spki))
    throw invalidBundle(trustDomain, "the key is not that of its certificate");
  return certificate;
}

function readJwtAuthorities(keys: readonly Json[], trustDomain: TrustDomain): readonly JwtAuthority[] {
  const authorities = new Map<string, JwtAuthority>();
  for (const [i, jwk] of keys.entries()) {
    const keyId = jwk["kid"];
    if (typeof keyId !== "string" || keyId === "") throw invalidBundle(trustDomain, `JWT key ${i} has no key ID`);
    if (authorities.has(keyId)) throw invalidBundle(trustDomain, `two JWT keys have the ID ${quoted(keyId)}`);
    authorities.set(keyId, { keyId, publicKey: within(trustDomain, `JWT key ${i}: `, () => parseJwk(jwk)) });
  }
  return [...authorities.values()];
}

function unique(certificates: readonly Certificate[]): readonly Certificate[] {
  return certificates.filter((one, i) => certificates.findIndex(({ der }) => equalBytes(der, one.der)) === i);
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Says in which part of the bundle something could not be read. */
function within<T>(trustDomain: TrustDomain, part: string, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    const error = asTegataError(thrown);
    if (error === undefined || error.code === "BUNDLE_INVALID") throw thrown;
    throw invalidBundle(trustDomain, part + error.message, error);
  }
}
