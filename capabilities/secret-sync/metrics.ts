import type { Metrics } from "@tegata/telemetry";

/** What secret sync counts. `name` and `namespace` are the ExternalSecret's (or the store's). */
export interface SecretSyncMetrics {
  /** An ExternalSecret is looked at for the first time: its counters start at 0, so that the first failure is an increase. */
  seen(name: string, namespace: string): void;
  /** One sync: the remote values were asked for. */
  syncCall(name: string, namespace: string, outcome: "success" | "error"): void;
  /** The values were read and the Secret is as it should be. */
  synced(name: string, namespace: string, at: Date): void;
  reconcileDuration(kind: MetricKind, name: string, namespace: string, milliseconds: number): void;
  condition(kind: MetricKind, name: string, namespace: string, ready: "True" | "False" | "Unknown"): void;
  /** The object is gone, and its series with it (reference eso.md 10.3, defect p). */
  forget(kind: MetricKind, name: string, namespace: string): void;
}

/** Prefix of the metrics of a kind, as External Secrets names them. */
export type MetricKind = "externalsecret" | "secretstore" | "clustersecretstore";

const KINDS: readonly MetricKind[] = ["externalsecret", "secretstore", "clustersecretstore"];
const STATUSES = ["True", "False", "Unknown"] as const;

/**
 * The metrics under External Secrets' names, and under the two names that its users' guides use
 * (`externalsecrets_sync_calls_total{status}`, `externalsecrets_secret_last_update_time`).
 *
 * `*_reconcile_duration` is in nanoseconds, as External Secrets has it (defect j); `*_reconcile_duration_seconds` says it
 * in the usual unit.
 *
 * @see reference eso.md section 6
 */
export function createSecretSyncMetrics(registry: Metrics): SecretSyncMetrics {
  const object = ["name", "namespace"] as const;
  const calls = registry.counter({
    name: "externalsecret_sync_calls_total",
    help: "Syncs of an ExternalSecret.",
    labels: object,
  });
  const errors = registry.counter({
    name: "externalsecret_sync_calls_error",
    help: "Syncs of an ExternalSecret that failed.",
    labels: object,
  });
  const guideCalls = registry.counter({
    name: "externalsecrets_sync_calls_total",
    help: "Syncs of an ExternalSecret by outcome: success or error.",
    labels: ["name", "namespace", "status"],
  });
  const lastUpdate = registry.gauge({
    name: "externalsecrets_secret_last_update_time",
    help: "When the values of an ExternalSecret were last read and applied, in seconds since 1970.",
    labels: object,
  });
  const perKind = new Map(KINDS.map((kind) => [kind, kindMetrics(registry, kind)]));
  return {
    seen(name, namespace) {
      calls.add({ name, namespace }, 0);
      errors.add({ name, namespace }, 0);
      for (const status of ["success", "error"]) guideCalls.add({ name, namespace, status }, 0);
    },
    syncCall(name, namespace, outcome) {
      calls.add({ name, namespace });
      if (outcome === "error") errors.add({ name, namespace });
      guideCalls.add({ name, namespace, status: outcome });
    },
    synced(name, namespace, at) {
      lastUpdate.set({ name, namespace }, at.getTime() / 1000);
    },
    reconcileDuration(kind, name, namespace, milliseconds) {
      perKind.get(kind)?.nanoseconds.set({ name, namespace }, Math.round(milliseconds * 1e6));
      perKind.get(kind)?.seconds.set({ name, namespace }, milliseconds / 1000);
    },
    condition(kind, name, namespace, ready) {
      for (const status of STATUSES)
        perKind.get(kind)?.condition.set({ name, namespace, condition: "Ready", status }, status === ready ? 1 : 0);
    },
    forget(kind, name, namespace) {
      const metrics = perKind.get(kind);
      metrics?.nanoseconds.remove({ name, namespace });
      metrics?.seconds.remove({ name, namespace });
      for (const status of STATUSES) metrics?.condition.remove({ name, namespace, condition: "Ready", status });
      if (kind !== "externalsecret") return;
      calls.remove({ name, namespace });
      errors.remove({ name, namespace });
      lastUpdate.remove({ name, namespace });
      for (const status of ["success", "error"]) guideCalls.remove({ name, namespace, status });
    },
  };
}

function kindMetrics(registry: Metrics, kind: MetricKind) {
  const object = ["name", "namespace"] as const;
  return {
    nanoseconds: registry.gauge({
      name: `${kind}_reconcile_duration`,
      help: "Time of the last reconcile, in nanoseconds.",
      labels: object,
    }),
    seconds: registry.gauge({
      name: `${kind}_reconcile_duration_seconds`,
      help: "Time of the last reconcile, in seconds.",
      labels: object,
    }),
    condition: registry.gauge({
      name: `${kind}_status_condition`,
      help: "Conditions: 1 for the status that a condition has, 0 for the others.",
      labels: ["name", "namespace", "condition", "status"],
    }),
  };
}
