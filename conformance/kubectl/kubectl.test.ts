import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type KubeApi, startKubeApi } from "@tegata/kube-api";
import { SCENARIOS } from "./commands.ts";
import { findKubectls, type Kubectl, type Outcome, runKubectl } from "./kubectl.ts";
import { type Scenario, splitCommand, type Step } from "./scenario.ts";

/** The oldest kubectl that works against a server without OpenAPI v2. */
const OLDEST_MINOR = 30;

const kubectls = findKubectls().filter(({ minor }) => minor >= OLDEST_MINOR);

if (kubectls.length === 0) {
  it(`kubectl 1.${OLDEST_MINOR} or later`, { skip: "SKIPPED: there is no such kubectl in PATH" }, () => undefined);
}

describe("kubectl", { concurrency: 2 }, () => {
  for (const kubectl of kubectls) describeVersion(kubectl);
});

function describeVersion(kubectl: Kubectl): void {
  // Within one version the order counts; the option would otherwise be inherited.
  describe(kubectl.version, { concurrency: 1 }, () => {
    const home = mkdtempSync(join(tmpdir(), "tegata-kubectl-"));
    let api: KubeApi;
    before(async () => {
      api = await startKubeApi({ dataDir: "memory" });
      writeFileSync(join(home, "kubeconfig"), api.adminKubeconfig, { mode: 0o600 });
    });
    after(async () => {
      await api.stop();
      rmSync(home, { recursive: true, force: true });
    });
    for (const scenario of SCENARIOS) describeScenario(kubectl, scenario, home);
  });
}

function describeScenario(kubectl: Kubectl, { name, steps }: Scenario, home: string): void {
  describe(name, () => {
    const env = { HOME: home, KUBECONFIG: join(home, "kubeconfig") };
    before(async () => {
      const create = { args: ["create", "namespace", name], stdin: "", env, until: undefined };
      const { exitCode, stderr } = await runKubectl(kubectl, create);
      assert.equal(exitCode, 0, stderr);
    });
    for (const step of steps) {
      it(step.run, { skip: kubectl.minor < (step.since ?? 0) }, async () => {
        const run = {
          args: ["--namespace", name, ...splitCommand(step.run)],
          stdin: step.stdin ?? "",
          env: { ...env, ...step.env },
          until: step.until,
        };
        checkOutcome(step, await runKubectl(kubectl, run));
      });
    }
  });
}

function checkOutcome(step: Step, { exitCode, stdout, stderr }: Outcome): void {
  const all = `exit code ${exitCode}\n${stdout}${stderr}`;
  if (step.until !== undefined) assert.equal(exitCode, undefined, `it ended by itself\n${all}`);
  else assert.equal(exitCode, step.exitCode ?? 0, all);
  expectText(stdout, step.prints, all);
  expectText(stderr, step.complains, all);
}

function expectText(text: string, expected: string | RegExp | undefined, all: string): void {
  if (expected === undefined) return;
  const isThere = typeof expected === "string" ? text.includes(expected) : expected.test(text);
  assert.ok(isThere, `expected ${String(expected)} in:\n${all}`);
}
