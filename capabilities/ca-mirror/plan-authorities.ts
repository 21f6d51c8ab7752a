import { decodeBase64, encodeHex } from "@tegata/bytes";
import { asTegataError } from "@tegata/errors";
import { findCondition, formatTimestamp } from "@tegata/kube";
import { type Certificate, formatCertificatePem } from "@tegata/pki";
import type { MirroredCertificate, MirrorStatus } from "./api/capt.ts";
import { checkClusterAuthorities, type ClusterAuthorities, subjectOf } from "./checks.ts";
import { applyNameOf, caSecretNameOf } from "./names.ts";
import type { Observed, PlanContext, Step } from "./plan-types.ts";
import { PROVIDERS } from "./providers.ts";
import { planSecretWrite } from "./plan-write.ts";
import { sha256 } from "./sha256.ts";
import { failedStep } from "./steps.ts";

/** What `{cluster}-ca` needs, and what the rest of the plan builds on. */
export interface AuthoritiesPlan {
  readonly step: Step;
  /** The certificates to be trusted; `undefined` if the connection Secret has none that may be. */
  readonly certificates: readonly Certificate[] | undefined;
  readonly mirror: Omit<MirrorStatus, "endpoint"> | undefined;
  readonly lookAgainAt: Date | undefined;
}

const SUBJECT = "CertificateAuthorityReady";

/** Plans `{cluster}-ca`. Whatever is wrong with the connection Secret, the last good one stays as it is. */
export function planAuthorities(observed: Observed, context: PlanContext): AuthoritiesPlan {
  const { connection, provider, controlPlane } = observed;
  if (connection === undefined) return nothingToMirror(observed, "ConnectionSecretNotFound", notThereYet(observed));
  const name = connectionName(observed);
  const value = connection.data?.[provider.caKey] ?? "";
  if (value === "")
    return nothingToMirror(
      observed,
      "CertificateDataMissing",
      `Secret "${name}" has no value under "${provider.caKey}". Check the outputs of the Terraform module, or of what else writes it.`,
    );
  try {
    const authorities = checkClusterAuthorities(decodeBase64(value) ?? new Uint8Array(), context);
    return planMirrored(observed, authorities);
  } catch (error) {
    const problem = asTegataError(error);
    if (problem === undefined) throw error;
    const message = `the CA data in Secret "${name}", key "${provider.caKey}", of ${controlPlane.kind} "${controlPlane.metadata.name ?? ""}" is refused: ${problem.text}`;
    return nothingToMirror(observed, "CertificateDataInvalid", message);
  }
}

function connectionName({ provider, controlPlane }: Observed): string {
  return provider.connectionSecretName(controlPlane.metadata.name ?? "");
}

function notThereYet(observed: Observed): string {
  const { apply, controlPlane } = observed;
  const names = PROVIDERS.map(({ connectionSecretName }) => connectionSecretName(controlPlane.metadata.name ?? ""));
  const others = names.filter((name) => name !== connectionName(observed));
  const applyName = applyNameOf(controlPlane);
  const why =
    apply === undefined
      ? `There is no WorkspaceTemplateApply "${applyName}" that would write it.`
      : `WorkspaceTemplateApply "${applyName}" ${applyState(apply)}`;
  return `Secret "${connectionName(observed)}" is not there (nor ${others.map((name) => `"${name}"`).join(" or ")}). ${why} The mirror goes on by itself when the Secret appears.`;
}

function applyState({ status }: NonNullable<Observed["apply"]>): string {
  if (status?.applied !== true) return "is not applied yet.";
  const ready = findCondition(status.conditions, "Ready");
  return ready?.status === "False"
    ? `is not Ready: ${ready.message ?? ready.reason ?? ""}.`
    : "is applied; its workspace has written no Secret yet.";
}

function nothingToMirror(
  observed: Observed,
  reason: "ConnectionSecretNotFound" | "CertificateDataMissing" | "CertificateDataInvalid",
  why: string,
): AuthoritiesPlan {
  const name = caSecretNameOf(observed.cluster);
  const kept = observed.caSecret === undefined ? "" : ` Secret "${name}" keeps what it has.`;
  return {
    step: failedStep(SUBJECT, name, reason, `${why}${kept}`),
    certificates: undefined,
    mirror: undefined,
    lookAgainAt: undefined,
  };
}

function planMirrored(observed: Observed, { certificates, leftOut }: ClusterAuthorities): AuthoritiesPlan {
  const { provider, cluster, caSecret, controlPlane } = observed;
  const pem = formatCertificatePem(...certificates.map(({ der }) => der));
  const name = caSecretNameOf(cluster);
  const left = leftOut.map(
    (certificate) => ` The certificate of "${subjectOf(certificate)}" is left out: it is out of its time.`,
  );
  const read = `read ${listed(certificates)} from Secret "${connectionName(observed)}"`;
  const step = planSecretWrite({
    subject: SUBJECT,
    existing: caSecret,
    wanted: { controlPlane, cluster, name, data: { "tls.crt": pem, "ca.crt": pem } },
    ready: { reason: "Mirrored", message: `Secret "${name}" holds ${listed(certificates)}.${left.join("")}` },
    onNewData: [{ type: "Normal", reason: "CertificateDataRead", message: read }],
  });
  return {
    step,
    certificates,
    mirror: mirrorOf(provider.name, certificates),
    lookAgainAt: earliest(leftOut.map(({ notBefore }) => notBefore)),
  };
}

function listed(certificates: readonly Certificate[]): string {
  const texts = certificates.map(
    (certificate) => `"${subjectOf(certificate)}" until ${formatTimestamp(certificate.notAfter)}`,
  );
  return `${certificates.length} CA certificate${certificates.length === 1 ? "" : "s"} (${texts.join(", ")})`;
}

function mirrorOf(
  provider: MirrorStatus["provider"],
  certificates: readonly Certificate[],
): Omit<MirrorStatus, "endpoint"> {
  return {
    provider,
    certificateAuthorityNotAfter: formatTimestamp(
      earliest(certificates.map(({ notAfter }) => notAfter)) ?? new Date(0),
    ),
    certificates: certificates.map(describe),
  };
}

function describe(certificate: Certificate): MirroredCertificate {
  return {
    subject: subjectOf(certificate),
    sha256: encodeHex(sha256(certificate.der)),
    notBefore: formatTimestamp(certificate.notBefore),
    notAfter: formatTimestamp(certificate.notAfter),
  };
}

function earliest(instants: readonly Date[]): Date | undefined {
  return instants.length === 0 ? undefined : new Date(Math.min(...instants.map(Number)));
}
