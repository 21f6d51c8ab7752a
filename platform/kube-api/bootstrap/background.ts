import { type SecretTokens, startSecretTokenController } from "../authn/index.ts";
import { type RbacAuthorizer, startRoleAggregation } from "../authz/index.ts";
import { startSigningController } from "../certificates/index.ts";
import { type ControllerOptions, type RunningController, startControllers } from "../controllers/index.ts";
import { startCrdController } from "../crd/index.ts";
import type { Authority } from "./authority.ts";

/** What the work in the background needs. */
export interface BackgroundOptions extends ControllerOptions {
  readonly authorizer: RbacAuthorizer;
  readonly secretTokens: SecretTokens;
  /** Signs what is approved; its certificate is handed out to every namespace. */
  readonly authority: Authority;
}

/**
 * Starts everything that works without being asked: CustomResourceDefinitions, aggregated roles, the signing of
 * certificates, tokens in Secrets, namespaces, the garbage collector. Resolves when the custom resources are served and
 * every namespace has what it must have.
 */
export async function startBackground(options: BackgroundOptions): Promise<RunningController> {
  const { services, authorizer, secretTokens: tokens, authority, now, logger } = options;
  const { store } = services;
  const caPem = authority.certificatePem;
  const running = [
    await startCrdController(options),
    startRoleAggregation(store, logger),
    startSigningController({ store, authorizer, ca: () => authority, now, logger }),
    startSecretTokenController({ store, tokens, caPem, logger }),
    await startControllers(options, caPem),
  ];
  return {
    async stop() {
      await Promise.all(running.map((controller) => controller.stop()));
    },
  };
}
