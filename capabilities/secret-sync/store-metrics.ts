import type { Metrics } from "@tegata/telemetry";
import type { StoreMetrics } from "@tegata/stores";

/** Counts what stores do, under External Secrets' name for calls and Tegata's for shared reads. */
export function createStoreMetrics(registry: Metrics): StoreMetrics {
  const calls = registry.counter({
    name: "externalsecret_provider_api_calls_count",
    help: "Calls to a provider.",
    labels: ["provider", "call", "status"],
  });
  const reads = registry.counter({
    name: "tegata_store_reads_total",
    help: "References that were asked for: fetched by a call, shared with another's call, throttled, or rejected.",
    labels: ["store", "how"],
  });
  return {
    apiCall: (provider, call, status) => calls.add({ provider, call, status }),
    read: (store, how) => reads.add({ store, how }),
  };
}
