import assert from "node:assert/strict";
import { it } from "node:test";
import { TegataError } from "@tegata/errors";
import { createController, createKubeClient, secrets } from "@tegata/kube";
import { createMetrics } from "@tegata/telemetry/metrics";
import { ScriptedKubeApi } from "./testing/scripted-kube-api.ts";
import { FakeClock, settle } from "./testing/fake-clock.ts";

it("client, workqueue and controller measure under the names that dashboards know", async (t) => {
  const api = await ScriptedKubeApi.start(t);
  const metrics = createMetrics();
  const client = createKubeClient(api.access(), { metrics, random: () => 0 });
  t.after(() => client.close());
  await client.get(secrets, "shop", "db");

  const clock = new FakeClock();
  const controller = createController({
    name: "externalsecret",
    clock,
    metrics,
    reconcile: async (key) => {
      if (key === "bug") throw new TypeError("x");
      if (key === "invalid") throw new TegataError({ kind: "invalid-input", code: "A", message: "m", remedy: "r" });
      return key === "periodic" ? { requeueAfterMs: 1000 } : {};
    },
  });
  const stop = new AbortController();
  for (const key of ["plain", "periodic", "invalid", "bug"]) controller.enqueue(key);
  const running = controller.run(stop.signal);
  await settle();
  await clock.advance(0);
  const lines = (await metrics.expose()).split("\n");
  stop.abort();
  await running;

  const host = new URL(api.url).host;
  for (const line of [
    `rest_client_requests_total{code="404",method="GET",host="${host}"} 1`,
    `rest_client_request_duration_seconds_count{verb="get",host="${host}"} 1`,
    'controller_runtime_reconcile_total{controller="externalsecret",result="success"} 1',
    'controller_runtime_reconcile_total{controller="externalsecret",result="requeue_after"} 1',
    'controller_runtime_reconcile_total{controller="externalsecret",result="error"} 2',
    'controller_runtime_reconcile_errors_total{controller="externalsecret"} 2',
    'controller_runtime_terminal_reconcile_errors_total{controller="externalsecret"} 1',
    'controller_runtime_reconcile_panics_total{controller="externalsecret"} 1',
    'controller_runtime_reconcile_time_seconds_count{controller="externalsecret"} 4',
    'controller_runtime_max_concurrent_reconciles{controller="externalsecret"} 1',
    'controller_runtime_active_workers{controller="externalsecret"} 0',
    'workqueue_depth{name="externalsecret"} 0',
    'workqueue_adds_total{name="externalsecret"} 4',
    'workqueue_queue_duration_seconds_count{name="externalsecret"} 4',
    'workqueue_work_duration_seconds_count{name="externalsecret"} 4',
    'workqueue_unfinished_work_seconds{name="externalsecret"} 0',
    'workqueue_longest_running_processor_seconds{name="externalsecret"} 0',
    'workqueue_retries_total{name="externalsecret"} 1',
  ]) {
    assert.ok(lines.includes(line), line);
  }
});
