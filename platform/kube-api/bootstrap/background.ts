import { silentLogger } from "@tegata/telemetry";
import { startRoleAggregation } from "../authz/index.ts";
import { type ControllerOptions, type RunningController, startControllers } from "../controllers/index.ts";
import { startCrdController } from "../crd/index.ts";

/**
 * Starts everything that works without being asked: CustomResourceDefinitions, aggregated roles, namespaces, the garbage
 * collector. Resolves when the custom resources are served and every namespace has what it must have.
 */
export async function startBackground(options: ControllerOptions, caPem: string): Promise<RunningController> {
  const crds = await startCrdController(options);
  const roles = startRoleAggregation(options.services.store, options.logger ?? silentLogger);
  const controllers = await startControllers(options, caPem);
  return {
    async stop() {
      await Promise.all([controllers.stop(), roles.stop(), crds.stop()]);
    },
  };
}
