// Issuing X.509 leaves: certificates per CPU-second, each beside the limit, which is the bare signature.
//   npm run bench -- certificates [SECONDS]
import { createPrivateKey, randomBytes, sign } from "node:crypto";
import { exportPkcs8Pem, generateSigner, nodeVerifier } from "@tegata/keys";
import {
  checkCertificateRequest,
  checkIssuedCertificate,
  type CertificateTemplate,
  distinguishedName,
  leafTemplate,
  parseCertificate,
  parseCertificateRequest,
  type PublicKeyAlgorithm,
  rootTemplate,
  serialNumberFrom,
  signCertificate,
  signCertificateRequest,
} from "@tegata/pki";

/** How often each rate is measured; the median counts. */
const ROUNDS = 5;
const HOUR_MS = 3_600_000;

/** Runs the measurement and prints its figures. */
export async function benchCertificates([secondsText = "1"]: readonly string[]): Promise<void> {
  const seconds = Number(secondsText) / ROUNDS;
  for (const algorithm of ["ec-p256", "ec-p384", "rsa-2048"] as const) await measureIssuing(algorithm, seconds);
  const signer = await generateSigner("ec-p256");
  const subject = distinguishedName([["commonName", "web"]]);
  const csr = await signCertificateRequest({ subject }, signer);
  const checked = await rate(seconds, () => checkCertificateRequest(parseCertificateRequest(csr), nodeVerifier));
  report("CSR parsed and verified, P-256", checked);
}

async function measureIssuing(algorithm: PublicKeyAlgorithm, seconds: number): Promise<void> {
  const signer = await generateSigner(algorithm);
  const now = new Date();
  const root = rootTemplate(
    {
      subject: distinguishedName([["commonName", "bench v1"]]),
      serialNumber: 1n,
      publicKeySpki: signer.publicKeySpki,
      lifetimeMs: 24 * HOUR_MS,
    },
    now,
  );
  const issuer = parseCertificate(await signCertificate(root, signer));
  const { publicKeySpki } = await generateSigner("ec-p256");
  const template = (): CertificateTemplate =>
    leafTemplate(
      {
        subject: distinguishedName([["organizationName", "SPIRE"]]),
        serialNumber: serialNumberFrom(randomBytes(16)),
        publicKeySpki,
        lifetimeMs: HOUR_MS,
        issuer,
        usages: ["serverAuth", "clientAuth"],
        subjectAltNames: [{ type: "uri", value: "spiffe://example.org/ns/shop/sa/web" }],
      },
      now,
    );
  const key = createPrivateKey(Buffer.from(exportPkcs8Pem(signer).reveal()));
  const hash = algorithm === "ec-p384" ? "sha384" : "sha256";
  const message = randomBytes(500);
  const limit = await rate(seconds, () => sign(hash, message, key));
  const issued = await rate(seconds, () => signCertificate(template(), signer));
  const checked = await rate(seconds, async () => {
    const wanted = template();
    checkIssuedCertificate(await signCertificate(wanted, signer), wanted, signer.publicKeySpki, nodeVerifier);
  });
  report(`leaves issued, ${algorithm} CA`, issued, `${Math.round((100 * issued) / limit)} % of the bare signature`);
  report("  with the check of what was issued", checked);
  report("  limit: bare signatures", limit);
}

/** Operations per CPU-second of this process, threads and all: the median of several rounds. */
async function rate(seconds: number, operation: () => unknown): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    let count = 0;
    let spent = 0;
    while (spent < seconds * 1e6) {
      for (let i = 0; i < 50; i++) await operation();
      count += 50;
      const { user, system } = process.cpuUsage(before);
      spent = user + system;
    }
    rates.push((count * 1e6) / spent);
  }
  return rates.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
}

function report(what: string, perSecond: number, note = ""): void {
  process.stdout.write(`${what.padEnd(44)}${Math.round(perSecond).toLocaleString("en")} /CPU-s  ${note}\n`);
}
