import { encodeBase64, encodeUtf8 } from "@tegata/bytes";
import { controllerReference, equalJson } from "@tegata/kube";
import type { OwnerReference, Secret } from "@tegata/kube-types";
import type { CaptControlPlane } from "./api/capt.ts";
import { CLUSTER_NAME_LABEL, CLUSTER_SECRET_TYPE } from "./names.ts";

/** A Secret of Cluster API's to be kept. */
export interface WantedSecret {
  readonly controlPlane: CaptControlPlane;
  readonly cluster: string;
  readonly name: string;
  /** Values as text. */
  readonly data: Readonly<Record<string, string>>;
}

/**
 * The Secret as it should be: exactly these values, Cluster API's type and label, the control plane as controlling owner.
 * Labels and annotations of others stay.
 *
 * @param existing - as read; its `resourceVersion` goes along, so that a write on an older state is refused.
 * @see reference cluster-ca.md section 2.1
 */
export function buildSecret({ controlPlane, cluster, name, data }: WantedSecret, existing: Secret | undefined): Secret {
  const { namespace = "" } = controlPlane.metadata;
  return {
    apiVersion: "v1",
    kind: "Secret",
    ...existing,
    metadata: {
      ...existing?.metadata,
      name,
      namespace,
      labels: { ...existing?.metadata.labels, [CLUSTER_NAME_LABEL]: cluster },
      ownerReferences: ownersWith(existing?.metadata.ownerReferences ?? [], controlPlane),
    },
    type: CLUSTER_SECRET_TYPE,
    data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, encodeBase64(encodeUtf8(value))])),
  };
}

/** Keeps the place of the reference, so that a Secret that is as it should be is not written for its order. */
function ownersWith(references: readonly OwnerReference[], controlPlane: CaptControlPlane): OwnerReference[] {
  const reference = controllerReference(controlPlane);
  const index = references.findIndex(({ uid }) => uid === reference.uid);
  if (index < 0) return [...references, reference];
  return references.map((other, at) => (at === index ? reference : other));
}

/** Whether writing `wanted` over `existing` would change nothing. */
export function isAsWanted(wanted: Secret, existing: Secret): boolean {
  return equalJson(withoutVersion(wanted), withoutVersion(existing));
}

function withoutVersion(secret: Secret): object {
  const { managedFields: _, resourceVersion: __, ...metadata } = secret.metadata;
  return { ...secret, metadata };
}
