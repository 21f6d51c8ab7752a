import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Whether kubectl is on this machine; tests that need it are skipped loudly where it is not. */
export const KUBECTL_MISSING =
  spawnSync("kubectl", ["version", "--client"], { stdio: "ignore" }).status === 0
    ? false
    : "kubectl was not found on this machine";

/** Runs kubectl as the administrator of one cluster. @returns what it printed on standard output */
export type Kubectl = (...args: readonly string[]) => Promise<string>;

/** @param kubeconfig - YAML. */
export function kubectlFor(t: TestContext, kubeconfig: string): Kubectl {
  const folder = mkdtempSync(join(tmpdir(), "tegata-kubectl-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "kubeconfig");
  writeFileSync(file, kubeconfig, { mode: 0o600 });
  return async (...args) => {
    const { stdout } = await run("kubectl", [...args], { env: { ...process.env, KUBECONFIG: file, HOME: folder } });
    return stdout;
  };
}
