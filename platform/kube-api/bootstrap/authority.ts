import { randomBytes, X509Certificate } from "node:crypto";
import { exportPkcs8Pem, generateSigner, signerFromPem } from "@tegata/keys";
import {
  type Certificate,
  formatCertificatePem,
  type GeneralName,
  kubernetesSubject,
  leafTemplate,
  parseCertificate,
  parseCertificatePem,
  rootTemplate,
  serialNumberFrom,
  type Signer,
  signCertificate,
} from "@tegata/pki";
import type { DataFiles } from "./data-files.ts";

const DAY_MS = 24 * 60 * 60_000;
/** Lifetime of the server's own CA. */
const CA_LIFETIME_MS = 3650 * DAY_MS;
/** Lifetime of what it issues. */
const LEAF_LIFETIME_MS = 365 * DAY_MS;
/** A certificate with less than this left is replaced at the start. */
const RENEW_BEFORE_MS = 90 * DAY_MS;

/** A certificate with its private key, PEM. */
export interface KeyPair {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** The server's own CA: it signs the serving certificate and the client certificates. */
export interface Authority {
  readonly certificatePem: string;
  readonly certificate: Certificate;
  readonly signer: Signer;
}

/** Everything by which the server proves itself and knows others. */
export interface ServerIdentity {
  readonly authority: Authority;
  readonly serving: KeyPair;
  /** The administrator's client certificate. */
  readonly admin: KeyPair;
  /** Signs the tokens of ServiceAccounts. */
  readonly tokenSigner: Signer;
}

/** Reads the server's keys and certificates from the data folder; makes those that are not there or end soon. */
export async function loadIdentity(files: DataFiles, host: string, now: Date): Promise<ServerIdentity> {
  const authority = await loadAuthority(files, now);
  const [serving, admin, tokenSigner] = await Promise.all([
    loadServingPair(files, authority, host, now),
    loadAdminPair(files, authority, now),
    loadSigner(files, "service-accounts"),
  ]);
  return { authority, serving, admin, tokenSigner };
}

/** Reads the CA from the data folder; makes one if there is none, or if it is about to end. */
export async function loadAuthority(files: DataFiles, now: Date): Promise<Authority> {
  const stored = await loadPair(files, "ca");
  if (stored !== undefined && isFresh(stored, now)) return authorityOf(stored);
  const signer = await generateSigner("ec-p256");
  const template = rootTemplate(
    {
      // Two CAs of one name break OpenSSL and Node.js, so that each has its time in its name.
      subject: kubernetesSubject(`tegata-kube-api-ca@${Math.floor(now.getTime() / 1000)}`, []),
      serialNumber: newSerialNumber(),
      publicKeySpki: signer.publicKeySpki,
      lifetimeMs: CA_LIFETIME_MS,
    },
    now,
  );
  const pair = keyPair(signer, await signCertificate(template, signer));
  await savePair(files, "ca", pair);
  return authorityOf(pair);
}

/** Reads the serving certificate from the data folder; issues one if there is none that fits. */
export async function loadServingPair(
  files: DataFiles,
  authority: Authority,
  host: string,
  now: Date,
): Promise<KeyPair> {
  const stored = await loadPair(files, "server");
  if (stored !== undefined && isFresh(stored, now) && isIssuedBy(stored, authority) && isFor(stored, host))
    return stored;
  const pair = await issue(authority, "kube-apiserver", [], "serverAuth", servingNames(host), now);
  await savePair(files, "server", pair);
  return pair;
}

/** Reads the administrator's client certificate from the data folder; issues one if there is none that fits. */
async function loadAdminPair(files: DataFiles, authority: Authority, now: Date): Promise<KeyPair> {
  const stored = await loadPair(files, "admin");
  if (stored !== undefined && isFresh(stored, now) && isIssuedBy(stored, authority)) return stored;
  const pair = await issueClientPair(authority, "kubernetes-admin", ["system:masters"], now);
  await savePair(files, "admin", pair);
  return pair;
}

/** Issues a client certificate for a user with groups. */
export function issueClientPair(
  authority: Authority,
  username: string,
  groups: readonly string[],
  now: Date,
): Promise<KeyPair> {
  return issue(authority, username, groups, "clientAuth", [], now);
}

/** Reads a signing key from the data folder; makes one if there is none. */
async function loadSigner(files: DataFiles, name: string): Promise<Signer> {
  const stored = await files.read(`${name}.key`);
  if (stored !== undefined) return signerFromPem(stored);
  const signer = await generateSigner("ec-p256");
  await files.write(`${name}.key`, privateKeyPem(signer));
  return signer;
}

async function issue(
  authority: Authority,
  commonName: string,
  groups: readonly string[],
  usage: "serverAuth" | "clientAuth",
  subjectAltNames: readonly GeneralName[],
  now: Date,
): Promise<KeyPair> {
  const signer = await generateSigner("ec-p256");
  const template = leafTemplate(
    {
      subject: kubernetesSubject(commonName, groups),
      serialNumber: newSerialNumber(),
      publicKeySpki: signer.publicKeySpki,
      lifetimeMs: LEAF_LIFETIME_MS,
      issuer: authority.certificate,
      usages: [usage],
      ...(subjectAltNames.length === 0 ? {} : { subjectAltNames }),
    },
    now,
  );
  return keyPair(signer, await signCertificate(template, authority.signer));
}

/** As the API server of any cluster is called, and where this one listens. */
function servingNames(host: string): GeneralName[] {
  const names = ["localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"];
  const addresses = new Set(["127.0.0.1", "::1", host].filter((address) => /^[0-9.]+$|:/.test(address)));
  return [
    ...names.map((value): GeneralName => ({ type: "dns", value })),
    ...[...addresses].map((value): GeneralName => ({ type: "ip", value })),
  ];
}

function keyPair(signer: Signer, certificateDer: Uint8Array): KeyPair {
  return { certificatePem: formatCertificatePem(certificateDer), privateKeyPem: privateKeyPem(signer) };
}

function privateKeyPem(signer: Signer): string {
  return Buffer.from(exportPkcs8Pem(signer).reveal()).toString();
}

function authorityOf({ certificatePem, privateKeyPem: pem }: KeyPair): Authority {
  const [der = new Uint8Array()] = parseCertificatePem(certificatePem);
  return { certificatePem, certificate: parseCertificate(der), signer: signerFromPem(pem) };
}

function newSerialNumber(): bigint {
  return serialNumberFrom(randomBytes(16));
}

function isFresh({ certificatePem }: KeyPair, now: Date): boolean {
  const { validFromDate, validToDate } = new X509Certificate(certificatePem);
  return validFromDate <= now && validToDate.getTime() - now.getTime() > RENEW_BEFORE_MS;
}

function isIssuedBy({ certificatePem }: KeyPair, authority: Authority): boolean {
  const issuer = new X509Certificate(authority.certificatePem);
  return new X509Certificate(certificatePem).verify(issuer.publicKey);
}

function isFor({ certificatePem }: KeyPair, host: string): boolean {
  const certificate = new X509Certificate(certificatePem);
  return certificate.checkIP(host) !== undefined || certificate.checkHost(host) !== undefined;
}

async function loadPair(files: DataFiles, name: string): Promise<KeyPair | undefined> {
  const [certificatePem, key] = [await files.read(`${name}.crt`), await files.read(`${name}.key`)];
  return certificatePem === undefined || key === undefined ? undefined : { certificatePem, privateKeyPem: key };
}

async function savePair(files: DataFiles, name: string, pair: KeyPair): Promise<void> {
  // The key first: a certificate without its key would be taken for whole after a crash.
  await files.write(`${name}.key`, pair.privateKeyPem);
  await files.write(`${name}.crt`, pair.certificatePem);
}
