// A door of its own: a command that only logs does not load the metrics library.
export { createMetrics, type CreateMetricsOptions, MAX_SERIES } from "./create-metrics.ts";
