import { type KubeClient, secrets } from "@tegata/kube";
import type { Secret } from "@tegata/kube-types";
import type { Write } from "./plan-types.ts";

/** Field manager of every write. */
export const FIELD_MANAGER = "tegata-ca-mirror";

/**
 * Carries out one write. Each names the version that it was planned on, so a write that lost a race is refused, and
 * planned again on what is there.
 *
 * @throws KubeApiError
 */
export async function applyWrite(client: KubeClient, write: Write, signal: AbortSignal): Promise<Secret> {
  const options = { fieldManager: FIELD_MANAGER };
  switch (write.kind) {
    case "create":
      return await client.create(secrets, write.secret, options, signal);
    case "update":
      return await client.update(secrets, write.secret, options, signal);
    case "replace": {
      const { namespace = "", name = "", uid, resourceVersion } = write.former.metadata;
      const precondition = {
        ...(uid === undefined ? {} : { uid }),
        ...(resourceVersion === undefined ? {} : { resourceVersion }),
      };
      await client.delete(secrets, namespace, name, { propagationPolicy: "Background", ...precondition }, signal);
      return await client.create(secrets, write.secret, options, signal);
    }
  }
}
