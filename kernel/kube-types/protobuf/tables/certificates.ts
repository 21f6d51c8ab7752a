import type { MessagePackage } from "../message-package.ts";

/** The kinds of `certificates.k8s.io/v1`. Read {@link MessagePackage.table} for the notation. */
export const CERTIFICATES: MessagePackage = {
  definitions: "io.k8s.api.certificates.v1",
  group: "certificates.k8s.io",
  version: "v1",
  table: `
CertificateSigningRequest kind
  1 metadata ObjectMeta
  2 spec CertificateSigningRequestSpec!
  3 status CertificateSigningRequestStatus
CertificateSigningRequestSpec
  1 request bytes!
  7 signerName string!
  8 expirationSeconds *int32
  5 usages []string atomic
  2 username string
  3 uid string
  4 groups []string atomic
  6 extra {}StringList
CertificateSigningRequestStatus
  1 conditions []CertificateSigningRequestCondition map=type
  2 certificate bytes
CertificateSigningRequestCondition
  1 type string!
  6 status string!
  2 reason string
  3 message string
  4 lastUpdateTime Time
  5 lastTransitionTime Time
`,
};
