import type { Secret } from "@tegata/kube-types";
import { equalJson } from "@tegata/kube";
import { CLUSTER_SECRET_TYPE } from "./names.ts";
import { foreignOwnerOf } from "./ownership.ts";
import type { PlannedEvent, Step } from "./plan-types.ts";
import { buildSecret, isAsWanted, type WantedSecret } from "./secrets.ts";
import { failedStep } from "./steps.ts";

/** A Secret that is to be kept, and what is said of it. */
export interface SecretWriteRequest {
  readonly subject: Step["subject"];
  readonly wanted: WantedSecret;
  readonly existing: Secret | undefined;
  readonly ready: { readonly reason: string; readonly message: string };
  /** Events besides, when values come in. */
  readonly onNewData: readonly PlannedEvent[];
}

/** Plans the write of one Secret, if one is needed. A Secret of somebody else is never overwritten. */
export function planSecretWrite({ subject, wanted, existing, ready, onNewData }: SecretWriteRequest): Step {
  const { name, controlPlane } = wanted;
  const foreign = existing === undefined ? undefined : foreignOwnerOf(existing, controlPlane);
  if (foreign !== undefined)
    return failedStep(
      subject,
      name,
      "SecretWriteFailed",
      `Secret "${name}" is not overwritten: it belongs to ${foreign}. Move it away, and it is made anew at once.`,
    );
  const secret = buildSecret(wanted, existing);
  const step = {
    subject,
    secretName: name,
    condition: { type: subject, status: "True" as const, ...ready },
    failure: undefined,
  };
  const ownerSet = event(
    "OwnerReferenceSet",
    `${controlPlane.kind} "${controlPlane.metadata.name ?? ""}" owns Secret "${name}"`,
  );
  if (existing === undefined)
    return {
      ...step,
      write: { kind: "create", secret },
      events: [...onNewData, event("SecretCreated", `created Secret "${name}"`), ownerSet],
    };
  if (isAsWanted(secret, existing)) return { ...step, write: undefined, events: [] };
  return {
    ...step,
    write:
      existing.type === CLUSTER_SECRET_TYPE
        ? { kind: "update", secret }
        : { kind: "replace", secret: withoutIdentity(secret), former: existing },
    events: [
      ...(equalJson(secret.data ?? {}, existing.data ?? {}) ? [] : onNewData),
      event("SecretUpdated", `updated Secret "${name}"`),
      ...(equalJson(secret.metadata.ownerReferences, existing.metadata.ownerReferences) ? [] : [ownerSet]),
    ],
  };
}

function withoutIdentity(secret: Secret): Secret {
  const { uid: _, resourceVersion: __, creationTimestamp: ___, managedFields: ____, ...metadata } = secret.metadata;
  return { ...secret, metadata };
}

function event(reason: PlannedEvent["reason"], message: string): PlannedEvent {
  return { type: "Normal", reason, message };
}
