import { attributeValues } from "@tegata/pki";
import type { AdmissionPlugin } from "../admission/admission-chain.ts";
import type { Authorizer } from "../authz/types.ts";
import { forbidden } from "../http-errors.ts";
import type { UserInfo } from "../registry/types.ts";
import { readCsr } from "./csr-request.ts";
import { CERTIFICATES_GROUP, type CertificateSigningRequest } from "./csr-types.ts";
import { CLIENT_SIGNER } from "./signers.ts";

/** What an error about a request names. */
export const CSR_SUBJECT = {
  group: CERTIFICATES_GROUP,
  plural: "certificatesigningrequests",
  kind: "CertificateSigningRequest",
};

/**
 * Lets only those set `status` of a request who may sign for its signer, and nobody ask for membership in
 * `system:masters`. reference: k8s.io/kubernetes `plugin/pkg/admission/certificates`
 */
export function csrAdmission(authorizer: Authorizer): AdmissionPlugin {
  return {
    async validate({ resource, subresource, operation, object, oldObject, name, user }) {
      if (resource.group !== CERTIFICATES_GROUP || resource.plural !== CSR_SUBJECT.plural) return [];
      const csr = object as CertificateSigningRequest | undefined;
      if (operation === "CREATE" && csr !== undefined && asksForMasters(csr))
        throw forbidden(CSR_SUBJECT, name, `use of ${CLIENT_SIGNER} signer with system:masters group is not allowed`);
      if (operation === "UPDATE" && subresource === "status") {
        const { signerName } = (oldObject as CertificateSigningRequest).spec;
        if (!maySigner(authorizer, user, "sign", signerName))
          throw forbidden(
            CSR_SUBJECT,
            name,
            `user not permitted to sign requests with signerName ${JSON.stringify(signerName)}`,
          );
      }
      return [];
    },
  };
}

/** Whether a user has a verb on a signer by its name, or on all signers of its domain. */
export function maySigner(
  authorizer: Authorizer,
  user: UserInfo,
  verb: "approve" | "sign" | "attest",
  signerName: string,
): boolean {
  const [domain = ""] = signerName.split("/", 1);
  return [signerName, `${domain}/*`].some(
    (name) =>
      authorizer.authorize({
        kind: "resource",
        user,
        verb,
        group: CERTIFICATES_GROUP,
        version: "*",
        resource: "signers",
        subresource: "",
        namespace: "",
        name,
      }).allowed,
  );
}

function asksForMasters({ spec }: CertificateSigningRequest): boolean {
  if (spec.signerName !== CLIENT_SIGNER) return false;
  const csr = readCsr(spec.request);
  return !("problem" in csr) && attributeValues(csr.subject, "organizationName").includes("system:masters");
}
