import { findCondition } from "@tegata/kube";
import { expiryStage, nextExpiryChange } from "./expiry.ts";
import { caSecretNameOf, KUBECONFIG_ANNOTATION } from "./names.ts";
import { planAuthorities } from "./plan-authorities.ts";
import { planKubeconfig } from "./plan-kubeconfig.ts";
import type { Observed, Plan, PlanContext, PlannedCondition, PlannedEvent } from "./plan-types.ts";

/** Decides what one control plane needs. Pure: the same observation always gives the same plan. */
export function planMirror(observed: Observed, context: PlanContext): Plan {
  const authorities = planAuthorities(observed, context);
  const kubeconfig =
    observed.controlPlane.metadata.annotations?.[KUBECONFIG_ANNOTATION] === "none"
      ? undefined
      : planKubeconfig(observed, authorities.certificates);
  const mirror = authorities.mirror && {
    ...authorities.mirror,
    ...(kubeconfig?.endpoint === undefined ? {} : { endpoint: kubeconfig.endpoint }),
  };
  const notAfter = (mirror ?? observed.controlPlane.status?.mirror)?.certificateAuthorityNotAfter;
  const expiry = notAfter === undefined ? undefined : planExpiry(observed, new Date(notAfter), context);
  const instants = [expiry?.lookAgainAt, authorities.lookAgainAt].filter((instant) => instant !== undefined);
  return {
    steps: [authorities.step, ...(kubeconfig?.step === undefined ? [] : [kubeconfig.step])],
    conditions: [keylessCondition(observed), ...(expiry === undefined ? [] : [expiry.condition])],
    events: expiry?.events ?? [],
    mirror,
    lookAgainAt: instants.length === 0 ? undefined : new Date(Math.min(...instants.map(Number))),
  };
}

/** @see reference cluster-ca.md section 2.2 */
function keylessCondition({ provider, cluster }: Observed): PlannedCondition {
  return {
    type: "PrivateKeyAvailable",
    status: "False",
    reason: "ManagedByProvider",
    message:
      `${provider.title} keeps the private key of the cluster's CA and gives it to nobody, so Secret "${caSecretNameOf(cluster)}" has no tls.key. ` +
      "What cannot work: signing with this CA, certificates for nodes or clients, joining nodes by kubeadm from outside the cloud, " +
      "and this cluster as a target of CAPD or of any other provider that signs with the CA. " +
      `Instead: ${provider.insteadOfKey}; for mutual TLS between clusters use identities that do not come from this CA.`,
  };
}

function planExpiry(
  { controlPlane, cluster }: Observed,
  notAfter: Date,
  { expiryWarningDays, now }: PlanContext,
): { condition: PlannedCondition; events: PlannedEvent[]; lookAgainAt: Date | undefined } {
  const type = "CertificateAuthorityExpiring";
  const stage = expiryStage(notAfter, expiryWarningDays, now);
  const lookAgainAt = nextExpiryChange(notAfter, expiryWarningDays, now);
  const end = notAfter.toISOString();
  if (stage.kind === "valid")
    return {
      condition: {
        type,
        status: "False",
        reason: "NotExpiring",
        message: `the CA of cluster "${cluster}" is valid until ${end}`,
      },
      events: [],
      lookAgainAt,
    };
  const reason = stage.kind === "expired" ? "Expired" : `ExpiresWithin${stage.days}Days`;
  const message =
    stage.kind === "expired"
      ? `the CA of cluster "${cluster}" expired at ${end}: clients refuse the cluster. Rotate it at the provider; the new one is mirrored at once.`
      : `the CA of cluster "${cluster}" expires at ${end}, in less than ${stage.days} days. Rotate it at the provider; the new one is mirrored at once.`;
  const isNews = findCondition(controlPlane.status?.conditions, type)?.reason !== reason;
  return {
    condition: { type, status: "True", reason, message },
    events: isNews ? [{ type: "Warning", reason: "CertificateExpiring", message }] : [],
    lookAgainAt,
  };
}
