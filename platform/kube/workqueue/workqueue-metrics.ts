import type { Metrics } from "@tegata/telemetry";

/** Measures one workqueue, under client-go's names. */
export interface WorkqueueMetrics {
  added(): void;
  /** @param waitedSeconds - how long the key waited in the queue. */
  taken(waitedSeconds: number): void;
  done(workedSeconds: number): void;
  retried(): void;
}

/** What is read when metrics are collected. */
export interface WorkqueueGauges {
  depth(): number;
  /** Seconds that each running piece of work has taken so far. */
  running(): readonly number[];
}

const SECONDS = [1e-3, 1e-2, 1e-1, 1, 10, 60, 300, 1000];

/** `workqueue_*{name}`. */
export function createWorkqueueMetrics(metrics: Metrics, name: string, gauges: WorkqueueGauges): WorkqueueMetrics {
  const labels = ["name"] as const;
  const of = { name };
  const gauge = (metric: string, help: string) => metrics.gauge({ name: `workqueue_${metric}`, help, labels });
  const counter = (metric: string, help: string) => metrics.counter({ name: `workqueue_${metric}`, help, labels });
  const histogram = (metric: string, help: string) =>
    metrics.histogram({ name: `workqueue_${metric}`, help, labels, buckets: SECONDS });
  const depth = gauge("depth", "Current depth of the workqueue.");
  const unfinished = gauge("unfinished_work_seconds", "Seconds of work in progress that has not been observed yet.");
  const longest = gauge("longest_running_processor_seconds", "Seconds that the longest running work has taken so far.");
  const adds = counter("adds_total", "Adds handled by the workqueue.");
  const retries = counter("retries_total", "Retries handled by the workqueue.");
  const queued = histogram("queue_duration_seconds", "Seconds that a key stays in the workqueue before it is taken.");
  const worked = histogram("work_duration_seconds", "Seconds that the work on a key takes.");
  metrics.onCollect(() => {
    const running = gauges.running();
    depth.set(of, gauges.depth());
    unfinished.set(
      of,
      running.reduce((sum, seconds) => sum + seconds, 0),
    );
    longest.set(of, Math.max(0, ...running));
  });
  return {
    added: () => adds.add(of),
    taken: (waitedSeconds) => queued.observe(of, waitedSeconds),
    done: (workedSeconds) => worked.observe(of, workedSeconds),
    retried: () => retries.add(of),
  };
}
