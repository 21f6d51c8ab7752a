// Row C7: `/metrics` on port name `metrics`; External Secrets' own metric names and the guide's. That the guide's alert rules
// load in Prometheus and fire is shown by conformance/prometheus, which needs promtool.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { parse, parseAllDocuments } from "yaml";
import { externalSecrets } from "@tegata/secret-sync";
import { startStack } from "./support/stack.ts";

const ROOT = join(import.meta.dirname, "..");

it("counts syncs under both families of names, and forgets an object with its series", async (t) => {
  const stack = await startStack(t);
  await stack.addStore("shop");
  await stack.writeValue("db", { password: "first" });
  await stack.addExternalSecret("shop", "good", {
    data: [{ secretKey: "password", remoteRef: { key: "db", property: "password" } }],
  });
  await stack.addExternalSecret("shop", "bad", { data: [{ secretKey: "password", remoteRef: { key: "gone" } }] });
  const operator = await stack.startOperator();
  await stack.untilReady("shop", "good");
  await stack.untilReady("shop", "bad", "False");
  const metrics = async (): Promise<string> => (await fetch(`${operator.metricsUrl}/metrics`)).text();
  const text = await metrics();
  for (const line of [
    /^externalsecret_sync_calls_total\{name="good",namespace="shop"\} 1$/m,
    /^externalsecret_sync_calls_error\{name="bad",namespace="shop"\} [1-9]/m,
    /^externalsecrets_sync_calls_total\{name="good",namespace="shop",status="success"\} 1$/m,
    /^externalsecrets_sync_calls_total\{name="bad",namespace="shop",status="error"\} [1-9]/m,
    /^externalsecrets_secret_last_update_time\{name="good",namespace="shop"\} 1[0-9]{9}/m,
    /^externalsecret_status_condition\{name="bad",namespace="shop",condition="Ready",status="False"\} 1$/m,
    /^externalsecret_status_condition\{name="bad",namespace="shop",condition="Ready",status="True"\} 0$/m,
    /^externalsecret_reconcile_duration\{name="good",namespace="shop"\} [0-9]{6,}/m,
    /^externalsecret_provider_api_calls_count\{provider="HashiCorp\/Vault",call="ReadSecretData",status="success"\} [1-9]/m,
    /^secretstore_status_condition\{name="vault",namespace="shop",condition="Ready",status="True"\} 1$/m,
    /^controller_runtime_reconcile_total\{controller="externalsecret"/m,
    /^workqueue_depth\{/m,
    /^rest_client_requests_total\{/m,
  ]) {
    assert.match(text, line);
  }
  assert.ok(!text.includes("first"), "a secret value leaked");
  await stack.client.delete(externalSecrets, "shop", "bad");
  for (let tries = 0; (await metrics()).includes('name="bad"'); tries++)
    assert.ok(tries < 1000, "the series of a deleted ExternalSecret stay");
});

it("serves /healthz and /readyz", async (t) => {
  const stack = await startStack(t);
  const operator = await stack.startOperator();
  assert.equal((await fetch(`${operator.metricsUrl}/healthz`)).status, 200);
  const ready = await fetch(`${operator.metricsUrl}/readyz?verbose`);
  assert.match(await ready.text(), /informers/);
});

it("the guide's ServiceMonitor selects the operator's Service and its port name", () => {
  const monitor = parse(
    readFileSync(join(ROOT, "examples/external-secrets-seed/externalsecret-monitor.yaml"), "utf8"),
  ) as {
    spec: { selector: { matchLabels: Record<string, string> }; endpoints: { port: string }[] };
  };
  const objects = parseAllDocuments(readFileSync(join(ROOT, "deploy/operator/operator.yaml"), "utf8")).map(
    (document) => document.toJS() as Record<string, never>,
  );
  const service = objects.find(({ kind }) => kind === "Service") as unknown as {
    metadata: { labels: Record<string, string> };
    spec: { ports: { name: string }[] };
  };
  for (const [label, value] of Object.entries(monitor.spec.selector.matchLabels))
    assert.equal(service.metadata.labels[label], value);
  assert.ok(service.spec.ports.some(({ name }) => name === monitor.spec.endpoints[0]?.port));
});
