export type {
  ApplyOptions,
  KubeClient,
  ListOptions,
  PatchType,
  Resource,
  WatchEvent,
  WriteOptions,
} from "./client-types.ts";
export type { Controller, ControllerOptions, Reconciler, ReconcileResult } from "./controller-types.ts";
export type { Informer, InformerHandler, InformerOptions } from "./informer-types.ts";
export type { EventRecorder } from "./event-types.ts";
