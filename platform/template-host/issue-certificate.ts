import { type KeyObject, randomBytes, sign } from "node:crypto";
import {
  authorityKeyIdOf,
  type Certificate,
  type CertificateTemplate,
  decodeDer,
  derBitString,
  derSequence,
  distinguishedName,
  encodeTbsCertificate,
  formatCertificatePem,
  parseCertificate,
  parseCertificatePem,
  parsePublicKey,
  type PublicKey,
  serialNumberFrom,
  type SignatureAlgorithm,
  subjectKeyId,
} from "@tegata/pki";
import type { CertificateAndKey, CertificateRequest } from "@tegata/template";
import { exportTraditional, generateCertificateKey, invalidKey, publicKeySpki, readPrivateKey } from "./private-key.ts";

const SERIAL_BYTES = 16;

/**
 * Makes a certificate as sprig's `genCA`, `genSelfSignedCert` and `genSignedCert` do: for servers and clients, or as a CA.
 *
 * @throws TegataError `PRIVATE_KEY_INVALID`, or what the issuer's certificate or the request breaks.
 */
export function issueCertificate(request: CertificateRequest): CertificateAndKey {
  const issuer = request.issuer && readIssuer(request.issuer);
  const key = request.privateKeyPem === undefined ? generateCertificateKey() : readPrivateKey(request.privateKeyPem);
  const publicKey = parsePublicKey(publicKeySpki(key));
  const subject = distinguishedName([["commonName", request.commonName]]);
  const template: CertificateTemplate = {
    serialNumber: serialNumberFrom(randomBytes(SERIAL_BYTES)),
    issuer: issuer?.certificate.subject ?? subject,
    subject,
    notBefore: request.notBefore,
    notAfter: request.notAfter,
    publicKeySpki: publicKey.spki,
    extensions: {
      keyUsage: ["digitalSignature", "keyEncipherment", ...(request.isCa ? (["keyCertSign"] as const) : [])],
      extendedKeyUsage: ["serverAuth", "clientAuth"],
      basicConstraints: { ca: request.isCa },
      ...(request.isCa ? { subjectKeyId: subjectKeyId(publicKey) } : {}),
      ...(issuer === undefined ? {} : { authorityKeyId: authorityKeyIdOf(issuer.certificate) }),
      ...subjectAltNames(request),
    },
  };
  const der = signTemplate(template, issuer?.key ?? key);
  return { certificatePem: formatCertificatePem(der), privateKeyPem: exportTraditional(key) };
}

function subjectAltNames({
  dnsNames,
  ipAddresses,
}: CertificateRequest): Pick<CertificateTemplate["extensions"], "subjectAltNames"> {
  const names = [
    ...dnsNames.map((value) => ({ type: "dns", value }) as const),
    ...ipAddresses.map((value) => ({ type: "ip", value }) as const),
  ];
  return names.length === 0 ? {} : { subjectAltNames: names };
}

function readIssuer({ certificatePem, privateKeyPem }: CertificateAndKey): {
  certificate: Certificate;
  key: KeyObject;
} {
  const [der] = parseCertificatePem(certificatePem);
  if (der === undefined) throw invalidKey("no certificate of the issuer stands beside it");
  const certificate = parseCertificate(der);
  const key = readPrivateKey(privateKeyPem);
  if (Buffer.compare(publicKeySpki(key), certificate.publicKey.spki) !== 0) {
    throw invalidKey("it is not the key of the issuer's certificate");
  }
  return { certificate, key };
}

/** The kernel's signer is asynchronous, templates are not, so the signature is put on here. */
function signTemplate(template: CertificateTemplate, key: KeyObject): Uint8Array {
  const { algorithm, hash } = schemeOf(parsePublicKey(publicKeySpki(key)));
  const tbs = encodeTbsCertificate(template, algorithm);
  // The outer identifier repeats the one inside: version, serial number, algorithm.
  const identifier = decodeDer(tbs, (reader) => {
    const fields = reader.nested();
    fields.any();
    fields.any();
    return fields.any().encoded;
  });
  return derSequence(tbs, identifier, derBitString(sign(hash, tbs, key)));
}

function schemeOf(key: PublicKey): { algorithm: SignatureAlgorithm; hash: string | null } {
  if (key.type === "rsa") return { algorithm: "rsa-sha256", hash: "sha256" };
  if (key.type === "ed25519") return { algorithm: "ed25519", hash: null };
  if (key.type === "ec" && key.bits === 256) return { algorithm: "ecdsa-sha256", hash: "sha256" };
  if (key.type === "ec" && key.bits === 384) return { algorithm: "ecdsa-sha384", hash: "sha384" };
  if (key.type === "ec" && key.bits === 521) return { algorithm: "ecdsa-sha512", hash: "sha512" };
  throw invalidKey("certificates are signed with RSA, P-256, P-384, P-521 and Ed25519 keys only");
}
