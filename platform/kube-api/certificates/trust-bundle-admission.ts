import type { AdmissionPlugin } from "../admission/admission-chain.ts";
import type { Authorizer } from "../authz/types.ts";
import { forbidden } from "../http-errors.ts";
import { maySigner } from "./csr-admission.ts";
import { CERTIFICATES_GROUP } from "./csr-types.ts";
import type { ClusterTrustBundle } from "./trust-bundle-strategy.ts";

/**
 * Lets only those write the trust anchors of a signer who have the verb `attest` on it.
 * reference: k8s.io/kubernetes `plugin/pkg/admission/certificates/ctbattest`
 */
export function trustBundleAdmission(authorizer: Authorizer): AdmissionPlugin {
  return {
    async validate({ resource, operation, object, oldObject, name, user }) {
      if (resource.group !== CERTIFICATES_GROUP || resource.plural !== "clustertrustbundles") return [];
      if (operation === "DELETE") return [];
      for (const bundle of [object, oldObject] as (ClusterTrustBundle | undefined)[]) {
        const signerName = bundle?.spec.signerName ?? "";
        if (signerName !== "" && !maySigner(authorizer, user, "attest", signerName))
          throw forbidden(resource, name, `user not permitted to attest for signerName ${JSON.stringify(signerName)}`);
      }
      return [];
    },
  };
}
