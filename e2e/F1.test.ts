// Row F1 (as far as this version goes): `tegata up` starts everything, loads examples/, prints what is ready; `--once` ends
// with 0 when all examples are Ready, else non-zero with the reason. State is kept; nothing is silently reset.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it, type TestContext } from "node:test";
import { createKubeClient, readKubeconfigAccess, secrets } from "@tegata/kube";
import { eventually } from "./support/stack.ts";

const MAIN = join(import.meta.dirname, "..", "apps", "cli", "main.ts");
const ANY_PORTS = ["--port", "0", "--vault-port", "0", "--metrics-port", "0"];

interface Run {
  readonly process: ChildProcess;
  readonly output: () => string;
  readonly exitCode: Promise<number | null>;
}

function up(t: TestContext, dataDir: string, ...args: readonly string[]): Run {
  const child = spawn(process.execPath, [MAIN, "up", "--data-dir", dataDir, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  t.after(() => child.kill("SIGKILL"));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return {
    process: child,
    output: () => output,
    exitCode: once(child, "exit").then(([code]) => code as number | null),
  };
}

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "tegata-up-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "state");
}

const untilRunning = (run: Run): Promise<true> =>
  eventually("tegata up says that everything runs", async () => {
    if (run.process.exitCode !== null) assert.fail(`it ended: ${run.output()}`);
    return run.output().includes("Everything runs") ? true : undefined;
  });

it("--once ends with 0 when all examples are Ready", async (t) => {
  const run = up(t, folderFor(t), "--once", ...ANY_PORTS);
  assert.equal(await run.exitCode, 0, run.output());
  assert.match(run.output(), /✔ ExternalSecrets Ready .*harbor\/harbor-secrets/);
});

it("--once ends non-zero and says why when a port is taken", async (t) => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  t.after(() => taken.close());
  const { port } = taken.address() as { port: number };
  const run = up(t, folderFor(t), "--once", "--port", String(port), "--vault-port", "0", "--metrics-port", "0");
  assert.equal(await run.exitCode, 2);
  assert.match(run.output(), new RegExp(`Kubernetes API: port ${port} on 127.0.0.1 is taken.*--port`, "s"));
});

it("--once ends non-zero and says which ExternalSecret is not Ready, and why, when time is up", async (t) => {
  const run = up(t, folderFor(t), "--once", "--timeout", "0", ...ANY_PORTS);
  assert.notEqual(await run.exitCode, 0);
  assert.match(run.output(), /EXAMPLES_NOT_READY/);
});

it("runs, keeps its state over Ctrl-C and kill -9, and refuses a second start", async (t) => {
  const folder = folderFor(t);
  const first = up(t, folder, ...ANY_PORTS);
  await untilRunning(first);
  const second = up(t, folder, ...ANY_PORTS);
  assert.equal(await second.exitCode, 2);
  assert.match(second.output(), /already runs on .*UP_ALREADY_RUNNING/s);
  await writeSecret(folder, "kept");
  first.process.kill("SIGINT");
  assert.equal(await first.exitCode, 0, first.output());
  assert.match(first.output(), /stopped; the state is kept/);
  // The ports were "any", so the folder keeps none; it is started again and killed.
  const third = up(t, folder, ...ANY_PORTS);
  await untilRunning(third);
  await writeSecret(folder, "kept-after-kill");
  third.process.kill("SIGKILL");
  await third.exitCode;
  const fourth = up(t, folder, ...ANY_PORTS);
  await untilRunning(fourth);
  assert.deepEqual(await secretNames(folder), ["kept", "kept-after-kill"]);
});

it("refuses a damaged state folder, says how to repair it, and changes nothing in it", async (t) => {
  const folder = folderFor(t);
  assert.equal(await up(t, folder, "--once", ...ANY_PORTS).exitCode, 0);
  const kube = join(folder, "kube");
  const log =
    readdirSync(kube, { recursive: true })
      .map(String)
      .find((file) => /log|wal|segment/.test(file)) ?? "";
  const damaged = join(kube, log);
  const content = readFileSync(damaged);
  content[Math.floor(content.length / 3)] = (content[Math.floor(content.length / 3)] ?? 0) ^ 0xff;
  writeFileSync(damaged, content);
  const run = up(t, folder, "--once", ...ANY_PORTS);
  assert.equal(await run.exitCode, 8, run.output());
  assert.match(run.output(), /KUBE_API_DATA_CORRUPT/);
  assert.deepEqual(readFileSync(damaged), content);
});

async function writeSecret(folder: string, name: string): Promise<void> {
  const client = createKubeClient(await readKubeconfigAccess(join(folder, "kubeconfig")));
  await client.create(secrets, {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { namespace: "default", name },
    stringData: { a: "b" },
  });
  await client.close();
}

async function secretNames(folder: string): Promise<string[]> {
  const client = createKubeClient(await readKubeconfigAccess(join(folder, "kubeconfig")));
  const { items } = await client.list(secrets, { namespace: "default" });
  await client.close();
  return items.map(({ metadata }) => metadata.name ?? "").filter((name) => name.startsWith("kept"));
}
