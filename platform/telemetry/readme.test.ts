import assert from "node:assert/strict";
import { it } from "node:test";
import { createLogger, startHealthServer } from "@tegata/telemetry";
import { createMetrics } from "@tegata/telemetry/metrics";

it("the README's example works", async () => {
  const lines: string[] = [];
  const logger = createLogger({ level: "info", destination: { write: (line) => lines.push(line) } });
  const metrics = createMetrics();
  const synced = metrics.counter({ name: "synced_total", help: "Secrets synced.", labels: ["namespace"] });
  const health = await startHealthServer({ port: 0, metrics, ready: [{ name: "store", check: () => undefined }] });

  synced.add({ namespace: "shop" });
  logger.info("secret synced", { externalSecret: "shop/db", keys: 3 });
  const exposed = await (await fetch(`${health.url}/metrics`)).text();
  assert.equal((await fetch(`${health.url}/readyz`)).status, 200);
  await health.close();

  assert.match(exposed, /synced_total\{namespace="shop"\} 1/);
  assert.match(lines[0] ?? "", /"externalSecret":"shop\/db","keys":3,"msg":"secret synced"/);
});
