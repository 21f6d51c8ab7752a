// Judge: Prometheus and promtool. The alert rules of the External Secrets guide, verbatim, and Tegata's own load, check, and fire
// on the metrics that the operator really exposes. Takes three minutes: the guide's rule waits two.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, it, type TestContext } from "node:test";
import { startStack } from "../../e2e/support/stack.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const GUIDE_RULES = join(ROOT, "examples/external-secrets-seed/externalsecret-alerts.yaml");
const OWN_RULES = join(ROOT, "deploy/alerts/tegata.yaml");
const MISSING =
  spawnSync("promtool", ["--version"]).status === 0
    ? false
    : "promtool and prometheus were not found (Debian: prometheus)";

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "tegata-prometheus-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe("promtool", { skip: MISSING }, () => {
  for (const rules of [GUIDE_RULES, OWN_RULES]) {
    it(`accepts ${rules.slice(ROOT.length + 1)}`, () => {
      execFileSync("promtool", ["check", "rules", rules], { stdio: "pipe" });
    });
  }

  it("shows that both of the guide's alerts fire on Tegata's series, and not before", (t) => {
    const folder = folderFor(t);
    const labels = 'name="db",namespace="shop"';
    const test = {
      rule_files: [GUIDE_RULES],
      evaluation_interval: "1m",
      tests: [
        {
          interval: "1m",
          input_series: [
            { series: `externalsecrets_sync_calls_total{${labels},status="error"}`, values: "0 0 0 1 2 3 4 5 6" },
            { series: `externalsecrets_sync_calls_total{${labels},status="success"}`, values: "1+0x9" },
          ],
          alert_rule_test: [
            { eval_time: "2m", alertname: "ExternalSecretSyncFailure", exp_alerts: [] },
            {
              eval_time: "6m",
              alertname: "ExternalSecretSyncFailure",
              exp_alerts: [
                {
                  exp_labels: { severity: "warning", name: "db", namespace: "shop", status: "error" },
                  exp_annotations: {
                    summary: "ExternalSecret sync failure",
                    description: "ExternalSecret db sync failed",
                  },
                },
              ],
            },
          ],
        },
        {
          interval: "1m",
          input_series: [{ series: `externalsecrets_secret_last_update_time{${labels}}`, values: "0+0x1600" }],
          alert_rule_test: [
            { eval_time: "23h", alertname: "ExternalSecretStale", exp_alerts: [] },
            {
              eval_time: "25h",
              alertname: "ExternalSecretStale",
              exp_alerts: [
                {
                  exp_labels: { severity: "critical", name: "db", namespace: "shop" },
                  exp_annotations: {
                    summary: "ExternalSecret not updated for 24 hours",
                    description: "ExternalSecret db not updated for 24+ hours",
                  },
                },
              ],
            },
          ],
        },
      ],
    };
    const file = join(folder, "test.yaml");
    writeFileSync(file, JSON.stringify(test));
    execFileSync("promtool", ["test", "rules", file], { stdio: "pipe" });
  });
});

describe("Prometheus", { skip: MISSING, timeout: 280_000 }, () => {
  it("scrapes the operator, and the guide's ExternalSecretSyncFailure fires for the one that fails", async (t) => {
    const stack = await startStack(t);
    await stack.addStore("shop");
    await stack.writeValue("db", { password: "first" });
    await stack.addExternalSecret("shop", "good", { data: [{ secretKey: "a", remoteRef: { key: "db" } }] });
    await stack.addExternalSecret("shop", "bad", { data: [{ secretKey: "a", remoteRef: { key: "gone" } }] });
    const operator = await stack.startOperator();
    const exposed = await (await fetch(`${operator.metricsUrl}/metrics`)).text();
    const lint = spawnSync("promtool", ["check", "metrics"], { input: exposed, encoding: "utf8" });
    // promtool's advice on names cannot be followed: the names are External Secrets'. Broken exposition is what must not be.
    assert.doesNotMatch(lint.stderr, /parsing|invalid/i);
    const prometheus = await startPrometheus(t, new URL(operator.metricsUrl).host);
    await until(
      async () =>
        (await query(prometheus, 'externalsecrets_sync_calls_total{name="good",status="success"}')).length === 1,
      30_000,
    );
    await until(
      async () =>
        (await query(prometheus, 'ALERTS{alertname="ExternalSecretSyncFailure",alertstate="firing",name="bad"}'))
          .length === 1,
      240_000,
    );
    assert.deepEqual(await query(prometheus, 'ALERTS{alertname="ExternalSecretSyncFailure",name="good"}'), []);
  });
});

/** @returns its address. */
async function startPrometheus(t: TestContext, target: string): Promise<string> {
  const folder = folderFor(t);
  writeFileSync(
    join(folder, "prometheus.yml"),
    JSON.stringify({
      global: { scrape_interval: "1s", evaluation_interval: "1s" },
      rule_files: [GUIDE_RULES, OWN_RULES],
      scrape_configs: [{ job_name: "external-secrets", static_configs: [{ targets: [target] }] }],
    }),
  );
  const port = await freePort();
  const child = spawn(
    "prometheus",
    [
      `--config.file=${join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: "ignore" },
  );
  t.after(() => child.kill("SIGKILL"));
  const url = `http://127.0.0.1:${port}`;
  await until(async () => (await fetch(`${url}/-/ready`).catch(() => undefined))?.status === 200, 30_000);
  return url;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function query(url: string, expression: string): Promise<unknown[]> {
  const answer = (await (await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expression)}`)).json()) as {
    data: { result: unknown[] };
  };
  return answer.data.result;
}

async function until(condition: () => Promise<boolean>, limitMs: number): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await condition())) {
    if (performance.now() > deadline) assert.fail(`did not come true within ${limitMs / 1000} s`);
    await delay(500);
  }
}
