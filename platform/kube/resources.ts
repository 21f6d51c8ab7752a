import type {
  ConfigMap,
  Event,
  GroupVersionKind,
  KubeObject,
  Lease,
  Namespace,
  Secret,
  ServiceAccount,
} from "@tegata/kube-types";
import { formatGroupVersion } from "@tegata/kube-types";
import type { Resource } from "./client-types.ts";

/**
 * Describes a kind to the client.
 *
 * @param definition - `apiVersion` as in a manifest; `plural` as in the URL. `namespaced` is true if absent.
 */
export function defineResource<T extends KubeObject>(definition: {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced?: boolean;
}): Resource<T> {
  const { apiVersion, kind, plural, namespaced = true } = definition;
  const slash = apiVersion.indexOf("/");
  return {
    group: apiVersion.slice(0, Math.max(slash, 0)),
    version: apiVersion.slice(slash + 1),
    kind,
    plural,
    namespaced,
  };
}

/** The `apiVersion` of a resource's objects. */
export function apiVersionOf(resource: GroupVersionKind): string {
  return formatGroupVersion(resource);
}

/** The name that RBAC, errors and CRDs use: `secrets`, `externalsecrets.external-secrets.io`. */
export function qualifiedPlural(resource: Resource): string {
  return resource.group === "" ? resource.plural : `${resource.plural}.${resource.group}`;
}

/** Where an object, a collection or a subresource is found on an API server. Kubernetes API concepts, "Resource URIs". */
export interface ResourceTarget {
  /** Empty for all namespaces. Not used for cluster-scoped kinds. */
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly subresource?: string | undefined;
}

/** The URL path of a collection, an object or a subresource, percent-encoded. */
export function resourcePath(resource: Resource, target: ResourceTarget = {}): string {
  const root = resource.group === "" ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  const { namespace = "", name = "", subresource = "" } = target;
  const parts = [root];
  if (resource.namespaced && namespace !== "") parts.push("namespaces", encodeURIComponent(namespace));
  parts.push(resource.plural);
  if (name !== "") parts.push(encodeURIComponent(name));
  if (subresource !== "") parts.push(subresource);
  return parts.join("/");
}

/** `v1` Secret. */
export const secrets: Resource<Secret> = defineResource({ apiVersion: "v1", kind: "Secret", plural: "secrets" });
/** `v1` ConfigMap. */
export const configMaps: Resource<ConfigMap> = defineResource({
  apiVersion: "v1",
  kind: "ConfigMap",
  plural: "configmaps",
});
/** `v1` Namespace. */
export const namespaces: Resource<Namespace> = defineResource({
  apiVersion: "v1",
  kind: "Namespace",
  plural: "namespaces",
  namespaced: false,
});
/** `v1` ServiceAccount. */
export const serviceAccounts: Resource<ServiceAccount> = defineResource({
  apiVersion: "v1",
  kind: "ServiceAccount",
  plural: "serviceaccounts",
});
/** `v1` Event. */
export const events: Resource<Event> = defineResource({ apiVersion: "v1", kind: "Event", plural: "events" });
/** `coordination.k8s.io/v1` Lease. */
export const leases: Resource<Lease> = defineResource({
  apiVersion: "coordination.k8s.io/v1",
  kind: "Lease",
  plural: "leases",
});
/** `v1` Pod, of which Tegata reads metadata and a few fields. */
export const pods: Resource = defineResource({ apiVersion: "v1", kind: "Pod", plural: "pods" });
/** `v1` Node. */
export const nodes: Resource = defineResource({ apiVersion: "v1", kind: "Node", plural: "nodes", namespaced: false });
/** `apiextensions.k8s.io/v1` CustomResourceDefinition. */
export const customResourceDefinitions: Resource = defineResource({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  namespaced: false,
});

/** `authentication.k8s.io/v1` TokenRequest: the body and the answer of `serviceaccounts/NAME/token`. */
export interface TokenRequest extends KubeObject {
  spec: {
    audiences: string[];
    expirationSeconds?: number;
    boundObjectRef?: { kind?: string; apiVersion?: string; name?: string; uid?: string };
  };
  status?: { token: string; expirationTimestamp: string };
}

/** `authentication.k8s.io/v1` TokenReview: is this token valid, and whose is it? */
export interface TokenReview extends KubeObject {
  spec: { token: string; audiences?: string[] };
  status?: {
    authenticated?: boolean;
    user?: { username?: string; uid?: string; groups?: string[]; extra?: Record<string, string[]> };
    audiences?: string[];
    error?: string;
  };
}

/** `authorization.k8s.io/v1` SubjectAccessReview: may this user do this? */
export interface SubjectAccessReview extends KubeObject {
  spec: {
    user?: string;
    groups?: string[];
    uid?: string;
    extra?: Record<string, string[]>;
    resourceAttributes?: {
      namespace?: string;
      verb?: string;
      group?: string;
      version?: string;
      resource?: string;
      subresource?: string;
      name?: string;
    };
    nonResourceAttributes?: { path?: string; verb?: string };
  };
  status?: { allowed: boolean; denied?: boolean; reason?: string; evaluationError?: string };
}

/** Posted to a ServiceAccount's `token` subresource: `client.post(tokenRequests, body, { namespace, name, subresource: "token" })`. */
export const tokenRequests: Resource<TokenRequest> = {
  group: "",
  version: "v1",
  kind: "TokenRequest",
  plural: "serviceaccounts",
  namespaced: true,
};
/** Posted and answered, never stored. */
export const tokenReviews: Resource<TokenReview> = defineResource({
  apiVersion: "authentication.k8s.io/v1",
  kind: "TokenReview",
  plural: "tokenreviews",
  namespaced: false,
});
/** Posted and answered, never stored. */
export const subjectAccessReviews: Resource<SubjectAccessReview> = defineResource({
  apiVersion: "authorization.k8s.io/v1",
  kind: "SubjectAccessReview",
  plural: "subjectaccessreviews",
  namespaced: false,
});
