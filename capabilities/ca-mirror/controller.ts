import { asTegataError, TegataError } from "@tegata/errors";
import { nodeVerifier } from "@tegata/keys";
import {
  type Controller,
  createController,
  enqueueMapped,
  enqueueObjects,
  type EventRecorder,
  isDeleting,
  isKubeApiError,
  type KubeClient,
  type ReconcileResult,
  writeStatus,
} from "@tegata/kube";
import { type KubeObject, namespacedName, parseNamespacedName } from "@tegata/kube-types";
import type { Logger, Metrics } from "@tegata/telemetry";
import type { CaptControlPlane, CaptControlPlaneStatus } from "./api/capt.ts";
import { applyWrite, FIELD_MANAGER } from "./apply.ts";
import type { CaMirrorConfig } from "./config.ts";
import type { CaMirrorMetrics } from "./metrics.ts";
import { PAUSED_ANNOTATION } from "./names.ts";
import { observeControlPlane } from "./observe.ts";
import { planMirror } from "./plan.ts";
import type { Plan, Step } from "./plan-types.ts";
import { captControlPlanes } from "./resources.ts";
import { statusAfter, statusWhenUnread } from "./status.ts";
import { stepAfterWriteFailure } from "./steps.ts";
import { BY_APPLY, BY_SECRET, type World } from "./world.ts";

/** What the controller works with. */
export interface ControlPlaneDependencies {
  readonly client: KubeClient;
  readonly world: World;
  readonly recorder: EventRecorder;
  readonly metrics: CaMirrorMetrics;
  readonly registry: Metrics;
  readonly logger: Logger;
  readonly config: CaMirrorConfig;
}

/** Longest time between two looks, in milliseconds: timers beyond 24 days overflow, and a look costs three reads. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000;
/** A connection Secret that is missing is announced by the watch; this is for the case that the watch missed it. */
const MISSING_RECHECK_MS = 5 * 60 * 1000;

/** Keeps each control plane's `{cluster}-ca` and `{cluster}-kubeconfig` as the cloud says. */
export function createControlPlaneController(dependencies: ControlPlaneDependencies): Controller {
  const { world, config, logger, registry } = dependencies;
  const reconciler = new ControlPlaneReconciler(dependencies);
  const controller = createController({
    name: "captcontrolplane",
    concurrency: config.concurrency,
    reconcile: (key, signal) => reconciler.reconcile(key, signal),
    logger,
    metrics: registry,
  });
  // Status writes are mostly our own; what we say there does not change what is to be done.
  enqueueObjects(world.controlPlanes, controller, (object, old) => inputsOf(object) !== inputsOf(old));
  const keysBy = (index: string) => (object: KubeObject) =>
    world.controlPlanes.byIndex(index, namespacedName(object)).map(namespacedName);
  enqueueMapped(world.secretMetadata, controller, keysBy(BY_SECRET));
  enqueueMapped(world.applies, controller, keysBy(BY_APPLY));
  return controller;
}

function inputsOf({ metadata }: CaptControlPlane): string {
  const { generation, labels, annotations, ownerReferences, deletionTimestamp } = metadata;
  return JSON.stringify([generation, labels, annotations, ownerReferences, deletionTimestamp]);
}

class ControlPlaneReconciler {
  readonly #dependencies: ControlPlaneDependencies;
  readonly #seen = new Set<string>();

  constructor(dependencies: ControlPlaneDependencies) {
    this.#dependencies = dependencies;
  }

  async reconcile(key: string, signal: AbortSignal): Promise<ReconcileResult> {
    const { client, world, metrics, config } = this.#dependencies;
    const { namespace, name } = parseNamespacedName(key);
    const controlPlane = world.controlPlanes.get(key);
    if (controlPlane === undefined) {
      this.#seen.delete(key);
      metrics.forget(namespace, name);
      return {};
    }
    // Its Secrets go with it: the garbage collector sees to that.
    if (isDeleting(controlPlane)) return {};
    if (controlPlane.metadata.annotations?.[PAUSED_ANNOTATION] !== undefined) return {};
    if (!this.#seen.has(key)) metrics.seen(namespace, name);
    this.#seen.add(key);
    const observed = await this.#reading(controlPlane, signal, () =>
      observeControlPlane(controlPlane, { client, world }, signal),
    );
    const context = { now: config.now(), verifier: nodeVerifier, expiryWarningDays: config.expiryWarningDays };
    const plan = await this.#carryOut(planMirror(observed, context), controlPlane, signal);
    await this.#record(controlPlane, plan, signal);
    return this.#next(plan);
  }

  /** An API server that gives no answer leaves "unknown" behind, not "missing". */
  async #reading<T>(controlPlane: CaptControlPlane, signal: AbortSignal, read: () => Promise<T>): Promise<T> {
    const { metrics, config } = this.#dependencies;
    try {
      return await read();
    } catch (error) {
      const known = asTegataError(error);
      if (known === undefined || signal.aborted) throw error;
      const { namespace = "", name = "" } = controlPlane.metadata;
      metrics.reconciled(namespace, name, "error");
      // The API server that cannot be read may well not be writable; the failure to be told is the first.
      await this.#writeStatus(controlPlane, statusWhenUnread(controlPlane, known.text, config.now()), signal).catch(
        () => undefined,
      );
      throw error;
    }
  }

  async #carryOut(plan: Plan, controlPlane: CaptControlPlane, signal: AbortSignal): Promise<Plan> {
    const { client, metrics } = this.#dependencies;
    const { namespace = "", name = "" } = controlPlane.metadata;
    const steps: Step[] = [];
    for (const step of plan.steps) {
      steps.push(step);
      if (step.write === undefined) continue;
      try {
        await applyWrite(client, step.write, signal);
        metrics.wrote(namespace, name, "success");
      } catch (error) {
        const known = asTegataError(error);
        // A lost race is planned again on what is there now.
        if (known === undefined || signal.aborted || isKubeApiError(error, "Conflict", "AlreadyExists")) throw error;
        metrics.wrote(namespace, name, "error");
        steps.splice(-1, 1, stepAfterWriteFailure(step, known));
      }
    }
    return { ...plan, steps };
  }

  async #record(controlPlane: CaptControlPlane, plan: Plan, signal: AbortSignal): Promise<void> {
    const { recorder, metrics, config, logger } = this.#dependencies;
    const { namespace = "", name = "" } = controlPlane.metadata;
    for (const { type, reason, message } of [...plan.steps.flatMap(({ events }) => events), ...plan.events])
      recorder.event(controlPlane, type, reason, message);
    for (const { failure, condition } of plan.steps) {
      if (failure === undefined) continue;
      metrics.failed(namespace, name, failure.reason);
      logger.warn("cluster secret not kept", { controlPlane: namespacedName(controlPlane), why: condition.message });
    }
    metrics.reconciled(namespace, name, plan.steps.some(({ failure }) => failure !== undefined) ? "error" : "success");
    const mirror = plan.mirror ?? controlPlane.status?.mirror;
    metrics.mirrored(namespace, name, mirror?.certificates ?? []);
    await this.#writeStatus(controlPlane, statusAfter(controlPlane, plan, config.now()), signal);
  }

  async #writeStatus(
    controlPlane: CaptControlPlane,
    status: CaptControlPlaneStatus,
    signal: AbortSignal,
  ): Promise<void> {
    await writeStatus(
      this.#dependencies.client,
      captControlPlanes,
      controlPlane,
      status,
      { fieldManager: FIELD_MANAGER },
      signal,
    );
  }

  /** A failed write is tried again as its kind says; what only a change can mend waits for the change. */
  #next({ steps, lookAgainAt }: Plan): ReconcileResult {
    const failed = steps.find(({ failure }) => failure?.error !== undefined)?.failure?.error;
    if (failed !== undefined) throw writeFailed(failed);
    const { config } = this.#dependencies;
    const waits = steps.some(({ failure }) => failure?.reason === "ConnectionSecretNotFound")
      ? [MISSING_RECHECK_MS]
      : [];
    if (lookAgainAt !== undefined) waits.push(Math.max(1, lookAgainAt.getTime() - config.now().getTime()));
    return { requeueAfterMs: Math.min(...waits, LONGEST_WAIT_MS) };
  }
}

/** A write that the API server refuses for what it says is refused again by a retry, unless something else has changed. */
function writeFailed(error: TegataError): TegataError {
  if (error.kind !== "invalid-input") return error;
  return new TegataError({
    kind: "denied",
    code: "CLUSTER_SECRET_REFUSED",
    message: error.message,
    remedy: error.remedy,
    cause: error,
  });
}
