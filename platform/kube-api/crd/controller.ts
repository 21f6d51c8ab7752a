import type { Logger } from "@tegata/telemetry";
import type { RestServices } from "../registry/context.ts";
import { CRD_COLLECTION, CrdReconciler } from "./reconciler.ts";
import { SerialQueue } from "./serial-queue.ts";

/** What the controller works with. */
export interface CrdControllerOptions {
  readonly services: RestServices;
  readonly now: () => Date;
  readonly logger?: Logger | undefined;
}

/** The running controller. */
export interface CrdController {
  /** Stops watching; resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

/**
 * Serves the kinds that CustomResourceDefinitions define: accepts their names, registers their versions, reports it in their
 * conditions, and deletes all their objects when they go. Resolves when every CRD that is stored already is served.
 */
export async function startCrdController(options: CrdControllerOptions): Promise<CrdController> {
  const reconciler = new CrdReconciler(options.services, options.now);
  const { store } = options.services;
  const { revisions, version } = store.list({ collection: CRD_COLLECTION, prefix: "" });
  for (const { key } of revisions) await reconciler.reconcile(key);
  const queue = new SerialQueue((name) => reconciler.reconcile(name), options.logger);
  reconciler.onObjectsGone = (name) => queue.add(name);
  const unwatch = store.watch({ collection: CRD_COLLECTION, prefix: "", fromVersion: version }, (events) => {
    for (const { key } of events) queue.add(key);
  });
  return {
    async stop() {
      unwatch();
      await queue.stop();
      reconciler.stop();
    },
  };
}
