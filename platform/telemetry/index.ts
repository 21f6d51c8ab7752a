export type { LogFields, Logger } from "./logger.ts";
export type { Counter, Gauge, Histogram, LabelValues, MetricOptions, Metrics } from "./metrics-types.ts";
