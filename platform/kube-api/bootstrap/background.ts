import { silentLogger } from "@tegata/telemetry";
import { type RbacAuthorizer, startRoleAggregation } from "../authz/index.ts";
import { startSigningController } from "../certificates/index.ts";
import { type ControllerOptions, type RunningController, startControllers } from "../controllers/index.ts";
import { startCrdController } from "../crd/index.ts";
import type { Authority } from "./authority.ts";

export interface BackgroundOptions extends ControllerOptions {
  readonly authorizer: RbacAuthorizer;
  /** Signs what is approved; its certificate is handed out to every namespace. */
  readonly authority: Authority;
}

/**
 * Starts everything that works without being asked: CustomResourceDefinitions, aggregated roles, the signing of
 * certificates, namespaces, the garbage collector. Resolves when the custom resources are served and every namespace has what it must have.
 */
export async function startBackground(options: BackgroundOptions): Promise<RunningController> {
  const { services, authorizer, authority, now, logger = silentLogger } = options;
  const crds = await startCrdController(options);
  const roles = startRoleAggregation(services.store, logger);
  const signing = startSigningController({ store: services.store, authorizer, ca: () => authority, now, logger });
  const controllers = await startControllers(options, authority.certificatePem);
  return {
    async stop() {
      await Promise.all([controllers.stop(), signing.stop(), roles.stop(), crds.stop()]);
    },
  };
}
