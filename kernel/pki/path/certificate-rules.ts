import { equalBytes } from "@tegata/bytes";
import { decodeDer } from "../der/reader.ts";
import { contextPrimitive } from "../der/tags.ts";
import type { Certificate } from "../x509/certificate.ts";
import { commonName, isEmptyName, sameName } from "../x509/distinguished-name.ts";
import { readGeneralName } from "../x509/general-name.ts";
import { EXTENSION_OID } from "../x509/oids.ts";
import { weakKeyReason } from "../x509/public-key.ts";
import { isDnsName, isWildcardName } from "./dns-name.ts";
import { PathProblem, type PathProfile, type PathRole } from "./path-types.ts";

/** Checks one certificate by itself; returns what is wrong, or nothing. */
type Rule = (certificate: Certificate, role: PathRole) => string | undefined;

/** Critical extensions that path validation understands. RFC 5280 §4.2 */
const UNDERSTOOD = new Set<string>([
  EXTENSION_OID.basicConstraints,
  EXTENSION_OID.keyUsage,
  EXTENSION_OID.extendedKeyUsage,
  EXTENSION_OID.subjectAltName,
  EXTENSION_OID.nameConstraints,
  EXTENSION_OID.subjectKeyId,
  EXTENSION_OID.authorityKeyId,
  // No policy is asked for, so naming some limits nothing.
  EXTENSION_OID.certificatePolicies,
]);

const COMPATIBLE: readonly Rule[] = [
  ({ extensionList }) => {
    const unknown = extensionList.find(({ oid, critical }) => critical && !UNDERSTOOD.has(oid));
    return unknown && `its critical extension ${unknown.oid} is not understood`;
  },
  ({ publicKey }) => weakKeyReason(publicKey),
  ({ extensions }, role) =>
    role === "leaf" || extensions.basicConstraints?.ca === true ? undefined : "it is not a CA, but it issued another",
  ({ extensions }, role) =>
    role === "leaf" || (extensions.keyUsage?.includes("keyCertSign") ?? true)
      ? undefined
      : "its key usage does not allow it to sign certificates",
];

const RFC_5280: readonly Rule[] = [
  ...COMPATIBLE,
  ({ version }) => (version === 3 ? undefined : "it is not of version 3"),
  ({ serialNumber }) =>
    serialNumber > 0n && serialNumber < 1n << 159n ? undefined : "its serial number is not 1 to 2^159-1",
  ({ issuer }) => (isEmptyName(issuer) ? "its issuer is empty" : undefined),
  ({ subject }, role) => (role !== "leaf" && isEmptyName(subject) ? "it is a CA without a subject" : undefined),
  mustNotBeCritical(EXTENSION_OID.authorityKeyId),
  mustNotBeCritical(EXTENSION_OID.subjectKeyId),
  mustNotBeCritical(EXTENSION_OID.authorityInfoAccess),
  ({ extensionList }) =>
    extensionList.some(({ oid, critical }) => oid === EXTENSION_OID.policyConstraints && !critical)
      ? "its policy constraints are not critical"
      : undefined,
  ({ subject, issuer, extensions }) =>
    sameName(subject, issuer) || extensions.authorityKeyId?.keyId !== undefined
      ? undefined
      : "it has no authority key identifier",
  ({ extensions }, role) =>
    role !== "leaf" && extensions.subjectKeyId === undefined ? "it is a CA without subject key identifier" : undefined,
  ({ extensionList }, role) =>
    role !== "leaf" && extensionList.some(({ oid, critical }) => oid === EXTENSION_OID.basicConstraints && !critical)
      ? "it is a CA whose basic constraints are not critical"
      : undefined,
  ({ extensions: { basicConstraints, keyUsage } }) =>
    keyUsage?.includes("keyCertSign") === true && basicConstraints?.ca !== true
      ? "it may sign certificates by its key usage, but it is not a CA"
      : undefined,
  ({ extensions: { basicConstraints, keyUsage } }) =>
    basicConstraints?.pathLength !== undefined && (!basicConstraints.ca || keyUsage?.includes("keyCertSign") === false)
      ? "it has a path length, but may not sign certificates"
      : undefined,
  ({ extensions }) =>
    extensions.nameConstraints !== undefined && extensions.basicConstraints?.ca !== true
      ? "it constrains names, but is not a CA"
      : undefined,
  ({ subject, extensionList }) =>
    isEmptyName(subject) && extensionList.some(({ oid, critical }) => oid === EXTENSION_OID.subjectAltName && !critical)
      ? "its subject is empty, but its subject alternative names are not critical"
      : undefined,
  ({ extensions }) => {
    const bad = extensions.subjectAltNames?.find(
      (name) => name.type === "dns" && !isDnsName(name.value) && !isWildcardName(name.value),
    );
    return bad === undefined ? undefined : "one of its dNSNames is not a host name";
  },
  ({ extensionList }) => {
    const access = extensionList.find(({ oid }) => oid === EXTENSION_OID.authorityInfoAccess);
    return access !== undefined && !isInfoAccess(access.value)
      ? "its authority information access is malformed"
      : undefined;
  },
];

/** RFC 5280's, but for one rule on which the Baseline Requirements differ; both are stated in the suites of verifiers. */
const WEB_PKI: readonly Rule[] = [
  ...RFC_5280,
  ({ publicKey }) =>
    publicKey.type === "rsa" && publicKey.bits % 8 !== 0 ? "its RSA modulus is not whole octets" : undefined,
  ({ extensions: { authorityKeyId, subjectKeyId } }, role) => {
    if (role !== "anchor" || authorityKeyId === undefined) return undefined;
    const { keyId, hasIssuerAndSerial } = authorityKeyId;
    const isPlain = keyId !== undefined && !hasIssuerAndSerial && subjectKeyId !== undefined;
    return isPlain && equalBytes(keyId, subjectKeyId)
      ? undefined
      : "it is a root whose authority key identifier is not its own";
  },
  ({ extensions }, role) =>
    role === "anchor" && extensions.extendedKeyUsage !== undefined
      ? "it is a root with extended key usages"
      : undefined,
  ({ extensions: { extendedKeyUsage } }, role) =>
    role === "leaf" && extendedKeyUsage?.includes("any") !== false
      ? "its extended key usages are missing or any"
      : undefined,
  (certificate, role) =>
    role === "leaf" ? mustNotBeCritical(EXTENSION_OID.extendedKeyUsage)(certificate, role) : undefined,
  ({ extensions: { basicConstraints, keyUsage } }, role) =>
    role === "leaf" && (basicConstraints?.ca === true || keyUsage?.includes("keyCertSign") === true)
      ? "it is a CA"
      : undefined,
  ({ extensions }, role) =>
    role === "leaf" && extensions.subjectAltNames === undefined ? "it has no subject alternative names" : undefined,
  ({ subject, extensionList }, role) =>
    role === "leaf" &&
    !isEmptyName(subject) &&
    extensionList.some(({ oid, critical }) => oid === EXTENSION_OID.subjectAltName && critical)
      ? "its subject alternative names are critical, but its subject is not empty"
      : undefined,
  ({ subject, extensions }, role) => {
    const name = role === "leaf" ? commonName(subject) : undefined;
    const isRepeated = extensions.subjectAltNames?.some(
      (one) => (one.type === "dns" || one.type === "ip") && one.value === name,
    );
    return name === undefined || isRepeated === true
      ? undefined
      : "its common name is not one of its subject alternative names";
  },
  ({ extensions }) =>
    extensions.subjectAltNames?.some((one) => one.type === "dns" && /^\*\.[^.]*$/.test(one.value)) === true
      ? "one of its wildcards covers a whole top-level domain"
      : undefined,
];

const RULES: Readonly<Record<PathProfile, readonly Rule[]>> = {
  compatible: COMPATIBLE,
  rfc5280: [
    ...RFC_5280,
    ({ extensionList }) =>
      extensionList.some(({ oid, critical }) => oid === EXTENSION_OID.nameConstraints && !critical)
        ? "its name constraints are not critical"
        : undefined,
  ],
  webpki: WEB_PKI,
};

/** @throws PathProblem for the first rule of the profile that the certificate breaks in its role. */
export function checkRules(certificate: Certificate, role: PathRole, profile: PathProfile): void {
  for (const rule of RULES[profile]) {
    const problem = rule(certificate, role);
    if (problem !== undefined) throw new PathProblem(problem);
  }
}

function mustNotBeCritical(extensionOid: string): Rule {
  return ({ extensionList }) =>
    extensionList.some(({ oid, critical }) => oid === extensionOid && critical)
      ? `its extension ${extensionOid} must not be critical`
      : undefined;
}

/** SEQUENCE of at least one AccessDescription. RFC 5280 §4.2.2.1 */
function isInfoAccess(value: Uint8Array): boolean {
  try {
    const entries = decodeDer(value, (reader) =>
      reader.list((item) => {
        const fields = item.nested();
        fields.oid();
        // A registeredID is not read further.
        if (fields.nextIs(contextPrimitive(8))) fields.any();
        else readGeneralName(fields);
        fields.end();
        return true;
      }),
    );
    return entries.length > 0;
  } catch {
    return false;
  }
}
