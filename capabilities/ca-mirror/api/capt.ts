import type { Condition, KubeObject } from "@tegata/kube-types";

/** A reference to an object that need not be in the same namespace. */
export interface NamespacedReference {
  name: string;
  namespace?: string;
}

export interface CaptControlPlaneSpec {
  /** Kubernetes version, e.g. `1.33`. */
  version: string;
  workspaceTemplateRef: NamespacedReference;
  controlPlaneConfig?: {
    region: string;
    endpointAccess?: { public?: boolean; private?: boolean; publicCIDRs?: string[] };
    addons?: { name: string; version?: string; configurationValues?: string }[];
    timeouts?: { controlPlaneTimeout?: number; vpcReadyTimeout?: number };
  };
  additionalTags?: Record<string, string>;
  controlPlaneEndpoint?: { host?: string; port?: number };
  /** Written by CAPT: the WorkspaceTemplateApply that makes the cluster. */
  workspaceTemplateApplyName?: string;
}

/** What was mirrored last: Tegata's own part of the status. */
export interface MirrorStatus {
  provider: "eks" | "aks" | "gke";
  /** API server of the cluster, e.g. `https://abc.eks.amazonaws.com`; absent while the connection Secret has none. */
  endpoint?: string;
  /** RFC 3339: the earliest end among the mirrored certificates. */
  certificateAuthorityNotAfter: string;
  /** One entry for each mirrored certificate, in the order of `tls.crt`. */
  certificates: MirroredCertificate[];
}

/** One mirrored CA certificate. */
export interface MirroredCertificate {
  subject: string;
  /** SHA-256 of the certificate, lower-case hexadecimal. */
  sha256: string;
  notBefore: string;
  notAfter: string;
}

export interface CaptControlPlaneStatus {
  ready?: boolean;
  initialized?: boolean;
  /** `{cluster}-ca` and `{cluster}-kubeconfig` are there. Once true it stays so: a later failure leaves both as they are. */
  secretsReady?: boolean;
  phase?: "Creating" | "Ready" | "Failed";
  conditions?: Condition[];
  mirror?: MirrorStatus;
}

/** `controlplane.cluster.x-k8s.io/v1beta1` CAPTControlPlane. @see reference cluster-ca.md section 1.1 */
export interface CaptControlPlane extends KubeObject {
  spec: CaptControlPlaneSpec;
  status?: CaptControlPlaneStatus;
}

/** `infrastructure.cluster.x-k8s.io/v1beta1` WorkspaceTemplateApply, of which the mirror reads how far it has come. */
export interface WorkspaceTemplateApply extends KubeObject {
  spec: {
    templateRef: NamespacedReference;
    writeConnectionSecretToRef?: NamespacedReference;
    variables?: Record<string, string>;
  };
  status?: { workspaceName?: string; applied?: boolean; conditions?: Condition[] };
}
