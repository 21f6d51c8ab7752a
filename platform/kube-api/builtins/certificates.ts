import { certificateRequestStrategy } from "../certificates/csr-strategy.ts";
import type { ResourceDefinition } from "../registry/types.ts";
import { CSR_COLUMNS } from "./columns/access.ts";
import { defineResource, present } from "./define.ts";
import { selectable } from "./fields.ts";
import type { BuiltinHandlers } from "./handlers.ts";

/** `certificates.k8s.io/v1`: the CertificateSigningRequest. */
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
  ];
}
