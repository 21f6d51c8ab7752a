import { type CaMirrorOptions, createCaMirror, hasCaMirrorKinds, watchWorld } from "@tegata/ca-mirror";
import { asTegataError } from "@tegata/errors";
import {
  createEventRecorder,
  type Informer,
  type InformerFactory,
  type KubeClient,
  pause,
  type Runnable,
  systemClock,
} from "@tegata/kube";
import type { KubeObject } from "@tegata/kube-types";
import type { Logger, Metrics } from "@tegata/telemetry";

/** How often a cluster without Cluster API is asked whether it has it by now, in milliseconds. */
const KINDS_RECHECK_MS = 60_000;

/** What the part works with. */
export interface CaMirrorPartDependencies {
  /** The leader's client. */
  readonly client: KubeClient;
  readonly informers: InformerFactory;
  readonly identity: string;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly options: CaMirrorOptions;
}

/** The mirror of managed clusters' CAs. It waits, without harm to the rest, until the cluster has CAPT's kinds. */
export function caMirrorPart({
  client,
  informers,
  identity,
  metrics,
  logger,
  options,
}: CaMirrorPartDependencies): Runnable {
  return {
    name: "CA mirror",
    async run(signal) {
      if (!(await untilKindsAreThere(client, logger, signal))) return;
      const recorder = createEventRecorder({
        client,
        component: "tegata-ca-mirror",
        instance: identity,
        logger,
        metrics,
      });
      const controller = createCaMirror({ client, informers, recorder, registry: metrics, logger, options });
      const { controlPlanes, applies, secretMetadata } = watchWorld(informers, options.namespace ?? "");
      for (const informer of [controlPlanes, applies, secretMetadata]) await synced(informer, logger, signal);
      await controller.run(signal);
      await recorder.flush();
    },
  };
}

/** Kinds that are there but may not be watched are no reason to stop syncing Secrets: `/readyz` says what is missing. */
async function synced(
  informer: Pick<Informer<KubeObject>, "waitForSync">,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await informer.waitForSync(signal);
      return;
    } catch (error) {
      if (signal.aborted) return;
      logger.warn("the CA mirror waits for its informers", { error });
    }
  }
}

/** @returns false if the signal aborted first. */
async function untilKindsAreThere(client: KubeClient, logger: Logger, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    try {
      if (await hasCaMirrorKinds(client, signal)) return true;
    } catch (error) {
      if (signal.aborted) return false;
      if (asTegataError(error) === undefined) throw error;
      logger.warn("could not ask for the kinds of the CA mirror", { error });
    }
    await pause(systemClock, KINDS_RECHECK_MS, signal);
  }
  return false;
}
