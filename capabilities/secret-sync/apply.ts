import { isKubeApiError, type KubeClient, secrets } from "@tegata/kube";
import type { Secret } from "@tegata/kube-types";
import { fieldManagerOf } from "./names.ts";
import type { Action } from "./plan.ts";

/**
 * Carries out one action as the ExternalSecret of this name. Every write names the version that it was planned on, so a
 * write that lost a race is refused and planned again on what is there.
 *
 * @returns the Secret as it now is; `undefined` after a deletion.
 * @throws KubeApiError; a lost race reads `Conflict` or `AlreadyExists`.
 */
export async function applyAction(
  client: KubeClient,
  externalSecretName: string,
  action: Action,
  signal: AbortSignal,
): Promise<Secret | undefined> {
  const fieldManager = fieldManagerOf(externalSecretName);
  switch (action.kind) {
    case "create":
      return await client.create(secrets, action.secret, { fieldManager }, signal);
    case "update":
      return await client.update(secrets, action.secret, { fieldManager }, signal);
    case "delete": {
      const { name = "", namespace = "", uid } = action.secret.metadata;
      await client.delete(
        secrets,
        namespace,
        name,
        { propagationPolicy: "Background", ...(uid === undefined ? {} : { uid }) },
        signal,
      );
      return undefined;
    }
  }
}

/** Whether a write was refused because the object is no longer what the plan was made for. */
export function isLostRace(error: unknown): boolean {
  return isKubeApiError(error, "Conflict", "AlreadyExists");
}
