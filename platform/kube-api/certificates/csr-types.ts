import type { Condition, KubeObject } from "@tegata/kube-types";

/** Group of the CertificateSigningRequest. */
export const CERTIFICATES_GROUP = "certificates.k8s.io";
/** Name under which the store keeps the requests. */
export const CSR_COLLECTION = `certificatesigningrequests.${CERTIFICATES_GROUP}`;

export interface CsrCondition extends Condition {
  type: "Approved" | "Denied" | "Failed";
  lastUpdateTime?: string;
}

/** `certificates.k8s.io/v1` */
export interface CertificateSigningRequest extends KubeObject {
  spec: {
    /** Base64 of a PEM `CERTIFICATE REQUEST`. */
    request: string;
    signerName: string;
    /** Seconds. */
    expirationSeconds?: number;
    usages: string[];
    /** Set by the server: who asked. */
    username?: string;
    uid?: string;
    groups?: string[];
    extra?: Record<string, string[]>;
  };
  status?: {
    conditions?: CsrCondition[];
    /** Base64 of a PEM chain, leaf first. */
    certificate?: string;
  };
}

/** The condition of a type, if it is there. */
export function conditionOf(
  { status }: CertificateSigningRequest,
  type: CsrCondition["type"],
): CsrCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}
