import type { ResourceDefinition } from "../registry/types.ts";
import { defineResource, present } from "./define.ts";
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
      subresources: present(handlers.certificateApproval),
    }),
  ];
}
