import type { KubeObject } from "@tegata/kube-types";
import type { Store } from "../store/index.ts";
import type { ServiceAccountClaims } from "./service-account-claims.ts";
import { TokenError } from "./token-authenticator.ts";

/** Looks up what a token is bound to. reference: k8s.io/kubernetes `pkg/serviceaccount` `validator.Validate` */
export class BoundObjects {
  readonly #store: Pick<Store, "get">;

  constructor(store: Pick<Store, "get">) {
    this.#store = store;
  }

  /** @throws TokenError if one of the objects is gone, is being deleted for good, or is another one of the same name. */
  check({ namespace, serviceAccount, pod, secret, node }: ServiceAccountClaims): void {
    this.#expect("serviceaccounts", `${namespace}/${serviceAccount.name}`, serviceAccount.uid);
    if (secret !== undefined) this.#expect("secrets", `${namespace}/${secret.name}`, secret.uid);
    if (pod !== undefined) this.#expect("pods", `${namespace}/${pod.name}`, pod.uid);
    // The node of a Pod is only told, for the Pod may outlive it; a token bound to a node ends with it.
    else if (node?.uid !== undefined) this.#expect("nodes", node.name, node.uid);
  }

  #expect(collection: string, key: string, uid: string): void {
    const object: KubeObject | undefined = this.#store.get({ collection, key })?.object;
    if (object === undefined || object.metadata.uid !== uid || object.metadata.deletionTimestamp !== undefined)
      throw new TokenError("service account token has been invalidated");
  }
}
