import { asTegataError, type TegataError } from "@tegata/errors";
import {
  type Controller,
  createController,
  type EventRecorder,
  formatTimestamp,
  type Informer,
  type KubeClient,
  type ReconcileResult,
  type Resource,
} from "@tegata/kube";
import { type Condition, namespacedName, parseNamespacedName } from "@tegata/kube-types";
import type { Logger, Metrics } from "@tegata/telemetry";
import type { SecretStoreObject, SecretStoreStatus } from "../api/external-secret.ts";
import { refreshIntervalMs } from "../checks.ts";
import type { SecretSyncConfig } from "../config.ts";
import type { MetricKind, SecretSyncMetrics } from "../metrics.ts";
import { nextRetryMs } from "../retry.ts";
import { specProblem } from "./spec-problem.ts";
import { displayNameOf, type StoreSessions, usesReferentAuth } from "./sessions.ts";

/** What the controller of one store kind works with. */
export interface StoreDependencies {
  readonly resource: Resource<SecretStoreObject>;
  readonly informer: Informer<SecretStoreObject>;
  readonly client: KubeClient;
  readonly sessions: StoreSessions;
  readonly recorder: EventRecorder;
  readonly metrics: SecretSyncMetrics;
  readonly registry: Metrics;
  readonly logger: Logger;
  readonly config: SecretSyncConfig;
}

/** Stores validated at a time. */
const CONCURRENCY = 8;

/** Reasons of a store's `Ready` condition. reference: eso.md section 1.4 */
type StoreReason =
  | "Valid"
  | "ValidationUnknown"
  | "InvalidProviderConfig"
  | "InvalidStoreConfiguration"
  | "ValidationFailed";

interface Verdict {
  readonly status: "True" | "False";
  readonly reason: StoreReason;
  readonly message: string;
  readonly capabilities: "ReadOnly" | "ReadWrite" | undefined;
  readonly failure: TegataError | undefined;
}

/**
 * Validates stores: when they change, and now and then while nobody reads through them. A store that is being read needs
 * no questions, and a verdict that did not change needs no write and no Event (reference eso.md 10.3, defect l).
 */
export function createStoreController(dependencies: StoreDependencies): Controller {
  const reconciler = new StoreReconciler(dependencies);
  const controller = createController({
    name: dependencies.resource.kind.toLowerCase(),
    concurrency: CONCURRENCY,
    reconcile: (key, signal) => reconciler.reconcile(key, signal),
    logger: dependencies.logger,
    metrics: dependencies.registry,
  });
  dependencies.informer.onChange({
    added: (store) => controller.enqueue(namespacedName(store)),
    updated: (store, old) => {
      if (store.metadata.generation !== old.metadata.generation) controller.enqueue(namespacedName(store));
    },
    deleted: (store) => controller.enqueue(namespacedName(store)),
  });
  return controller;
}

class StoreReconciler {
  readonly #dependencies: StoreDependencies;
  readonly #uids = new Map<string, string>();
  readonly #failures = new Map<string, number>();

  constructor(dependencies: StoreDependencies) {
    this.#dependencies = dependencies;
  }

  async reconcile(key: string, signal: AbortSignal): Promise<ReconcileResult> {
    const { informer, sessions, metrics, config, resource } = this.#dependencies;
    const store = informer.get(key);
    const { namespace, name } = parseNamespacedName(key);
    const kind = resource.kind.toLowerCase() as MetricKind;
    if (store === undefined) {
      await sessions.forget(this.#uids.get(key) ?? "");
      metrics.forget(kind, name, namespace);
      return {};
    }
    const controllerClass = store.spec.controller ?? "";
    if (controllerClass !== "" && controllerClass !== config.controllerClass) return {};
    this.#uids.set(key, store.metadata.uid ?? "");
    const startedAt = performance.now();
    const verdict = await this.#validate(store, signal);
    await this.#record(store, verdict, signal);
    metrics.condition(kind, name, namespace, verdict.status);
    metrics.reconcileDuration(kind, name, namespace, performance.now() - startedAt);
    return { requeueAfterMs: this.#nextMs(key, store, verdict) };
  }

  async #validate(store: SecretStoreObject, signal: AbortSignal): Promise<Verdict> {
    const problem = await specProblem(store);
    if (problem !== undefined) return verdictOf("InvalidStoreConfiguration", problem);
    // Only a reading namespace completes such a store: nothing can be said of it before.
    if (usesReferentAuth(store)) {
      return {
        status: "True",
        reason: "ValidationUnknown",
        message: "could not determine validation status: the store signs in as each namespace that reads from it",
        capabilities: "ReadOnly",
        failure: undefined,
      };
    }
    try {
      const opened = await this.#dependencies.sessions.use(store, store.metadata.namespace ?? "");
      const capabilities = opened.writer === undefined ? "ReadOnly" : "ReadWrite";
      if (this.#isInUse(store))
        return { status: "True", reason: "Valid", message: "store validated", capabilities, failure: undefined };
      const answer = await opened.validate(signal);
      if (answer === "unknown")
        return {
          status: "True",
          reason: "ValidationUnknown",
          message: "could not determine validation status",
          capabilities,
          failure: undefined,
        };
      return { status: "True", reason: "Valid", message: "store validated", capabilities, failure: undefined };
    } catch (error) {
      const failure = asTegataError(error);
      if (failure === undefined || signal.aborted) throw error;
      return verdictOf(
        failure.kind === "invalid-input" || failure.kind === "not-ready" ? "InvalidProviderConfig" : "ValidationFailed",
        failure,
      );
    }
  }

  /** Whether someone read through the store, as it is now, within its validation interval. */
  #isInUse(store: SecretStoreObject): boolean {
    const { sessions, config } = this.#dependencies;
    const lastSuccess = sessions.lastSuccess(store);
    return lastSuccess !== undefined && config.now().getTime() - lastSuccess.getTime() < intervalMs(store, config);
  }

  async #record(store: SecretStoreObject, verdict: Verdict, signal: AbortSignal): Promise<void> {
    const { client, recorder, resource, config, logger } = this.#dependencies;
    const { name = "", namespace = "" } = store.metadata;
    const former = store.status?.conditions?.find(({ type }) => type === "Ready");
    const isSame =
      former?.status === verdict.status && former.reason === verdict.reason && former.message === verdict.message;
    if (isSame && store.status?.capabilities === (verdict.capabilities ?? store.status?.capabilities)) return;
    const now = formatTimestamp(config.now());
    const ready: Condition = {
      type: "Ready",
      status: verdict.status,
      reason: verdict.reason,
      message: verdict.message,
      lastTransitionTime: former?.status === verdict.status ? (former.lastTransitionTime ?? now) : now,
    };
    const status: SecretStoreStatus = {
      conditions: [ready],
      ...(verdict.capabilities === undefined ? {} : { capabilities: verdict.capabilities }),
    };
    await client.patch(
      resource,
      namespace,
      name,
      "merge",
      { status: JSON.parse(JSON.stringify(status)) },
      { subresource: "status", fieldManager: "external-secrets" },
      signal,
    );
    recorder.event(store, verdict.status === "True" ? "Normal" : "Warning", verdict.reason, verdict.message);
    if (verdict.failure !== undefined)
      logger.warn("store not ready", { store: displayNameOf(store), error: verdict.failure });
  }

  #nextMs(key: string, store: SecretStoreObject, verdict: Verdict): number {
    const interval = intervalMs(store, this.#dependencies.config);
    const failures = verdict.status === "True" ? 0 : (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    return failures === 0 ? interval : Math.min(nextRetryMs(verdict.failure, failures, interval), interval);
  }
}

function verdictOf(reason: StoreReason, failure: TegataError): Verdict {
  const text =
    reason === "InvalidProviderConfig"
      ? "unable to create client"
      : reason === "ValidationFailed"
        ? "unable to validate store"
        : "invalid store configuration";
  return { status: "False", reason, message: `${text}: ${failure.text}`, capabilities: undefined, failure };
}

/** An interval that cannot be read counts as none: the verdict says so. */
function intervalMs({ spec: { refreshInterval = "" } }: SecretStoreObject, config: SecretSyncConfig): number {
  const wanted =
    typeof refreshInterval === "number"
      ? refreshInterval * 1000
      : refreshInterval === ""
        ? 0
        : refreshIntervalMs(refreshInterval);
  return wanted > 0 ? wanted : config.storeRequeueIntervalMs;
}
