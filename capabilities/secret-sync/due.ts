import type { ExternalSecret } from "./api/external-secret.ts";
import { type RefreshCause, refreshCause, untilNextRefreshMs } from "./checks.ts";
import { type Memory, newestTarget } from "./memory.ts";
import { targetNameOf, targetState } from "./target.ts";
import { readyStatus, stateOf } from "./wake.ts";
import { findStore, inputsFingerprint, storeRefsOf, type World } from "./world.ts";

/** Why a sync is due. `Retry`: the one before failed, and its time has come. */
export type DueReason = RefreshCause["reason"] | "Retry";

/** What an ExternalSecret asks for now. `requeueAfterMs` is undefined if only a change can make it ask for more. */
export type Due =
  | { readonly kind: "wait"; readonly requeueAfterMs: number | undefined }
  | { readonly kind: "sync"; readonly reason: DueReason };

/** Decides whether one ExternalSecret is to be synced now, by the local copy of the world and what this process did before. */
export function whatIsDue(world: World, externalSecret: ExternalSecret, memory: Memory, now: Date): Due {
  const inputs = inputsFingerprint(world, externalSecret);
  if (memory.retryAt !== undefined) {
    const waitMs = memory.retryAt.getTime() - now.getTime();
    const isSame = memory.failedState === failedStateOf(world, externalSecret, inputs);
    if (!isSame) return { kind: "sync", reason: "Changed" };
    return waitMs > 0 ? { kind: "wait", requeueAfterMs: waitMs } : { kind: "sync", reason: "Retry" };
  }
  // Failed before this process began: what it waited for may have come meanwhile.
  if (memory.inputs === undefined && readyStatus(externalSecret) === "False") return { kind: "sync", reason: "Retry" };
  const lastRefresh = lastRefreshOf(externalSecret, memory);
  const cause = refreshCause({
    externalSecret,
    lastRefresh,
    target: observedTargetState(world, externalSecret, memory),
    inputsChanged: memory.inputs !== undefined && memory.inputs !== inputs,
    now,
  });
  if (cause !== undefined) return { kind: "sync", reason: cause.reason };
  const waitMs = lastRefresh === undefined ? undefined : untilNextRefreshMs(externalSecret, lastRefresh, now);
  return { kind: "wait", requeueAfterMs: waitMs };
}

/** What a failure depends on: when it changes, trying again is not put off. A store that is or was not ready counts. */
export function failedStateOf(world: World, externalSecret: ExternalSecret, inputs: string): string {
  const namespace = externalSecret.metadata.namespace ?? "";
  const stores = storeRefsOf(externalSecret).map(
    (ref) => readyStatus(findStore(world, ref, namespace) ?? {}) === "False",
  );
  const target = world.secretMetadata.get(`${namespace}/${targetNameOf(externalSecret)}`);
  return [stateOf(externalSecret), inputs, ...stores, target?.metadata.resourceVersion ?? ""].join(" ");
}

function observedTargetState(
  world: World,
  externalSecret: ExternalSecret,
  memory: Memory,
): "valid" | "changed" | "missing" {
  const key = `${externalSecret.metadata.namespace ?? ""}/${targetNameOf(externalSecret)}`;
  const target = newestTarget(world.targets.get(key), memory);
  // A Secret without the managed label is not among the targets, but it is there.
  return targetState(externalSecret, target, world.secretMetadata.get(key) !== undefined);
}

function lastRefreshOf({ status }: ExternalSecret, memory: Memory): Date | undefined {
  const written = typeof status?.refreshTime === "string" ? new Date(status.refreshTime) : undefined;
  if (written === undefined || Number.isNaN(written.getTime())) return memory.lastRefresh;
  return memory.lastRefresh !== undefined && memory.lastRefresh > written ? memory.lastRefresh : written;
}
