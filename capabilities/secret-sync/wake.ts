import { type Controller, equalJson } from "@tegata/kube";
import { namespacedName, type Secret } from "@tegata/kube-types";
import type { ExternalSecret } from "./api/external-secret.ts";
import { syncedResourceVersion } from "./object-hash.ts";
import { BY_NAMESPACE, BY_STORE, BY_TARGET, BY_TEMPLATE_SOURCE, storeKey, type World } from "./world.ts";

/** Who is told before a key is enqueued. */
export interface WakeListener {
  /** The key is to be looked at. @param anew - the ExternalSecret itself changed, so older reads do not do */
  needed(key: string, anew: boolean): void;
  /** Someone deleted the target: what is remembered of it is no longer so. */
  targetIsGone(key: string, secret: Secret): void;
}

/** Whatever an ExternalSecret depends on wakes it. */
export function wakeOnChanges(controller: Controller, world: World, listener: WakeListener): void {
  const wake = (index: string, key: string): void => {
    for (const es of world.externalSecrets.byIndex(index, key)) {
      listener.needed(namespacedName(es), false);
      controller.enqueue(namespacedName(es));
    }
  };
  world.externalSecrets.onChange({
    // What was synced before a restart waits behind what was not.
    added: (es, initial) => {
      listener.needed(namespacedName(es), false);
      controller.enqueue(namespacedName(es), initial && es.status?.refreshTime != null ? "later" : "soon");
    },
    updated: (es, old) => {
      if (stateOf(es) === stateOf(old) && es.metadata.deletionTimestamp === old.metadata.deletionTimestamp) return;
      listener.needed(namespacedName(es), true);
      controller.enqueue(namespacedName(es));
    },
    deleted: (es) => controller.enqueue(namespacedName(es)),
  });
  world.targets.onChange({
    updated: (secret) => wake(BY_TARGET, namespacedName(secret)),
    deleted: (secret) => {
      for (const es of world.externalSecrets.byIndex(BY_TARGET, namespacedName(secret)))
        listener.targetIsGone(namespacedName(es), secret);
      wake(BY_TARGET, namespacedName(secret));
    },
  });
  const wakeSource = (kind: "Secret" | "ConfigMap") => (object: Pick<Secret, "metadata">) =>
    wake(BY_TEMPLATE_SOURCE, `${kind}/${namespacedName(object)}`);
  const wakeSecret = wakeSource("Secret");
  world.secretMetadata.onChange({
    // A target without the managed label is not among the targets: Merge waits for it to appear.
    added: (secret, initial) => {
      if (initial) return;
      wake(BY_TARGET, namespacedName(secret));
      wakeSecret(secret);
    },
    updated: wakeSecret,
    deleted: wakeSecret,
  });
  const wakeConfigMap = wakeSource("ConfigMap");
  world.configMapMetadata.onChange({
    added: (object, initial) => !initial && wakeConfigMap(object),
    updated: wakeConfigMap,
    deleted: wakeConfigMap,
  });
  world.namespaces.onChange({
    // A ClusterSecretStore's conditions select namespaces by their labels.
    updated: (namespace, old) => {
      if (!equalJson(namespace.metadata.labels ?? {}, old.metadata.labels ?? {}))
        wake(BY_NAMESPACE, namespace.metadata.name ?? "");
    },
  });
  for (const [kind, informer] of [
    ["SecretStore", world.secretStores],
    ["ClusterSecretStore", world.clusterSecretStores],
  ] as const) {
    const wakeStore = (store: Pick<ExternalSecret, "metadata">): void =>
      wake(BY_STORE, storeKey({ kind, name: store.metadata.name ?? "" }, store.metadata.namespace ?? ""));
    informer.onChange({
      added: (store, initial) => !initial && wakeStore(store),
      updated: (store, old) => {
        const became = readyStatus(store) !== readyStatus(old);
        if (became || store.metadata.generation !== old.metadata.generation) wakeStore(store);
      },
      deleted: wakeStore,
    });
  }
}

/** Status of the Ready condition; empty if there is none. */
export function readyStatus({
  status,
}: {
  readonly status?: { conditions?: { type: string; status: string }[] };
}): string {
  return status?.conditions?.find(({ type }) => type === "Ready")?.status ?? "";
}

/** Everything of an ExternalSecret that asks for a sync when it changes. */
export function stateOf({ metadata }: ExternalSecret): string {
  return syncedResourceVersion(metadata);
}
