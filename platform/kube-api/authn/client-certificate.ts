import { createHash } from "node:crypto";
import { asTegataError } from "@tegata/errors";
import { attributeValues, type Certificate, commonName, parseCertificate } from "@tegata/pki";
import { ApiError } from "../http-errors.ts";
import type { UserInfo } from "../registry/types.ts";

/** Key of `extra` that says which credential was used. */
export const CREDENTIAL_ID = "authentication.kubernetes.io/credential-id";

/** Certificates of open connections, so that each is parsed once and not once per request. */
const identities = new WeakMap<
  Uint8Array,
  { readonly certificate: Certificate; readonly user: UserInfo | undefined }
>();

/**
 * The user that a client certificate names: the common name, in the groups that the organizations name.
 *
 * @param der - of a certificate that the TLS layer verified against the client CA when the connection was made.
 * @returns `undefined` if it has no common name.
 * @throws ApiError 401 if it has expired since, or may not be used by clients.
 */
export function clientCertificateUser(der: Uint8Array, now: Date): UserInfo | undefined {
  const { certificate, user } = identities.get(der) ?? identify(der);
  const usages = certificate.extensions.extendedKeyUsage;
  const isForClients = usages === undefined || usages.includes("clientAuth") || usages.includes("any");
  if (!isForClients || now > certificate.notAfter || now < certificate.notBefore) throw unauthorized();
  return user;
}

function identify(der: Uint8Array): { readonly certificate: Certificate; readonly user: UserInfo | undefined } {
  const certificate = parseStrictly(der);
  const username = commonName(certificate.subject) ?? "";
  const user = {
    username,
    groups: attributeValues(certificate.subject, "organizationName"),
    extra: { [CREDENTIAL_ID]: [`X509SHA256=${createHash("sha256").update(der).digest("hex")}`] },
  };
  const identity = { certificate, user: username === "" ? undefined : user };
  identities.set(der, identity);
  return identity;
}

/** OpenSSL reads some certificates that are not quite DER; what we cannot read names nobody. */
function parseStrictly(der: Uint8Array): Certificate {
  try {
    return parseCertificate(der);
  } catch (error) {
    throw asTegataError(error) === undefined ? error : unauthorized();
  }
}

function unauthorized(): ApiError {
  return new ApiError(401, "Unauthorized", "Unauthorized");
}
