import type { TegataError } from "@tegata/errors";
import type { Condition, Secret } from "@tegata/kube-types";
import type { Verifier } from "@tegata/pki";
import type { CaptControlPlane, MirrorStatus, WorkspaceTemplateApply } from "./api/capt.ts";
import type { Provider } from "./providers.ts";

/** The world as one control plane's mirror sees it. */
export interface Observed {
  readonly controlPlane: CaptControlPlane;
  /** Cluster API's name of the cluster. */
  readonly cluster: string;
  readonly provider: Provider;
  /** What writes the connection Secret; says why it is not there yet. */
  readonly apply: WorkspaceTemplateApply | undefined;
  /** `undefined`: there is no such Secret. So with the two others. */
  readonly connection: Secret | undefined;
  readonly caSecret: Secret | undefined;
  readonly kubeconfigSecret: Secret | undefined;
}

/** What a plan is made with. */
export interface PlanContext {
  readonly now: Date;
  readonly verifier: Verifier;
  /** Ascending. */
  readonly expiryWarningDays: readonly number[];
}

/** Why the CA, or the kubeconfig, is not as it should be. */
export type ErrorReason =
  | "ConnectionSecretNotFound"
  | "CertificateDataMissing"
  | "CertificateDataInvalid"
  | "SecretWriteFailed"
  | "EndpointMissing"
  | "EndpointInvalid";

export type PlannedCondition = Omit<Condition, "lastTransitionTime" | "observedGeneration">;

export interface PlannedEvent {
  readonly type: "Normal" | "Warning";
  readonly reason:
    | "SecretCreated"
    | "SecretUpdated"
    | "CertificateDataRead"
    | "OwnerReferenceSet"
    | "CertificateExpiring"
    | ErrorReason;
  readonly message: string;
}

/** One write. `replace`: the type of a Secret cannot be changed, so it is deleted and made anew. */
export type Write =
  | { readonly kind: "create" | "update"; readonly secret: Secret }
  | { readonly kind: "replace"; readonly secret: Secret; readonly former: Secret };

/** What one Secret needs: a write or none, and what is then to be said of it. */
export interface Step {
  readonly subject: "CertificateAuthorityReady" | "KubeconfigReady";
  readonly secretName: string;
  readonly write: Write | undefined;
  readonly condition: PlannedCondition;
  readonly events: readonly PlannedEvent[];
  readonly failure: { readonly reason: ErrorReason; readonly error?: TegataError } | undefined;
}

/** What one control plane needs. */
export interface Plan {
  readonly steps: readonly Step[];
  /** Conditions and Events that no write decides about. */
  readonly conditions: readonly PlannedCondition[];
  readonly events: readonly PlannedEvent[];
  /** `undefined`: what was mirrored before stays. */
  readonly mirror: MirrorStatus | undefined;
  /** When to look again though nothing changes: a warning is due, or a certificate enters or leaves its time. */
  readonly lookAgainAt: Date | undefined;
}
