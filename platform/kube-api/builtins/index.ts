import type { ResourceDefinition } from "../registry/types.ts";
import { appsResources } from "./apps.ts";
import { autoscalingResources } from "./autoscaling.ts";
import { batchResources } from "./batch.ts";
import { certificatesResources } from "./certificates.ts";
import { coordinationResources } from "./coordination.ts";
import { coreResources } from "./core.ts";
import { coreWorkloadResources } from "./core-workloads.ts";
import { eventsResources } from "./events.ts";
import { extensionResources } from "./extension.ts";
import type { BuiltinHandlers } from "./handlers.ts";
import { networkingResources } from "./networking.ts";
import { policyResources } from "./policy.ts";
import { rbacResources } from "./rbac.ts";
import { reviewResources } from "./reviews.ts";
import { storageResources } from "./storage.ts";

export type { BuiltinHandlers } from "./handlers.ts";

/** Every built-in kind that the server serves, each group in its preferred version first. */
export function builtinResources(handlers: BuiltinHandlers = {}): ResourceDefinition[] {
  return [
    ...coreResources(handlers),
    ...coreWorkloadResources(),
    ...extensionResources(),
    ...appsResources(),
    ...eventsResources(),
    ...reviewResources(handlers),
    ...autoscalingResources(),
    ...batchResources(),
    ...certificatesResources(handlers),
    ...networkingResources(),
    ...policyResources(),
    ...rbacResources(),
    ...storageResources(),
    ...coordinationResources(),
  ];
}
