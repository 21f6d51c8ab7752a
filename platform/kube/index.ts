export type {
  ApplyOptions,
  KubeClient,
  ListChunk,
  ListOptions,
  PatchType,
  Resource,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from "./client-types.ts";
export { createKubeClient, type KubeClientOptions, LIST_CHUNK_SIZE, REQUEST_TIMEOUT_MS } from "./client/kube-client.ts";
export { isKubeApiError, KubeApiError } from "./client/kube-api-error.ts";
export type { ClusterAccess, Identity, TlsMaterial } from "./config/cluster-access.ts";
export { createStaticAccess, type StaticAccessOptions } from "./config/composed-access.ts";
export { type FindAccessOptions, findClusterAccess } from "./config/find-access.ts";
export { type InClusterOptions, isInCluster, readInClusterAccess } from "./config/in-cluster.ts";
export { type KubeconfigOptions, parseKubeconfigAccess, readKubeconfigAccess } from "./config/kubeconfig.ts";
export {
  apiVersionOf,
  configMaps,
  customResourceDefinitions,
  defineResource,
  events,
  leases,
  namespaces,
  nodes,
  pods,
  qualifiedPlural,
  resourcePath,
  type ResourceTarget,
  secrets,
  serviceAccounts,
  type SubjectAccessReview,
  subjectAccessReviews,
  type TokenRequest,
  tokenRequests,
  type TokenReview,
  tokenReviews,
} from "./resources.ts";
export { type Clock, pause, systemClock } from "./clock.ts";
export type { BackoffOptions } from "./informer/backoff.ts";
export {
  createInformer,
  type InformerEnvironment,
  SYNC_TIMEOUT_MS,
  WATCH_BACKOFF,
  WATCH_SILENCE_SECONDS,
} from "./informer/informer.ts";
export { createInformerFactory, type InformerFactory } from "./informer/informer-factory.ts";
export type { Informer, InformerHandler, InformerOptions, RunnableInformer } from "./informer-types.ts";
export { DEFAULT_RETRY_DELAYS, type RetryDelays } from "./workqueue/rate-limiter.ts";
export { type Priority, Workqueue, type WorkqueueOptions } from "./workqueue/workqueue.ts";
export type { Controller, ControllerOptions, Reconciler, ReconcileResult, ReconcileRun } from "./controller-types.ts";
export { createController, type FailureOutcome, outcomeOfFailure } from "./controller/controller.ts";
export {
  anyOf,
  type ChangeFilter,
  enqueueMapped,
  enqueueObjects,
  enqueueOwners,
  generationChanged,
  labelsOrAnnotationsChanged,
} from "./controller/sources.ts";
export {
  createEventRecorder,
  type EventRecorderOptions,
  type FlushableEventRecorder,
} from "./events/event-recorder.ts";
export type { EventRecorder } from "./event-types.ts";
export { fencedClient } from "./leader/fenced-client.ts";
export {
  type Leadership,
  type LeaderElectionOptions,
  leadWhenElected,
  LEASE_MS,
  RENEW_DEADLINE_MS,
  RETRY_MS,
} from "./leader/leader-election.ts";
export type { Runnable } from "./manager/group.ts";
export { type Manager, type ManagerOptions, startManager, STOP_TIMEOUT_MS } from "./manager/manager.ts";
export { findCondition, isConditionTrue, setCondition } from "./objects/conditions.ts";
export { addFinalizer, hasFinalizer, isDeleting, removeFinalizer } from "./objects/finalizers.ts";
export { equalJson, mergePatchBetween } from "./objects/json-difference.ts";
export { controllerOf, controllerReference, isOwnedBy, withControllerReference } from "./objects/ownership.ts";
export { formatMicroTimestamp, formatTimestamp } from "./objects/timestamps.ts";
export { writeStatus } from "./objects/write-status.ts";
