export type { PublicKeyAlgorithm, Signer } from "./signer.ts";
export type { VerificationRequest, Verifier } from "./verifier.ts";
export { type DerElement, DerReader, decodeDer, type BitString, MAX_DER_DEPTH } from "./der/reader.ts";
export { contextConstructed, contextPrimitive, TAG } from "./der/tags.ts";
export {
  compareBytes,
  der,
  derBitString,
  derBoolean,
  derInteger,
  derNamedBits,
  derNull,
  derOctetString,
  derOid,
  derSequence,
  derSetOf,
  derTime,
  derUtf8String,
} from "./der/writer.ts";
export { LAST_INSTANT } from "./der/time.ts";
export {
  formatCertificatePem,
  formatPem,
  MAX_PEM_LENGTH,
  parseCertificatePem,
  parsePem,
  type PemBlock,
} from "./pem.ts";
export { type AlgorithmIdentifier, type SignatureAlgorithm, signatureAlgorithmOf } from "./x509/algorithms.ts";
export { type Certificate, MAX_CERTIFICATE_BYTES, parseCertificate } from "./x509/certificate.ts";
export {
  type AttributeName,
  attributeValues,
  commonName,
  type DistinguishedName,
  distinguishedName,
  formatDistinguishedName,
  isEmptyName,
  kubernetesSubject,
  type NameAttribute,
  type NameInput,
  sameName,
} from "./x509/distinguished-name.ts";
export {
  type AuthorityKeyId,
  type BasicConstraints,
  EXTENDED_KEY_USAGES,
  type Extension,
  type Extensions,
  KEY_USAGES,
  type KeyUsage,
  type NameConstraints,
} from "./x509/extensions.ts";
export type { GeneralName, NameConstraint } from "./x509/general-name.ts";
export { encodeIp, formatIp } from "./x509/ip-address.ts";
export { ATTRIBUTE_OID, EXTENSION_OID } from "./x509/oids.ts";
export {
  authorityKeyIdOf,
  BACKDATE_MS,
  type IntermediateRequest,
  intermediateTemplate,
  type LeafRequest,
  leafTemplate,
  type RootRequest,
  rootTemplate,
} from "./x509/profiles.ts";
export {
  checkPublicKey,
  MAX_RSA_BITS,
  MIN_RSA_BITS,
  parsePublicKey,
  type PublicKey,
  publicKeyAlgorithm,
  subjectKeyId,
  weakKeyReason,
} from "./x509/public-key.ts";
export {
  type CertificateTemplate,
  encodeTbsCertificate,
  serialNumberFrom,
  signCertificate,
} from "./x509/template.ts";
export { ecdsaSignatureFromRaw, ecdsaSignatureToRaw } from "./ecdsa-signature.ts";
export { parseJwk, type PublicJwk, publicKeyJwk } from "./jwk.ts";
export { checkIssuedCertificate } from "./x509/check-issued.ts";
export {
  type CertificateRequest,
  type CertificateRequestTemplate,
  checkCertificateRequest,
  MAX_CSR_BYTES,
  parseCertificateRequest,
  signCertificateRequest,
} from "./x509/csr.ts";
export { type CertificateRevocationList, MAX_CRL_BYTES, parseCertificateRevocationList } from "./path/crl.ts";
export { MAX_INTERMEDIATES, type PathOptions, type PathProfile, type PeerName } from "./path/path-types.ts";
export { validateCertificatePath } from "./path/validate-path.ts";
