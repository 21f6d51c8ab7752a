export { type CrdController, type CrdControllerOptions, startCrdController } from "./controller.ts";
export { CLEANUP_FINALIZER, crdStrategy } from "./strategy.ts";
export { definitionsOf } from "./resource-definitions.ts";
export type { CustomResourceDefinition } from "./types.ts";
