import { asTegataError } from "@tegata/errors";
import type { FieldError, KubeObject } from "@tegata/kube-types";
import { invalidError } from "@tegata/kube-types/schema";
import { parseCertificate, parsePem } from "@tegata/pki";
import type { Strategy } from "../registry/types.ts";

/** `certificates.k8s.io/v1beta1`: trust anchors for everyone in the cluster, or for those who trust one signer. */
export interface ClusterTrustBundle extends KubeObject {
  spec: {
    /** Empty or absent: not tied to a signer. */
    signerName?: string;
    /** PEM certificates of CAs. */
    trustBundle: string;
  };
}

/** The rules of the ClusterTrustBundle. reference: k8s.io/kubernetes `apis/certificates/validation` */
export const clusterTrustBundleStrategy: Strategy = {
  validate: (object) => {
    const bundle = object as ClusterTrustBundle;
    return [...validateName(bundle), ...validateAnchors(bundle.spec?.trustBundle ?? "")];
  },
  validateUpdate: (object, old) => {
    const [before = "", after = ""] = [old, object].map((one) => (one as ClusterTrustBundle).spec?.signerName);
    return before === after ? [] : [invalidError("spec.signerName", after, "field is immutable")];
  },
};

function validateName({ metadata: { name = "" }, spec }: ClusterTrustBundle): FieldError[] {
  const signerName = spec?.signerName ?? "";
  const prefix = `${signerName.replaceAll("/", ":")}:`;
  if (signerName === "")
    return name.includes(":")
      ? [invalidError("metadata.name", name, 'ClusterTrustBundle without signer name must not have ":" in its name')]
      : [];
  if (name.startsWith(prefix)) return [];
  const why = `ClusterTrustBundle for signerName ${JSON.stringify(signerName)} must be named with prefix ${JSON.stringify(prefix)}`;
  return [invalidError("metadata.name", name, why)];
}

function validateAnchors(trustBundle: string): FieldError[] {
  const problem = anchorsProblem(trustBundle);
  // The bundle is public, but long.
  return problem === undefined ? [] : [invalidError("spec.trustBundle", "<value omitted>", problem)];
}

function anchorsProblem(trustBundle: string): string | undefined {
  try {
    const blocks = parsePem(trustBundle);
    if (blocks.length === 0) return "at least one trust anchor must be provided";
    const seen = new Map<string, number>();
    for (const [i, { label, bytes }] of blocks.entries()) {
      if (label !== "CERTIFICATE") return `entry ${i} has bad block type: ${label}`;
      if (parseCertificate(bytes).extensions.basicConstraints?.ca !== true)
        return `entry ${i} does not have the CA bit set`;
      const twin = seen.get(bytes.toString());
      if (twin !== undefined) return `duplicate trust anchor (indices ${twin} and ${i})`;
      seen.set(bytes.toString(), i);
    }
    return undefined;
  } catch (error) {
    const refusal = asTegataError(error);
    if (refusal === undefined) throw error;
    return refusal.message;
  }
}
