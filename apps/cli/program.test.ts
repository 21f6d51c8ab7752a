import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { before, describe, it, after } from "node:test";
import { createKubeClient, customResourceDefinitions, parseKubeconfigAccess } from "@tegata/kube";
import { type KubeApi, startKubeApi } from "@tegata/kube-api";
import { externalSecrets, secretStores, secretSyncCrds } from "@tegata/secret-sync";
import { parse } from "yaml";
import { runProgram } from "./program.ts";

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const NOW = new Date("2026-11-22T12:00:00Z");
let folder: string;

/** Runs the command line as a process would. */
async function tegata(args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    streams[name].on("data", (chunk: Buffer) => (texts[name] += chunk.toString()));
  const code = await runProgram(args, {
    ...streams,
    stdin: new PassThrough(),
    signal: new AbortController().signal,
    cwd: folder,
    env: { HOME: folder, ...env },
    isTerminal: false,
    now: () => NOW,
  });
  return { code, ...texts };
}

before(() => {
  folder = mkdtempSync(join(tmpdir(), "tegata-cli-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

describe("usage", () => {
  const cases: [string, string[], number, RegExp][] = [
    ["--help lists the commands", ["--help"], 0, /explain .*Tell what an ExternalSecret does/],
    ["--version prints it", ["--version"], 0, /^0\.1\.0$/m],
    ["a command's --help has its examples", ["get", "--help"], 0, /tegata get es -n harbor -o wide/],
    ["an unknown command", ["frobnicate"], 2, /unknown command 'frobnicate'/],
    ["an unknown flag", ["get", "es", "--frob"], 2, /unknown option '--frob'/],
    ["a missing argument", ["get"], 2, /missing required argument 'kind'/],
    ["an unknown kind", ["get", "pods"], 2, /there is no kind "pods" here.*kubectl lists everything else/],
    ["a port that is none", ["up", "--port", "http"], 2, /"http" is no port/],
    ["a log level that is none", ["up", "--log-level", "loud"], 2, /Allowed choices are debug, info, warn, error/],
    ["no kubeconfig at all", ["get", "es"], 2, /KUBECONFIG_NOT_FOUND/],
    ["an unknown shell", ["completion", "cmd"], 2, /no completion for "cmd"/],
  ];
  for (const [what, args, code, text] of cases) {
    it(`${what} ends with ${code}`, async () => {
      const outcome = await tegata(args);
      assert.equal(outcome.code, code, outcome.stderr);
      assert.match(outcome.stdout + outcome.stderr, text);
      // Results and nothing else go to standard output.
      if (code !== 0) assert.equal(outcome.stdout, "");
    });
  }

  it("a cluster that does not answer ends with 5, and names the address", async () => {
    const kubeconfig = join(folder, "nowhere");
    writeFileSync(
      kubeconfig,
      JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        "current-context": "c",
        contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
        clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:1" } }],
        users: [{ name: "u", user: {} }],
      }),
    );
    const { code, stderr } = await tegata(["get", "es", "--kubeconfig", kubeconfig]);
    assert.equal(code, 5);
    assert.match(stderr, /127\.0\.0\.1:1/);
  });
});

describe("against a cluster", () => {
  let kube: KubeApi;
  let env: Record<string, string>;

  before(async () => {
    kube = await startKubeApi({ dataDir: "memory" });
    const kubeconfig = join(folder, "kubeconfig");
    writeFileSync(kubeconfig, kube.adminKubeconfig);
    env = { KUBECONFIG: kubeconfig };
    const client = createKubeClient(await parseKubeconfigAccess(kube.adminKubeconfig));
    for (const crd of secretSyncCrds()) await client.create(customResourceDefinitions, crd as never);
    await client.create(secretStores, {
      apiVersion: "external-secrets.io/v1",
      kind: "SecretStore",
      metadata: { namespace: "default", name: "vault" },
      spec: { provider: { fake: { data: [] } } },
    });
    for (const [name, status] of [
      ["synced", "True"],
      ["broken", "False"],
    ] as const) {
      const made = await client.create(externalSecrets, {
        apiVersion: "external-secrets.io/v1",
        kind: "ExternalSecret",
        metadata: { namespace: "default", name, labels: { team: name } },
        spec: {
          refreshInterval: "30m",
          secretStoreRef: { name: "vault", kind: "SecretStore" },
          data: [{ secretKey: "a", remoteRef: { key: "b", property: "c" } }],
        },
      });
      await client.update(
        externalSecrets,
        {
          ...made,
          status: {
            refreshTime: "2026-11-22T11:58:00Z",
            conditions: [
              {
                type: "Ready",
                status,
                reason: status === "True" ? "SecretSynced" : "SecretSyncedError",
                message: `it is ${name}`,
                lastTransitionTime: "2026-11-22T11:55:00Z",
              },
            ],
          },
        },
        { subresource: "status" },
      );
    }
    await client.close();
  });
  after(() => kube.stop());

  it("get prints kubectl's table", async () => {
    const { stdout, code } = await tegata(["get", "externalsecrets"], env);
    assert.equal(code, 0);
    assert.deepEqual(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => line.split(/ {3,}/)),
      [
        ["NAME", "STORETYPE", "STORE", "REFRESH INTERVAL", "STATUS", "READY", "LAST SYNC"],
        ["broken", "SecretStore", "vault", "30m", "SecretSyncedError", "False", "2m"],
        ["synced", "SecretStore", "vault", "30m", "SecretSynced", "True", "2m"],
      ],
    );
  });

  const formats: [string, string[], (stdout: string) => void][] = [
    [
      "-o json",
      ["get", "es", "-o", "json"],
      (text) => assert.equal((JSON.parse(text) as { items: unknown[] }).items.length, 2),
    ],
    [
      "-o json of one by name",
      ["get", "es", "synced", "-o", "json"],
      (text) => assert.equal((JSON.parse(text) as { kind: string }).kind, "ExternalSecret"),
    ],
    [
      "-o yaml",
      ["get", "es", "synced", "-o", "yaml"],
      (text) => assert.equal((parse(text) as { metadata: { name: string } }).metadata.name, "synced"),
    ],
    [
      "-o name",
      ["get", "es", "-o", "name"],
      (text) => assert.match(text, /^externalsecret\.external-secrets\.io\/synced$/m),
    ],
    ["-o jsonl", ["get", "es", "-o", "jsonl"], (text) => assert.equal(text.trim().split("\n").length, 2)],
    [
      "-o jsonpath",
      ["get", "es", "synced", "-o", "jsonpath={.spec.refreshInterval}"],
      (text) => assert.equal(text, "30m"),
    ],
    [
      "-o custom-columns",
      ["get", "es", "-o", "custom-columns=N:.metadata.name,X:.spec.none"],
      (text) => assert.match(text, /^N +X\nbroken +<none>/),
    ],
    ["-o wide", ["get", "es", "-o", "wide"], (text) => assert.match(text, /TARGET +MESSAGE\n.*it is broken/)],
    ["-A", ["get", "ss", "-A"], (text) => assert.match(text, /^NAMESPACE +NAME.*\ndefault +vault/)],
    ["-l", ["get", "es", "-l", "team=synced", "--no-headers"], (text) => assert.match(text, /^synced [^\n]*\n$/)],
    [
      "--field-selector",
      ["get", "es", "--field-selector", "metadata.name=broken", "-o", "name"],
      (text) => assert.match(text, /\/broken\n$/),
    ],
  ];
  for (const [what, args, check] of formats) {
    it(`get ${what}`, async () => {
      const { stdout, stderr, code } = await tegata(args, env);
      assert.equal(code, 0, stderr);
      check(stdout);
    });
  }

  it("get of what is not there ends with 3 and says where it looked", async () => {
    const { code, stderr } = await tegata(["get", "es", "nope", "-n", "kube-system"], env);
    assert.equal(code, 3);
    assert.match(stderr, /"nope" not found in namespace "kube-system"/);
  });

  it("get of nothing says so on standard error", async () => {
    assert.deepEqual(await tegata(["get", "es", "-n", "kube-system"], env), {
      code: 0,
      stdout: "",
      stderr: "No resources found in kube-system namespace.\n",
    });
  });

  it("explain ends with 0 or 1 as the ExternalSecret is Ready or not, and tells why", async () => {
    const good = await tegata(["explain", "externalsecret", "synced"], env);
    assert.equal(good.code, 0);
    assert.match(good.stdout, /Store +SecretStore "default\/vault" +fake/);
    assert.match(good.stdout, /data\[0\] +a +<- +b, property c/);
    const bad = await tegata(["explain", "es", "broken"], env);
    assert.equal(bad.code, 1);
    assert.match(bad.stdout, /Ready +False +SecretSyncedError +since 5m\n +it is broken/);
    assert.match(bad.stdout, /Secret "default\/broken" .*: not there/);
  });

  it("check names what is not in order", async () => {
    const { code, stdout } = await tegata(["check"], env);
    assert.equal(code, 1);
    assert.match(stdout, /✔ Kubernetes API https:.* v1\.33/);
    assert.match(stdout, /✔ CustomResourceDefinitions: 3 installed/);
    assert.match(stdout, /✗ Operator: no replica holds the lease/);
    assert.match(stdout, /✗ ExternalSecrets: 1 of 2 Ready; not: default\/broken/);
    assert.equal((await tegata(["check", "--pre"], env)).code, 0);
  });

  it("version tells the cluster's, too", async () => {
    const { stdout } = await tegata(["version", "-o", "json"], env);
    const version = JSON.parse(stdout) as { apiVersion: string; tegata: string; kubernetes: string };
    assert.equal(version.apiVersion, "cli.tegata.dev/v1");
    assert.match(version.kubernetes, /^v1\.33/);
  });

  it("completes commands, kinds, flags and the names of objects", async () => {
    const complete = async (...words: string[]): Promise<string[]> =>
      (await tegata(["__complete", ...words], env)).stdout.trim().split("\n");
    assert.deepEqual(await complete("re"), ["reconcile"]);
    assert.deepEqual(await complete("get", "ext"), ["externalsecrets"]);
    assert.deepEqual(await complete("get", "externalsecrets", ""), ["broken", "synced"]);
    assert.deepEqual(await complete("get", "--no-h"), ["--no-headers"]);
  });
});
