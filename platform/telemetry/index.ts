export { type LogFields, type Logger, type LogLevel, silentLogger } from "./logger.ts";
export { createLogger, type LogDestination, type LoggerOptions } from "./create-logger.ts";
export {
  CHECK_TIMEOUT_MS,
  type HealthCheck,
  type HealthServer,
  type HealthServerOptions,
  startHealthServer,
} from "./health-server.ts";
export type { Counter, Gauge, Histogram, LabelValues, MetricOptions, Metrics } from "./metrics-types.ts";
