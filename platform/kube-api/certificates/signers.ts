import { attributeValues, type CertificateRequest, commonName } from "@tegata/pki";
import type { CertificateSigningRequest } from "./csr-types.ts";

/** Checks a request against the rules of its signer; returns why it must not be signed, or nothing. */
type SignerRule = (csr: CertificateRequest, usages: readonly string[]) => string | undefined;

/** Signs client certificates of kubelets; approved without a person where RBAC allows it. */
export const KUBELET_CLIENT_SIGNER = "kubernetes.io/kube-apiserver-client-kubelet";
/** Signs client certificates of anyone else. */
export const CLIENT_SIGNER = "kubernetes.io/kube-apiserver-client";

const NODE_GROUP = "system:nodes";
const NODE_PREFIX = "system:node:";

/** The signers that the server itself serves. reference: Kubernetes "Certificate Signing Requests", "Kubernetes signers" */
const RULES: Readonly<Record<string, SignerRule>> = {
  [CLIENT_SIGNER]: (_csr, usages) => usagesProblem(usages, "client auth"),
  [KUBELET_CLIENT_SIGNER]: (csr, usages) =>
    nodeSubjectProblem(csr) ?? sanProblem(csr, []) ?? usagesProblem(usages, "client auth"),
  "kubernetes.io/kubelet-serving": (csr, usages) =>
    nodeSubjectProblem(csr) ??
    sanProblem(csr, ["dns", "ip"]) ??
    ((csr.extensions.subjectAltNames ?? []).length === 0 ? "DNS or IP subjectAltName is required" : undefined) ??
    usagesProblem(usages, "server auth"),
};

/** Whether the server signs for this signer; all others are for controllers elsewhere. */
export function isOwnSigner(signerName: string): boolean {
  return Object.hasOwn(RULES, signerName);
}

/** Why a request must not be signed; `undefined` if it may. */
export function signerProblem(
  csr: CertificateRequest,
  { signerName, usages }: CertificateSigningRequest["spec"],
): string | undefined {
  return RULES[signerName]?.(csr, usages);
}

function nodeSubjectProblem({ subject }: CertificateRequest): string | undefined {
  const organizations = attributeValues(subject, "organizationName");
  if (organizations.length !== 1 || organizations[0] !== NODE_GROUP) return `subject organization is not ${NODE_GROUP}`;
  const name = commonName(subject) ?? "";
  return name.startsWith(NODE_PREFIX) && name.length > NODE_PREFIX.length
    ? undefined
    : `subject common name does not begin with ${NODE_PREFIX}`;
}

const SAN_LABELS: Readonly<Record<string, string>> = { dns: "DNS", ip: "IP", email: "Email", uri: "URI" };

function sanProblem({ extensions }: CertificateRequest, allowed: readonly string[]): string | undefined {
  const other = extensions.subjectAltNames?.find(({ type }) => !allowed.includes(type));
  return other && `${SAN_LABELS[other.type] ?? "other"} subjectAltNames are not allowed`;
}

/** The purpose is required, signing and key encipherment are optional, and nothing else is allowed. */
function usagesProblem(usages: readonly string[], purpose: string): string | undefined {
  const allowed = ["digital signature", "key encipherment", purpose];
  return usages.includes(purpose) && usages.every((usage) => allowed.includes(usage))
    ? undefined
    : `usages did not match [${allowed.join(" ")}]`;
}
