import type { MessagePackage } from "../message-package.ts";

/** The kinds of `certificates.k8s.io/v1`. Read {@link MessagePackage.table} for the notation. */
export const CERTIFICATES: MessagePackage = {
  definitions: "io.k8s.api.certificates.v1",
  group: "certificates.k8s.io",
  version: "v1",
  table: `
CertificateSigningRequest kind # Asks a signer for a certificate. Somebody approves it, then the signer issues.
  1 metadata ObjectMeta # Standard metadata.
  2 spec CertificateSigningRequestSpec! default={} # What is asked for. Never changes.
  3 status CertificateSigningRequestStatus # Whether it was approved, and the certificate.
CertificateSigningRequestSpec
  1 request bytes! # The PKCS #10 request, PEM in base64.
  7 signerName string! # Who is asked to sign, e.g. kubernetes.io/kube-apiserver-client.
  8 expirationSeconds *int32 # For how long the certificate is wanted, in seconds; at least 600.
  5 usages []string atomic # What the key is for, e.g. client auth.
  2 username string # Who asked. Set by the server.
  3 uid string # UID of who asked. Set by the server.
  4 groups []string atomic # Groups of who asked. Set by the server.
  6 extra {}StringList # What else is known of who asked. Set by the server.
CertificateSigningRequestStatus
  1 conditions []CertificateSigningRequestCondition map=type # Approved, Denied or Failed.
  2 certificate bytes # The certificate and its chain, PEM in base64.
CertificateSigningRequestCondition
  1 type string! # Approved, Denied or Failed.
  6 status string! # True.
  2 reason string # Why, in one word.
  3 message string # Why, in a sentence.
  4 lastUpdateTime Time # When the condition was last written.
  5 lastTransitionTime Time # When the status last changed.
`,
};
