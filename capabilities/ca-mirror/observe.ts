import { type KubeClient, secrets } from "@tegata/kube";
import type { CaptControlPlane } from "./api/capt.ts";
import { applyNameOf, caSecretNameOf, clusterNameOf, kubeconfigSecretNameOf, PROVIDER_ANNOTATION } from "./names.ts";
import type { Observed } from "./plan-types.ts";
import { DEFAULT_PROVIDER, findProvider, type Provider, PROVIDERS } from "./providers.ts";
import type { World } from "./world.ts";

/**
 * Reads what one control plane's mirror depends on. The Secrets are read from the API server: only their metadata is
 * watched, so that no process holds values that it does not need.
 *
 * @throws KubeApiError if the API server gave no answer or refused: that is not the same as "there is no such Secret".
 */
export async function observeControlPlane(
  controlPlane: CaptControlPlane,
  { client, world }: { readonly client: KubeClient; readonly world: World },
  signal: AbortSignal,
): Promise<Observed> {
  const { name = "", namespace = "" } = controlPlane.metadata;
  const cluster = clusterNameOf(controlPlane);
  const provider = providerOf(controlPlane, world);
  const read = (secret: string) => client.get(secrets, namespace, secret, signal);
  const [connection, caSecret, kubeconfigSecret] = await Promise.all([
    read(provider.connectionSecretName(name)),
    read(caSecretNameOf(cluster)),
    read(kubeconfigSecretNameOf(cluster)),
  ]);
  const apply = world.applies.get(`${namespace}/${applyNameOf(controlPlane)}`);
  return { controlPlane, cluster, provider, apply, connection, caSecret, kubeconfigSecret };
}

/** The provider that the annotation names, else the first whose connection Secret is there, else EKS. */
function providerOf({ metadata }: CaptControlPlane, world: World): Provider {
  const { name = "", namespace = "", annotations } = metadata;
  const pinned = findProvider(annotations?.[PROVIDER_ANNOTATION] ?? "");
  if (pinned !== undefined) return pinned;
  const found = PROVIDERS.find(
    ({ connectionSecretName }) => world.secretMetadata.get(`${namespace}/${connectionSecretName(name)}`) !== undefined,
  );
  return found ?? DEFAULT_PROVIDER;
}
