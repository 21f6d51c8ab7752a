import { type KubeClient, secrets } from "@tegata/kube";
import type { ExternalSecret } from "./api/external-secret.ts";
import { applyAction } from "./apply.ts";
import { ESO_FINALIZER } from "./names.ts";
import { externalSecrets } from "./resources.ts";
import { targetNameOf } from "./target.ts";

/**
 * Lets go of an ExternalSecret that is being deleted. Tegata sets no finalizer: owned Secrets go by garbage collection.
 * One that External Secrets left would hold the object up for ever once that is uninstalled, so what it stands for is
 * done (with `deletionPolicy: Delete` an owned Secret goes first) and it is removed.
 */
export async function finalize(client: KubeClient, externalSecret: ExternalSecret, signal: AbortSignal): Promise<void> {
  const { name = "", namespace = "", finalizers = [], resourceVersion, uid } = externalSecret.metadata;
  if (!finalizers.includes(ESO_FINALIZER)) return;
  if (externalSecret.spec.target?.deletionPolicy === "Delete") {
    const target = await client.get(secrets, namespace, targetNameOf(externalSecret), signal);
    const isOwned = target?.metadata.ownerReferences?.some((owner) => owner.controller === true && owner.uid === uid);
    if (target !== undefined && isOwned === true)
      await applyAction(client, name, { kind: "delete", secret: target }, signal);
  }
  const metadata = {
    finalizers: finalizers.filter((finalizer) => finalizer !== ESO_FINALIZER),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
  await client.patch(externalSecrets, namespace, name, "merge", { metadata }, {}, signal);
}
