import type { Metrics } from "@tegata/telemetry";

/** How a run ended, as `controller_runtime_reconcile_total{result}` names it. */
export type RunResult = "success" | "requeue_after" | "error";

/** Measures one controller, under controller-runtime's names. */
export interface ControllerMetrics {
  started(): void;
  ended(result: RunResult, seconds: number): void;
  /** An error that only a change can mend. */
  terminalError(): void;
  /** A bug. */
  panicked(): void;
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** `controller_runtime_*{controller}`. */
export function createControllerMetrics(metrics: Metrics, controller: string, concurrency: number): ControllerMetrics {
  const labels = ["controller"] as const;
  const of = { controller };
  const named = (name: string, help: string) => ({ name: `controller_runtime_${name}`, help, labels });
  const total = metrics.counter({
    name: "controller_runtime_reconcile_total",
    help: "Total number of reconciles per controller and result.",
    labels: ["controller", "result"],
  });
  const errors = metrics.counter(named("reconcile_errors_total", "Total number of reconciles that failed."));
  const terminal = metrics.counter(
    named("terminal_reconcile_errors_total", "Total number of reconciles whose failure only a change can mend."),
  );
  const panics = metrics.counter(named("reconcile_panics_total", "Total number of reconciles that met a bug."));
  const seconds = metrics.histogram({
    ...named("reconcile_time_seconds", "Seconds per reconcile."),
    buckets: SECONDS,
  });
  const active = metrics.gauge(named("active_workers", "Number of reconciles in progress."));
  metrics.gauge(named("max_concurrent_reconciles", "Most reconciles at a time.")).set(of, concurrency);
  active.set(of, 0);
  for (const result of ["success", "requeue_after", "error"]) total.add({ controller, result }, 0);
  return {
    started: () => active.add(of, 1),
    ended(result, duration) {
      active.add(of, -1);
      total.add({ controller, result });
      if (result === "error") errors.add(of);
      seconds.observe(of, duration);
    },
    terminalError: () => terminal.add(of),
    panicked: () => panics.add(of),
  };
}
