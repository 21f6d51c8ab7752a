import { type CertificateRequest, commonName } from "@tegata/pki";
import type { Authorizer } from "../authz/types.ts";
import { CERTIFICATES_GROUP, type CertificateSigningRequest, type CsrCondition } from "./csr-types.ts";
import { KUBELET_CLIENT_SIGNER } from "./signers.ts";

/**
 * Approves a kubelet's request for its client certificate, if RBAC gives whoever asks `create` on
 * `certificatesigningrequests/selfnodeclient` (for its own name) or `/nodeclient`.
 * reference: k8s.io/kubernetes `pkg/controller/certificates/approver`
 *
 * @returns the condition to add; `undefined` if a person must decide.
 */
export function autoApproval(
  { spec }: CertificateSigningRequest,
  request: CertificateRequest,
  authorizer: Authorizer,
): CsrCondition | undefined {
  if (spec.signerName !== KUBELET_CLIENT_SIGNER) return undefined;
  const { username = "", groups = [], uid, extra } = spec;
  const user = { username, groups, ...(uid === undefined ? {} : { uid }), ...(extra === undefined ? {} : { extra }) };
  const isOwn = commonName(request.subject) === username;
  const permissions = isOwn ? ["selfnodeclient", "nodeclient"] : ["nodeclient"];
  const permission = permissions.find(
    (subresource) =>
      authorizer.authorize({
        kind: "resource",
        user,
        verb: "create",
        group: CERTIFICATES_GROUP,
        version: "*",
        resource: "certificatesigningrequests",
        subresource,
        namespace: "",
        name: "",
      }).allowed,
  );
  if (permission === undefined) return undefined;
  const message = `Auto approving ${permission === "selfnodeclient" ? "self " : ""}kubelet client certificate after SubjectAccessReview.`;
  return { type: "Approved", status: "True", reason: "AutoApproved", message };
}
