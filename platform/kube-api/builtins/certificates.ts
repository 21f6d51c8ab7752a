import { certificateRequestStrategy } from "../certificates/csr-strategy.ts";
import { clusterTrustBundleStrategy } from "../certificates/trust-bundle-strategy.ts";
import type { ResourceDefinition } from "../registry/types.ts";
import { CSR_COLUMNS, TRUST_BUNDLE_COLUMNS } from "./columns/access.ts";
import { defineResource, present } from "./define.ts";
import { selectable } from "./fields.ts";
import type { BuiltinHandlers } from "./handlers.ts";

/** `certificates.k8s.io`: the CertificateSigningRequest (`v1`) and the ClusterTrustBundle (`v1beta1`). */
export function certificatesResources(handlers: BuiltinHandlers): ResourceDefinition[] {
  return [
    defineResource({
      group: "certificates.k8s.io",
      kind: "CertificateSigningRequest",
      plural: "certificatesigningrequests",
      shortNames: ["csr"],
      namespaced: false,
      hasStatus: true,
      names: "path-segment",
      strategy: certificateRequestStrategy,
      columns: CSR_COLUMNS,
      selectableFields: selectable("spec.signerName"),
      subresources: present(handlers.certificateApproval),
    }),
    defineResource({
      group: "certificates.k8s.io",
      version: "v1beta1",
      kind: "ClusterTrustBundle",
      plural: "clustertrustbundles",
      namespaced: false,
      names: "path-segment",
      strategy: clusterTrustBundleStrategy,
      columns: TRUST_BUNDLE_COLUMNS,
      selectableFields: selectable("spec.signerName"),
    }),
  ];
}
