import type { Controller, EventRecorder, KubeClient } from "@tegata/kube";
import type { Logger, Metrics } from "@tegata/telemetry";
import { type CaMirrorOptions, resolveCaMirrorOptions } from "./config.ts";
import { createControlPlaneController } from "./controller.ts";
import { createCaMirrorMetrics } from "./metrics.ts";
import { captControlPlanes, workspaceTemplateApplies } from "./resources.ts";
import { type InformerSource, watchWorld } from "./world.ts";

/** What the mirror works with. */
export interface CaMirrorDependencies {
  readonly client: KubeClient;
  readonly informers: InformerSource;
  readonly recorder: EventRecorder;
  readonly registry: Metrics;
  readonly logger: Logger;
  readonly options?: CaMirrorOptions;
}

/**
 * Puts the mirror together: the informers are asked for, nothing is started. To be called only where
 * {@link hasCaMirrorKinds} says yes: an informer of a kind that is not there never has its first list.
 */
export function createCaMirror(dependencies: CaMirrorDependencies): Controller {
  const { client, informers, recorder, registry, logger } = dependencies;
  const config = resolveCaMirrorOptions(dependencies.options ?? {});
  const world = watchWorld(informers, config.namespace);
  return createControlPlaneController({
    client,
    world,
    recorder,
    metrics: createCaMirrorMetrics(registry),
    registry,
    logger,
    config,
  });
}

/**
 * Whether the cluster has the kinds that the mirror watches. A cluster without Cluster API has not, and needs no mirror.
 *
 * @throws KubeApiError if the API server gave no answer.
 */
export async function hasCaMirrorKinds(client: KubeClient, signal?: AbortSignal): Promise<boolean> {
  for (const { group, version, plural } of [captControlPlanes, workspaceTemplateApplies]) {
    const { status, body } = await client.getRaw(`/apis/${group}/${version}`, signal);
    if (status !== 200) return false;
    const { resources = [] } = JSON.parse(body) as { resources?: { name: string }[] };
    if (!resources.some(({ name }) => name === plural)) return false;
  }
  return true;
}
