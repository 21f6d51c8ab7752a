import type { Controller, EventRecorder, KubeClient } from "@tegata/kube";
import type { StoreContext } from "@tegata/stores";
import type { Logger, Metrics } from "@tegata/telemetry";
import type { TemplateHost } from "@tegata/template";
import { type KubeObject, namespacedName } from "@tegata/kube-types";
import { resolveSecretSyncOptions, type SecretSyncOptions } from "./config.ts";
import { createExternalSecretController } from "./controller.ts";
import { createSecretSyncMetrics } from "./metrics.ts";
import { clusterSecretStores, secretStores } from "./resources.ts";
import { createStoreMetrics } from "./store-metrics.ts";
import { StoreSessions } from "./stores/sessions.ts";
import { createStoreController } from "./stores/store-controller.ts";
import { createTemplateEngine } from "./template-engine.ts";
import { type InformerSource, storesByUid, watchWorld } from "./world.ts";

/** What secret sync works with. */
export interface SecretSyncDependencies {
  readonly client: KubeClient;
  readonly informers: InformerSource;
  readonly recorder: EventRecorder;
  readonly registry: Metrics;
  readonly logger: Logger;
  readonly templateHost: TemplateHost;
  /** Bounds of the stores' calls, for tests and unusual networks. */
  readonly storeContext?: Pick<StoreContext, "callTimeoutMs" | "clock" | "egress">;
  readonly options?: SecretSyncOptions;
}

/** Secret sync, ready to run: its controllers work when `run` is called and the informers are in sync. */
export interface SecretSync {
  readonly controllers: readonly Controller[];
  /** Revokes the sessions with the stores. To be called when the controllers have ended. */
  close(): Promise<void>;
}

/** Puts secret sync together: the informers are asked for, nothing is started. */
export function createSecretSync(dependencies: SecretSyncDependencies): SecretSync {
  const { client, informers, recorder, registry, logger, templateHost, storeContext = {} } = dependencies;
  const config = resolveSecretSyncOptions(dependencies.options ?? {});
  const world = watchWorld(informers, config.namespace);
  const metrics = createSecretSyncMetrics(registry);
  const templates = createTemplateEngine(templateHost, {
    left: config.templateLeftDelimiter,
    right: config.templateRightDelimiter,
  });
  const context = { ...storeContext, metrics: createStoreMetrics(registry), renderTemplate: templates.renderText };
  const sessions = new StoreSessions({ client, world, config, context });
  const shared = { client, sessions, recorder, metrics, registry, logger, config };
  const byKind = {
    SecretStore: createStoreController({ ...shared, resource: secretStores, informer: world.secretStores }),
    ClusterSecretStore: createStoreController({
      ...shared,
      resource: clusterSecretStores,
      informer: world.clusterSecretStores,
    }),
  };
  // What a store signs in with has changed, or is there at last: its sessions start anew and its verdict is asked for again.
  const referenceChanged = (reference: string): void => {
    for (const uid of sessions.storesUsing(reference)) {
      sessions.credentialsChanged(uid);
      for (const store of storesByUid(world, uid)) {
        byKind[store.kind as keyof typeof byKind].enqueue(namespacedName(store));
      }
    }
  };
  for (const [kind, informer] of [
    ["Secret", world.secretMetadata],
    ["ConfigMap", world.configMapMetadata],
  ] as const) {
    const changed = (object: KubeObject): void => referenceChanged(`${kind}/${namespacedName(object)}`);
    informer.onChange({ added: (object, initial) => !initial && changed(object), updated: changed, deleted: changed });
  }
  return {
    controllers: [...Object.values(byKind), createExternalSecretController({ ...shared, world, templates })],
    close: () => sessions.closeAll(),
  };
}
