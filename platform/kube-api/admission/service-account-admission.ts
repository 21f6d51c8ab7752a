import type { KubeObject } from "@tegata/kube-types";
import { forbidden } from "../http-errors.ts";
import type { Store } from "../store/index.ts";
import type { AdmissionPlugin } from "./admission-chain.ts";
import type { AdmissionAttributes } from "./types.ts";

interface Pod extends KubeObject {
  spec?: { serviceAccountName?: string; serviceAccount?: string };
}

/**
 * Gives Pods the ServiceAccount `default` and refuses those whose ServiceAccount does not exist.
 * reference: k8s.io/kubernetes `plugin/pkg/admission/serviceaccount`
 */
export function serviceAccountAdmission(store: Pick<Store, "get">): AdmissionPlugin {
  return {
    async mutate(attributes) {
      const { object } = attributes;
      if (!isNewPod(attributes) || object === undefined) return { object, warnings: [] };
      const pod: Pod = object;
      const name = pod.spec?.serviceAccountName ?? pod.spec?.serviceAccount ?? "default";
      const spec = { ...pod.spec, serviceAccountName: name, serviceAccount: name };
      return { object: { ...pod, spec } as Pod, warnings: [] };
    },
    async validate(attributes) {
      if (!isNewPod(attributes)) return [];
      const { namespace, resource, name } = attributes;
      const account = (attributes.object as Pod).spec?.serviceAccountName ?? "";
      if (store.get({ collection: "serviceaccounts", key: `${namespace}/${account}` }) === undefined)
        throw forbidden(
          resource,
          name,
          `error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`,
        );
      return [];
    },
  };
}

function isNewPod({ resource, operation, subresource }: AdmissionAttributes): boolean {
  return operation === "CREATE" && resource.group === "" && resource.plural === "pods" && subresource === "";
}
