import {
  type Controller,
  createController,
  type EventRecorder,
  type KubeClient,
  type ReconcileResult,
  secrets,
} from "@tegata/kube";
import { namespacedName, parseNamespacedName, type Secret } from "@tegata/kube-types";
import type { Logger, Metrics } from "@tegata/telemetry";
import type { ExternalSecret } from "./api/external-secret.ts";
import { applyAction, isLostRace } from "./apply.ts";
import { refreshIntervalMs, sharedAgeMs, untilNextRefreshMs } from "./checks.ts";
import type { SecretSyncConfig } from "./config.ts";
import { type DueReason, failedStateOf, whatIsDue } from "./due.ts";
import { dropCaughtUp, Memories, type Memory, newestTarget, withNewestStatus } from "./memory.ts";
import type { SecretSyncMetrics } from "./metrics.ts";
import { finalize } from "./finalize.ts";
import { CREATED_BY_LABEL } from "./names.ts";
import { ownerHash } from "./object-hash.ts";
import { observeContent } from "./observe.ts";
import { type Plan, planAfterWriteFailure, planSync } from "./plan.ts";
import { externalSecrets } from "./resources.ts";
import { nextRetryMs } from "./retry.ts";
import { isWorthWriting, statusAfter } from "./status.ts";
import type { StoreSessions } from "./stores/sessions.ts";
import { targetNameOf } from "./target.ts";
import type { TemplateEngine } from "./template-engine.ts";
import { readyStatus, stateOf, type WakeListener, wakeOnChanges } from "./wake.ts";
import { BY_OWNER_LABEL, findStore, inputsFingerprint, storeRefsOf, type World } from "./world.ts";

/** What the controller works with. */
export interface ExternalSecretDependencies {
  readonly client: KubeClient;
  readonly world: World;
  readonly sessions: StoreSessions;
  readonly templates: TemplateEngine;
  readonly recorder: EventRecorder;
  readonly metrics: SecretSyncMetrics;
  readonly registry: Metrics;
  readonly logger: Logger;
  readonly config: SecretSyncConfig;
}

/** Field manager of status writes. */
const STATUS_MANAGER = "external-secrets";
/** A lost race is planned again after this time, in milliseconds: the watch brings the other's write meanwhile. */
const RACE_RETRY_MS = 50;

/** Keeps each ExternalSecret's Secret equal to the values in its stores. */
export function createExternalSecretController(dependencies: ExternalSecretDependencies): Controller {
  const reconciler = new ExternalSecretReconciler(dependencies);
  const controller = createController({
    name: "externalsecret",
    concurrency: dependencies.config.concurrency,
    reconcile: (key, signal) => reconciler.reconcile(key, signal),
    logger: dependencies.logger,
    metrics: dependencies.registry,
  });
  wakeOnChanges(controller, dependencies.world, reconciler);
  return controller;
}

class ExternalSecretReconciler implements WakeListener {
  readonly #dependencies: ExternalSecretDependencies;
  readonly #memories = new Memories();
  /** Since when a key waits for a sync, by the reader's clock: what was read since then is new enough for it. */
  readonly #neededSince = new Map<string, number>();

  constructor(dependencies: ExternalSecretDependencies) {
    this.#dependencies = dependencies;
  }

  /** The key is to be looked at. @param anew - something about the ExternalSecret itself changed, so older reads do not do */
  needed(key: string, anew: boolean): void {
    if (anew || !this.#neededSince.has(key)) this.#neededSince.set(key, this.#dependencies.sessions.nowMs());
  }

  /** Someone deleted the target: what this process remembers of it is no longer so. */
  targetIsGone(key: string, secret: Secret): void {
    const memory = this.#memories.peek(key);
    if (memory?.target?.metadata.uid === secret.metadata.uid && memory !== undefined) memory.target = undefined;
  }

  async reconcile(key: string, signal: AbortSignal): Promise<ReconcileResult> {
    const { client, world, metrics, config } = this.#dependencies;
    const cached = world.externalSecrets.get(key);
    const { namespace, name } = parseNamespacedName(key);
    if (cached === undefined) {
      this.#memories.forget(key);
      this.#neededSince.delete(key);
      metrics.forget("externalsecret", name, namespace);
      return {};
    }
    if (cached.metadata.deletionTimestamp !== undefined) {
      await finalize(client, cached, signal);
      return {};
    }
    if (this.#belongsToAnotherController(cached)) return {};
    if (this.#memories.peek(key) === undefined) metrics.seen(name, namespace);
    const memory = this.#memories.of(key, cached.metadata.uid ?? "");
    dropCaughtUp(memory, cached, world.targets.get(`${namespace}/${targetNameOf(cached)}`));
    const externalSecret = withNewestStatus(cached, memory);
    const due = whatIsDue(world, externalSecret, memory, config.now());
    if (due.kind === "wait") {
      this.#showCondition(externalSecret);
      return due.requeueAfterMs === undefined ? {} : { requeueAfterMs: due.requeueAfterMs };
    }
    const startedAt = performance.now();
    try {
      return await this.#sync(
        externalSecret,
        memory,
        this.#notBeforeMs(key, externalSecret, memory, due.reason),
        signal,
      );
    } catch (error) {
      if (isLostRace(error)) {
        memory.target = undefined;
        return { requeueAfterMs: RACE_RETRY_MS };
      }
      throw error;
    } finally {
      metrics.reconcileDuration("externalsecret", name, namespace, performance.now() - startedAt);
    }
  }

  /** A store of another class makes the whole ExternalSecret another controller's. */
  #belongsToAnotherController(externalSecret: ExternalSecret): boolean {
    const { world, config } = this.#dependencies;
    return storeRefsOf(externalSecret).some((ref) => {
      const controllerClass = findStore(world, ref, externalSecret.metadata.namespace ?? "")?.spec.controller ?? "";
      return controllerClass !== "" && controllerClass !== config.controllerClass;
    });
  }

  /**
   * How new the values must be, by the reader's clock. What was read for others since this one began to wait is new enough;
   * unless something was changed on purpose, so is what was read shortly before.
   */
  #notBeforeMs(key: string, externalSecret: ExternalSecret, memory: Memory, reason: DueReason): number {
    const nowMs = this.#dependencies.sessions.nowMs();
    const since = this.#neededSince.get(key) ?? nowMs;
    this.#neededSince.delete(key);
    if (reason === "Retry") return memory.failedWithValuesSinceMs ?? since;
    if (reason === "Changed" || reason === "InputsChanged") return since;
    return Math.min(since, nowMs - sharedAgeMs(externalSecret));
  }

  async #sync(
    externalSecret: ExternalSecret,
    memory: Memory,
    notBeforeMs: number,
    signal: AbortSignal,
  ): Promise<ReconcileResult> {
    const { client, templates, sessions, config, world } = this.#dependencies;
    const startedAt = config.now();
    // As of now, not as of the end: what changes meanwhile must count as a change.
    const inputs = inputsFingerprint(world, externalSecret);
    const state = failedStateOf(world, externalSecret, inputs);
    const namespace = externalSecret.metadata.namespace ?? "";
    const content = await observeContent(
      externalSecret,
      { client, templates, resolveStore: (ref) => sessions.open(ref, namespace, notBeforeMs) },
      signal,
    );
    const plan = planSync({
      externalSecret,
      content,
      target: await this.#readTarget(externalSecret, memory, signal),
      formerTargets: this.#formerTargets(externalSecret),
    });
    const carriedOut = await this.#carryOut(externalSecret, plan, memory, signal);
    await this.#record(externalSecret, carriedOut, memory, startedAt, signal);
    memory.failedWithValuesSinceMs = content.kind === "unread" ? undefined : notBeforeMs;
    return this.#next(externalSecret, carriedOut, memory, { startedAt, inputs, state });
  }

  /**
   * The target as it is. Only the live object has `managedFields`, which say what an earlier sync wrote and this one no
   * longer wants; a plain refresh of an owned Secret needs none of that, so the copy at hand does.
   */
  async #readTarget(externalSecret: ExternalSecret, memory: Memory, signal: AbortSignal): Promise<Secret | undefined> {
    const { world, client } = this.#dependencies;
    const { metadata, spec, status } = externalSecret;
    const key = `${metadata.namespace ?? ""}/${targetNameOf(externalSecret)}`;
    if (world.secretMetadata.get(key) === undefined && memory.target === undefined) return undefined;
    const isPlainRefresh =
      status?.syncedResourceVersion === stateOf(externalSecret) && (spec.target?.creationPolicy ?? "Owner") === "Owner";
    const cached = world.targets.get(key);
    // What only this process remembers may have been deleted in a gap of the watch, so then the API server is asked.
    if (isPlainRefresh && cached !== undefined) return newestTarget(cached, memory);
    return await client.get(secrets, metadata.namespace ?? "", targetNameOf(externalSecret), signal);
  }

  #formerTargets({ metadata, spec }: ExternalSecret): Secret[] {
    const label = ownerHash(metadata.namespace ?? "", metadata.name ?? "");
    const wanted = targetNameOf({ metadata, spec });
    return this.#dependencies.world.targets
      .byIndex(BY_OWNER_LABEL, `${metadata.namespace ?? ""}/${label}`)
      .filter((secret) => secret.metadata.name !== wanted && secret.metadata.labels?.[CREATED_BY_LABEL] === label);
  }

  /** @returns the plan; one that failed in the writing says so. */
  async #carryOut(externalSecret: ExternalSecret, plan: Plan, memory: Memory, signal: AbortSignal): Promise<Plan> {
    const { client } = this.#dependencies;
    for (const action of plan.actions) {
      try {
        const written = await applyAction(client, externalSecret.metadata.name ?? "", action, signal);
        if (action.secret.metadata.name === targetNameOf(externalSecret)) memory.target = written;
      } catch (error) {
        if (isLostRace(error) || signal.aborted) throw error;
        return planAfterWriteFailure(plan, error);
      }
    }
    return plan;
  }

  async #record(
    externalSecret: ExternalSecret,
    plan: Plan,
    memory: Memory,
    at: Date,
    signal: AbortSignal,
  ): Promise<void> {
    const { client, recorder, metrics } = this.#dependencies;
    const { name = "", namespace = "" } = externalSecret.metadata;
    for (const { type, reason, message } of plan.events) recorder.event(externalSecret, type, reason, message);
    const isSynced = plan.ready.status === "True";
    metrics.syncCall(name, namespace, isSynced ? "success" : "error");
    if (isSynced) metrics.synced(name, namespace, at);
    metrics.condition("externalsecret", name, namespace, plan.ready.status);
    const status = statusAfter(externalSecret, plan, at);
    if (!isWorthWriting(externalSecret, status)) return;
    const written = await client.patch(
      externalSecrets,
      namespace,
      name,
      "merge",
      { status: JSON.parse(JSON.stringify(status)) },
      { subresource: "status", fieldManager: STATUS_MANAGER },
      signal,
    );
    memory.status = { resourceVersion: written.metadata.resourceVersion ?? "0", status };
  }

  #next(
    externalSecret: ExternalSecret,
    plan: Plan,
    memory: Memory,
    { startedAt, inputs, state }: { readonly startedAt: Date; readonly inputs: string; readonly state: string },
  ): ReconcileResult {
    const { config, logger } = this.#dependencies;
    if (plan.ready.status === "True") {
      memory.lastRefresh = startedAt;
      memory.inputs = inputs;
      memory.failures = 0;
      memory.retryAt = undefined;
      const next = untilNextRefreshMs(externalSecret, startedAt, config.now());
      return next === undefined ? {} : { requeueAfterMs: next };
    }
    memory.failures += 1;
    const retryMs = nextRetryMs(plan.failure, memory.failures, refreshIntervalMs(externalSecret.spec.refreshInterval));
    memory.retryAt = new Date(config.now().getTime() + retryMs);
    memory.failedState = state;
    logger.warn("external secret not synced", {
      externalSecret: namespacedName(externalSecret),
      why: plan.ready.text,
      detail: plan.ready.detail,
      retryMs,
    });
    return { requeueAfterMs: retryMs };
  }

  #showCondition(externalSecret: ExternalSecret): void {
    const { name = "", namespace = "" } = externalSecret.metadata;
    const ready = readyStatus(externalSecret);
    if (ready === "True" || ready === "False")
      this.#dependencies.metrics.condition("externalsecret", name, namespace, ready);
  }
}
