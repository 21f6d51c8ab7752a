import { randomBytes } from "node:crypto";
import { generateSigner } from "@tegata/keys";
import {
  type CertificateTemplate,
  distinguishedName,
  formatCertificatePem,
  rootTemplate,
  serialNumberFrom,
  signCertificate,
} from "@tegata/pki";

/** The instant at which all of the tests' certificates are made. */
export const NOW = new Date("2026-01-01T00:00:00Z");
export const DAY_MS = 24 * 60 * 60 * 1000;

/** How a CA differs from an ordinary one. */
export interface TestCaOptions {
  readonly commonName?: string;
  readonly days?: number;
  readonly madeAt?: Date;
  readonly change?: (template: CertificateTemplate) => CertificateTemplate;
}

/** A self-signed CA, PEM. */
export async function makeCa({
  commonName = "kubernetes",
  days = 3650,
  madeAt = NOW,
  change,
}: TestCaOptions = {}): Promise<string> {
  const signer = await generateSigner("ec-p256");
  const template = rootTemplate(
    {
      subject: distinguishedName([["commonName", commonName]]),
      serialNumber: serialNumberFrom(randomBytes(16)),
      publicKeySpki: signer.publicKeySpki,
      lifetimeMs: days * DAY_MS,
    },
    madeAt,
  );
  return formatCertificatePem(await signCertificate(change === undefined ? template : change(template), signer));
}
