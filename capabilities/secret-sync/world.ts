import { configMaps, type Informer, namespaces, secrets, type Resource, type InformerOptions } from "@tegata/kube";
import type { KubeObject, Secret } from "@tegata/kube-types";
import type { ExternalSecret, SecretStoreObject, SecretStoreRef } from "./api/external-secret.ts";
import { CREATED_BY_LABEL, MANAGED_LABEL } from "./names.ts";
import { clusterSecretStores, externalSecrets, secretStores } from "./resources.ts";
import { namespaceMayUse } from "./stores/conditions.ts";
import { targetNameOf } from "./target.ts";

/** What hands out informers. The part of `InformerFactory` that is used here. */
export interface InformerSource {
  informer<T extends KubeObject>(resource: Resource<T>, options?: InformerOptions<T>): Informer<T>;
}

/** The local copy of everything that secret sync watches. */
export interface World {
  readonly externalSecrets: Informer<ExternalSecret>;
  readonly secretStores: Informer<SecretStoreObject>;
  readonly clusterSecretStores: Informer<SecretStoreObject>;
  /** Secrets with the managed label, whole. */
  readonly targets: Informer<Secret>;
  /** All Secrets, metadata only: whether one is there, and whether it changed. */
  readonly secretMetadata: Informer<KubeObject>;
  readonly configMapMetadata: Informer<KubeObject>;
  readonly namespaces: Informer<KubeObject>;
}

/** Index of ExternalSecrets by every store that they name, as {@link storeKey} writes it. */
export const BY_STORE = "byStore";
/** Index of ExternalSecrets by `namespace/name` of their target. */
export const BY_TARGET = "byTarget";
/** Index of ExternalSecrets by `Secret/namespace/name` or `ConfigMap/namespace/name` of their template sources. */
export const BY_TEMPLATE_SOURCE = "byTemplateSource";

/** Index of ExternalSecrets by their namespace. */
export const BY_NAMESPACE = "byNamespace";

const BY_UID = "byUid";
const byUid = { [BY_UID]: ({ metadata }: SecretStoreObject) => [metadata.uid ?? ""] };

/** Index of targets by `namespace/` and the label that names their owner. */
export const BY_OWNER_LABEL = "byOwnerLabel";

function ownerLabelOf({ metadata }: Secret): string[] {
  const label = metadata.labels?.[CREATED_BY_LABEL];
  return label === undefined ? [] : [`${metadata.namespace ?? ""}/${label}`];
}

function targetKeysOf(es: ExternalSecret): string[] {
  return [`${es.metadata.namespace ?? ""}/${targetNameOf(es)}`];
}

function namespaceOf({ metadata }: ExternalSecret): string[] {
  return [metadata.namespace ?? ""];
}

/** Opens the informers; calling it again gives the same ones. @param namespace - empty for all namespaces. */
export function watchWorld(source: InformerSource, namespace: string): World {
  const scope = namespace === "" ? {} : { namespace };
  return {
    externalSecrets: source.informer(externalSecrets, {
      ...scope,
      indexes: {
        [BY_STORE]: storeKeysOf,
        [BY_TARGET]: targetKeysOf,
        [BY_TEMPLATE_SOURCE]: templateSourcesOf,
        [BY_NAMESPACE]: namespaceOf,
      },
    }),
    secretStores: source.informer(secretStores, { ...scope, indexes: byUid }),
    clusterSecretStores: source.informer(clusterSecretStores, { indexes: byUid }),
    targets: source.informer(secrets, {
      ...scope,
      labelSelector: `${MANAGED_LABEL}=true`,
      indexes: { [BY_OWNER_LABEL]: ownerLabelOf },
    }),
    secretMetadata: source.informer<KubeObject>(secrets, { ...scope, metadataOnly: true }),
    configMapMetadata: source.informer<KubeObject>(configMaps, { ...scope, metadataOnly: true }),
    namespaces: source.informer<KubeObject>(namespaces, { metadataOnly: true }),
  };
}

/** Names a store among all: `SecretStore/namespace/name` or `ClusterSecretStore//name`. */
export function storeKey(ref: SecretStoreRef, namespace: string): string {
  return ref.kind === "ClusterSecretStore"
    ? `ClusterSecretStore//${ref.name ?? ""}`
    : `SecretStore/${namespace}/${ref.name ?? ""}`;
}

/** Every store that an ExternalSecret names: its own and those of its entries. */
export function storeRefsOf({ spec }: ExternalSecret): SecretStoreRef[] {
  const entries = [...(spec.data ?? []), ...(spec.dataFrom ?? [])].map(({ sourceRef }) => sourceRef?.storeRef);
  return [spec.secretStoreRef, ...entries].filter((ref): ref is SecretStoreRef => (ref?.name ?? "") !== "");
}

function storeKeysOf(es: ExternalSecret): string[] {
  return [...new Set(storeRefsOf(es).map((ref) => storeKey(ref, es.metadata.namespace ?? "")))];
}

/** `Kind/namespace/name` of each object that holds a template of this ExternalSecret. */
export function templateSourcesOf({ metadata, spec }: ExternalSecret): string[] {
  const namespace = metadata.namespace ?? "";
  return (spec.target?.template?.templateFrom ?? []).flatMap(({ configMap, secret }) => [
    ...(configMap === undefined ? [] : [`ConfigMap/${namespace}/${configMap.name}`]),
    ...(secret === undefined ? [] : [`Secret/${namespace}/${secret.name}`]),
  ]);
}

/** The store that a reference names, if it is there. */
export function findStore(world: World, ref: SecretStoreRef, namespace: string): SecretStoreObject | undefined {
  return ref.kind === "ClusterSecretStore"
    ? world.clusterSecretStores.get(ref.name ?? "")
    : world.secretStores.get(`${namespace}/${ref.name ?? ""}`);
}

/** The stores with this `metadata.uid`: one, or none. */
export function storesByUid(world: World, uid: string): readonly SecretStoreObject[] {
  return [...world.secretStores.byIndex(BY_UID, uid), ...world.clusterSecretStores.byIndex(BY_UID, uid)];
}

/** Whether a store's conditions let this namespace use it; conditions that cannot be read let nobody. */
export function isOpenTo(world: World, { kind, spec }: SecretStoreObject, namespace: string): boolean {
  if (kind !== "ClusterSecretStore") return true;
  const labels = world.namespaces.get(namespace)?.metadata.labels ?? {};
  try {
    return namespaceMayUse(spec.conditions, { name: namespace, labels });
  } catch {
    return false;
  }
}

/**
 * One text for the state of everything outside the ExternalSecret that its values depend on: when it changes, a refresh
 * is due.
 */
export function inputsFingerprint(world: World, es: ExternalSecret): string {
  const namespace = es.metadata.namespace ?? "";
  const stores = storeRefsOf(es).map((ref) => {
    const store = findStore(world, ref, namespace);
    const { uid = "", generation = 0 } = store?.metadata ?? {};
    const isOpen = store === undefined || isOpenTo(world, store, namespace);
    return `${storeKey(ref, namespace)}@${uid}:${generation}:${isOpen}`;
  });
  const sources = templateSourcesOf(es).map((source) => {
    const [kind = "", ...key] = source.split("/");
    const informer = kind === "Secret" ? world.secretMetadata : world.configMapMetadata;
    return `${source}@${informer.get(key.join("/"))?.metadata.resourceVersion ?? ""}`;
  });
  return [...stores, ...sources].join(" ");
}
