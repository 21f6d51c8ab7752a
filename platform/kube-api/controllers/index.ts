import { startEventExpiry } from "./event-expiry.ts";
import { startGarbageCollector } from "./garbage-collector.ts";
import { startNamespaceController } from "./namespace-controller.ts";
import { startNamespaceDefaults } from "./namespace-defaults.ts";
import type { ControllerOptions, RunningController } from "./types.ts";

export type { ControllerOptions, RunningController } from "./types.ts";

/**
 * Starts the controllers that belong to the server itself. Resolves when what every namespace must have is there.
 *
 * @param caPem - the CA that Pods are to trust for the API server, for the ConfigMap `kube-root-ca.crt`.
 */
export async function startControllers(options: ControllerOptions, caPem: string): Promise<RunningController> {
  const running = [
    startNamespaceController(options),
    startGarbageCollector(options),
    startEventExpiry(options),
    await startNamespaceDefaults(options, caPem),
  ];
  return {
    async stop() {
      await Promise.all(running.map((controller) => controller.stop()));
    },
  };
}
