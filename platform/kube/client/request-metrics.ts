import type { Metrics } from "@tegata/telemetry";

/** Counts what the client asks, under client-go's names. */
export interface RequestMetrics {
  /** @param code - HTTP status code, or `<error>` if there was no answer. */
  observe(method: string, verb: string, code: string, seconds: number): void;
}

const SECONDS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];

/** `rest_client_requests_total` and `rest_client_request_duration_seconds`. */
export function createRequestMetrics(metrics: Metrics, host: string): RequestMetrics {
  const total = metrics.counter({
    name: "rest_client_requests_total",
    help: "Number of HTTP requests to API servers, by status code, method and host.",
    labels: ["code", "method", "host"],
  });
  const duration = metrics.histogram({
    name: "rest_client_request_duration_seconds",
    help: "Seconds until the answer's headers, by verb and host.",
    labels: ["verb", "host"],
    buckets: SECONDS,
  });
  return {
    observe(method, verb, code, seconds) {
      total.add({ code, method, host });
      duration.observe({ verb, host }, seconds);
    },
  };
}
