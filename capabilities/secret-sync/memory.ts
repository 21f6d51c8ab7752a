import type { Secret } from "@tegata/kube-types";
import type { ExternalSecret, ExternalSecretStatus } from "./api/external-secret.ts";

/**
 * What this process knows better than its informers: its own last writes, which take a moment to come back, and what it
 * did not write down on purpose. Nothing here is needed after a restart.
 */
export interface Memory {
  readonly uid: string;
  lastRefresh: Date | undefined;
  /** See `inputsFingerprint`; `undefined` until this process has synced once. */
  inputs: string | undefined;
  failures: number;
  /** Until then a failed sync is not tried again, unless something changed. */
  retryAt: Date | undefined;
  /** See `failedStateOf`; as of the beginning of the sync that failed. */
  failedState: string;
  /**
   * Set if the values were read and what came after failed: by the reader's clock, how new they had to be. A retry takes
   * the same ones, so that a template that fails does not read from the store each time (reference eso.md 10.3, defect o).
   */
  failedWithValuesSinceMs: number | undefined;
  status: { readonly resourceVersion: string; readonly status: ExternalSecretStatus } | undefined;
  target: Secret | undefined;
}

/** One {@link Memory} for each ExternalSecret. */
export class Memories {
  readonly #byKey = new Map<string, Memory>();

  /** What is known of this very object; another object of the same name starts anew. */
  of(key: string, uid: string): Memory {
    const known = this.#byKey.get(key);
    if (known?.uid === uid) return known;
    const fresh: Memory = {
      uid,
      lastRefresh: undefined,
      inputs: undefined,
      failures: 0,
      retryAt: undefined,
      failedState: "",
      failedWithValuesSinceMs: undefined,
      status: undefined,
      target: undefined,
    };
    this.#byKey.set(key, fresh);
    return fresh;
  }

  peek(key: string): Memory | undefined {
    return this.#byKey.get(key);
  }

  forget(key: string): void {
    this.#byKey.delete(key);
  }
}

/** Drops what the informers have caught up with, so that no Secret is kept twice. */
export function dropCaughtUp(memory: Memory, externalSecret: ExternalSecret, target: Secret | undefined): void {
  const { status, target: written } = memory;
  if (status !== undefined && !isNewer(status.resourceVersion, externalSecret.metadata.resourceVersion))
    memory.status = undefined;
  if (target !== undefined && !isNewer(written?.metadata.resourceVersion, target.metadata.resourceVersion))
    memory.target = undefined;
}

/** The ExternalSecret with the newer of two statuses: the informer's, and the one that this process wrote. */
export function withNewestStatus(externalSecret: ExternalSecret, memory: Memory): ExternalSecret {
  const { status } = memory;
  if (status === undefined || isNewer(externalSecret.metadata.resourceVersion, status.resourceVersion))
    return externalSecret;
  return { ...externalSecret, status: status.status };
}

/** The newer of two states of the target: the informer's, and the one that this process wrote. */
export function newestTarget(cached: Secret | undefined, memory: Memory): Secret | undefined {
  if (memory.target === undefined) return cached;
  if (cached === undefined) return memory.target;
  return isNewer(memory.target.metadata.resourceVersion, cached.metadata.resourceVersion) ? memory.target : cached;
}

/** Kubernetes' resource versions of one kind are ordered numbers (KEP-5504). */
function isNewer(a = "0", b = "0"): boolean {
  return a.length === b.length ? a > b : a.length > b.length;
}
