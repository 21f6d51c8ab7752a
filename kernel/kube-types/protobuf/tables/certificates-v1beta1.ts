import type { MessagePackage } from "../message-package.ts";

/** The kinds of `certificates.k8s.io/v1beta1`. Read {@link MessagePackage.table} for the notation. */
export const CERTIFICATES_V1BETA1: MessagePackage = {
  definitions: "io.k8s.api.certificates.v1beta1",
  group: "certificates.k8s.io",
  version: "v1beta1",
  table: `
ClusterTrustBundle kind # Roots that programs in the whole cluster may trust.
  1 metadata ObjectMeta # Standard metadata. The name begins with the signer's, where there is one.
  2 spec ClusterTrustBundleSpec! # The roots.
ClusterTrustBundleSpec
  1 signerName string # The signer whose certificates chain to the roots. Never changes.
  2 trustBundle string! # Certificates, PEM, without anything else.
`,
};
