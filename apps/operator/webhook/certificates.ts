import { randomBytes, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { decodeUtf8 } from "@tegata/bytes";
import { exportPkcs8Pem, generateSigner, signerFromPem } from "@tegata/keys";
import {
  distinguishedName,
  formatCertificatePem,
  leafTemplate,
  parseCertificate,
  parseCertificatePem,
  rootTemplate,
  serialNumberFrom,
  signCertificate,
} from "@tegata/pki";

/** What the Secret of the webhook holds; every field PEM. The names are External Secrets' own. */
export interface WebhookCertificates {
  readonly "ca.crt": string;
  readonly "ca.key": string;
  readonly "tls.crt": string;
  readonly "tls.key": string;
}

const DAY_MS = 86_400_000;
/** Lifetimes, in milliseconds: the leaf changes ten times under one CA, so that renewing it changes nobody's trust. */
const CA_LIFETIME_MS = 3650 * DAY_MS;
const LEAF_LIFETIME_MS = 365 * DAY_MS;
/** Certificates are renewed when they have less life than this left, in milliseconds. External Secrets' look-ahead. */
export const RENEW_BEFORE_MS = 90 * DAY_MS;

/**
 * Certificates that serve `names` for at least {@link RENEW_BEFORE_MS}: the ones that are kept, if they do, else new ones,
 * under the kept CA if that does.
 *
 * @param kept - what the Secret holds, whoever wrote it; damaged parts count as absent.
 * @param names - DNS names and IP addresses by which the API server calls.
 */
export async function renewCertificates(
  kept: Partial<WebhookCertificates>,
  names: readonly string[],
  now: Date,
): Promise<WebhookCertificates> {
  const known = isComplete(kept) && caServes(kept, now) ? kept : undefined;
  if (known !== undefined && leafServes(known, names, now)) return known;
  const ca = known ?? (await makeCa(now));
  return { ...ca, ...(await makeLeaf(ca, names, now)) };
}

type CaPart = Pick<WebhookCertificates, "ca.crt" | "ca.key">;

async function makeCa(now: Date): Promise<CaPart> {
  const signer = await generateSigner("ec-p256");
  const template = rootTemplate(
    {
      // Two CAs of one name confuse OpenSSL, so each has the time it was made in its name.
      subject: distinguishedName([["commonName", `external-secrets-webhook ca ${now.toISOString()}`]]),
      serialNumber: serialNumberFrom(randomBytes(20)),
      publicKeySpki: signer.publicKeySpki,
      lifetimeMs: CA_LIFETIME_MS,
    },
    now,
  );
  return {
    "ca.crt": formatCertificatePem(await signCertificate(template, signer)),
    "ca.key": decodeUtf8(exportPkcs8Pem(signer).reveal()),
  };
}

async function makeLeaf(
  ca: CaPart,
  names: readonly string[],
  now: Date,
): Promise<Pick<WebhookCertificates, "tls.crt" | "tls.key">> {
  const [issuerDer = new Uint8Array()] = parseCertificatePem(ca["ca.crt"]);
  const signer = await generateSigner("ec-p256");
  const template = leafTemplate(
    {
      subject: distinguishedName([["commonName", "external-secrets-webhook"]]),
      serialNumber: serialNumberFrom(randomBytes(20)),
      publicKeySpki: signer.publicKeySpki,
      lifetimeMs: LEAF_LIFETIME_MS,
      issuer: parseCertificate(issuerDer),
      usages: ["serverAuth"],
      subjectAltNames: names.map((value) => ({ type: isIP(value) === 0 ? "dns" : "ip", value })),
    },
    now,
  );
  return {
    "tls.crt": formatCertificatePem(await signCertificate(template, signerFromPem(ca["ca.key"]))),
    "tls.key": decodeUtf8(exportPkcs8Pem(signer).reveal()),
  };
}

function isComplete(kept: Partial<WebhookCertificates>): kept is WebhookCertificates {
  return (["ca.crt", "ca.key", "tls.crt", "tls.key"] as const).every((name) => (kept[name] ?? "") !== "");
}

function caServes(kept: WebhookCertificates, now: Date): boolean {
  return orFalse(() => {
    const ca = new X509Certificate(kept["ca.crt"]);
    // Read by our own reader, too: a CA whose algorithm is not used here cannot sign here.
    signerFromPem(kept["ca.key"]);
    return ca.ca && hasKey(ca, kept["ca.key"]) && livesOn(ca, now);
  });
}

function leafServes(kept: WebhookCertificates, names: readonly string[], now: Date): boolean {
  return orFalse(() => {
    const ca = new X509Certificate(kept["ca.crt"]);
    const leaf = new X509Certificate(kept["tls.crt"]);
    const isNamed = names.every((name) => (isIP(name) === 0 ? leaf.checkHost(name) : leaf.checkIP(name)) !== undefined);
    return isNamed && hasKey(leaf, kept["tls.key"]) && leaf.verify(ca.publicKey) && livesOn(leaf, now);
  });
}

function hasKey(certificate: X509Certificate, keyPem: string): boolean {
  const spki = certificate.publicKey.export({ format: "der", type: "spki" });
  return Buffer.compare(spki, signerFromPem(keyPem).publicKeySpki) === 0;
}

function livesOn({ validFromDate, validToDate }: X509Certificate, now: Date): boolean {
  return validFromDate <= now && validToDate.getTime() - now.getTime() > RENEW_BEFORE_MS;
}

/** What cannot be read does not serve; what is wrong with it is nobody's concern, since it is made anew. */
function orFalse(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}
