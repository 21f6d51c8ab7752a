import { decodeUtf8 } from "@tegata/bytes";
import { exportPkcs8Pem, generateSigner } from "@tegata/keys";
import { distinguishedName, formatCertificatePem, rootTemplate, signCertificate } from "@tegata/pki";

const DAY_MS = 86_400_000;

/** A self-signed serving certificate for 127.0.0.1, as PEM. It is its own CA. */
export async function createServingCertificate(): Promise<{ certificatePem: string; keyPem: string }> {
  const signer = await generateSigner("ec-p256");
  const template = rootTemplate(
    {
      subject: distinguishedName([["commonName", "scripted-kube-api"]]),
      serialNumber: 1n,
      publicKeySpki: signer.publicKeySpki,
      lifetimeMs: DAY_MS,
      subjectAltNames: [{ type: "ip", value: "127.0.0.1" }],
    },
    new Date(),
  );
  const { keyUsage: _, ...extensions } = template.extensions;
  const certificate = await signCertificate({ ...template, extensions }, signer);
  return {
    certificatePem: formatCertificatePem(certificate),
    keyPem: decodeUtf8(exportPkcs8Pem(signer).reveal()),
  };
}
