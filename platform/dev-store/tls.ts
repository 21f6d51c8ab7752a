import { randomBytes } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import { decodeUtf8 } from "@tegata/bytes";
import { exportPkcs8Pem, generateSigner } from "@tegata/keys";
import {
  distinguishedName,
  formatCertificatePem,
  type GeneralName,
  leafTemplate,
  parseCertificate,
  parseCertificatePem,
  rootTemplate,
  serialNumberFrom,
  signCertificate,
} from "@tegata/pki";

/** A server's certificate and key with the CA that clients must trust. All PEM. */
export interface ServerIdentity {
  readonly caPem: string;
  readonly certPem: string;
  readonly keyPem: string;
}

const DAY_MS = 86_400_000;
const LIFETIME_MS = 365 * DAY_MS;
/** A kept certificate is replaced when it has less life than this left, in milliseconds. */
const RENEW_BEFORE_MS = 30 * DAY_MS;

/**
 * The identity of a server at `host`: the one kept in `directory`, or a new one, with a CA of its own whose key is
 * thrown away at once.
 *
 * @param directory - where it is kept, readable by its owner only; `undefined` keeps none.
 */
export async function obtainServerIdentity(
  host: string,
  directory: string | undefined,
  now: Date,
): Promise<ServerIdentity> {
  const kept = directory === undefined ? undefined : await readKept(directory, host, now);
  if (kept !== undefined) return kept;
  const made = await makeServerIdentity(host, now);
  if (directory !== undefined) {
    const path = join(directory, "tls.json");
    await writeFile(`${path}.new`, JSON.stringify({ host, ...made }), { mode: 0o600 });
    await rename(`${path}.new`, path);
  }
  return made;
}

async function makeServerIdentity(host: string, now: Date): Promise<ServerIdentity> {
  const serialNumber = () => serialNumberFrom(randomBytes(20));
  const ca = await generateSigner("ec-p256");
  const subject = distinguishedName([["commonName", `tegata dev store ${now.toISOString()}`]]);
  const root = rootTemplate(
    { subject, serialNumber: serialNumber(), publicKeySpki: ca.publicKeySpki, lifetimeMs: LIFETIME_MS },
    now,
  );
  const caDer = await signCertificate(root, ca);
  const key = await generateSigner("ec-p256");
  const leaf = leafTemplate(
    {
      subject: distinguishedName([["commonName", "tegata dev store"]]),
      serialNumber: serialNumber(),
      publicKeySpki: key.publicKeySpki,
      lifetimeMs: LIFETIME_MS,
      issuer: parseCertificate(caDer),
      usages: ["serverAuth"],
      subjectAltNames: subjectAltNames(host),
    },
    now,
  );
  return {
    caPem: formatCertificatePem(caDer),
    certPem: formatCertificatePem(await signCertificate(leaf, ca)),
    keyPem: decodeUtf8(exportPkcs8Pem(key).reveal()),
  };
}

function subjectAltNames(host: string): GeneralName[] {
  const names = new Set(["localhost", "127.0.0.1", host]);
  return [...names].map((name) => (isIP(name) === 0 ? { type: "dns", value: name } : { type: "ip", value: name }));
}

async function readKept(directory: string, host: string, now: Date): Promise<ServerIdentity | undefined> {
  try {
    const kept: unknown = JSON.parse(await readFile(join(directory, "tls.json"), "utf8"));
    if (!isKept(kept) || kept.host !== host) return undefined;
    const [certificate] = parseCertificatePem(kept.certPem);
    const leftMs = (certificate === undefined ? 0 : parseCertificate(certificate).notAfter.getTime()) - now.getTime();
    return leftMs > RENEW_BEFORE_MS ? kept : undefined;
  } catch {
    // Absent or damaged: another one is made.
    return undefined;
  }
}

function isKept(value: unknown): value is ServerIdentity & { readonly host: string } {
  if (typeof value !== "object" || value === null) return false;
  return ["host", "caPem", "certPem", "keyPem"].every(
    (name) => typeof Object.entries(value).find(([key]) => key === name)?.[1] === "string",
  );
}
