import assert from "node:assert/strict";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { TegataError } from "@tegata/errors";
import fc from "fast-check";
import { createKubeClient } from "../client/kube-client.ts";
import { secrets } from "../resources.ts";
import { ScriptedKubeApi } from "../testing/scripted-kube-api.ts";
import { CREDENTIAL_RELOAD_SECONDS } from "./cluster-access.ts";
import { parseExecCredential } from "./exec-credentials.ts";
import { findClusterAccess } from "./find-access.ts";
import { readInClusterAccess } from "./in-cluster.ts";
import { parseKubeconfigAccess, readKubeconfigAccess } from "./kubeconfig.ts";

function kubeconfig(user: string, cluster = ""): string {
  return `apiVersion: v1
kind: Config
current-context: main
clusters:
- name: c
  cluster:
    server: https://127.0.0.1:6443/
${cluster}
contexts:
- name: main
  context: {cluster: c, user: u, namespace: shop}
- name: other
  context: {cluster: gone, user: u}
users:
- name: u
  user:
${user}
`;
}

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "tegata-kubeconfig-"));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

describe("a kubeconfig", () => {
  it("says which server, as whom, in which namespace", async () => {
    const text = kubeconfig(
      `    client-certificate-data: ${base64("CERT")}\n    client-key-data: ${base64("KEY")}`,
      `    certificate-authority-data: ${base64("CA")}\n    tls-server-name: kube.internal`,
    );
    const access = await parseKubeconfigAccess(text);
    assert.deepEqual(
      [access.server, access.namespace, access.tlsServerName],
      ["https://127.0.0.1:6443", "shop", "kube.internal"],
    );
    const { tls, headers } = await access.identity();
    assert.deepEqual(tls, { caPem: "CA", clientCertificatePem: "CERT", clientKeyPem: "KEY" });
    assert.deepEqual(headers, {});
    assert.equal(access.invalidate(), false);
  });

  it("may hold a token, a password, and who to act as", async () => {
    const token = await parseKubeconfigAccess(kubeconfig("    token: abc"));
    assert.deepEqual((await token.identity()).headers, { authorization: "Bearer abc" });
    const basic = await parseKubeconfigAccess(kubeconfig("    username: jane\n    password: doe"));
    assert.deepEqual((await basic.identity()).headers, { authorization: `Basic ${base64("jane:doe")}` });
    const as = await parseKubeconfigAccess(kubeconfig("    token: abc\n    as: jane\n    as-groups: [dev, ops]"));
    assert.deepEqual((await as.identity()).headers, {
      authorization: "Bearer abc",
      "impersonate-user": "jane",
      "impersonate-group": ["dev", "ops"],
    });
  });

  it("of several files is merged: what is said first holds, and paths start from the file that holds them", async (t) => {
    const path = await folder(t);
    await writeFile(join(path, "token"), "from-file\n");
    await writeFile(join(path, "a"), kubeconfig("    tokenFile: token"));
    await writeFile(
      join(path, "b"),
      kubeconfig("    token: ignored")
        .replace("current-context: main", "current-context: other")
        .replaceAll("name: c\n", "name: gone\n"),
    );
    const paths = [join(path, "missing"), join(path, "a"), join(path, "b")].join(delimiter);
    const access = await readKubeconfigAccess(paths);
    assert.deepEqual((await access.identity()).headers, { authorization: "Bearer from-file" });
    assert.equal((await readKubeconfigAccess(paths, { context: "other" })).server, "https://127.0.0.1:6443");
  });

  const refused: Record<string, { text: string; code: string; message: RegExp }> = {
    "text that is not YAML": { text: "a: [hunter2", code: "KUBECONFIG_INVALID", message: /line 1 is not YAML/ },
    "an empty file": { text: "", code: "KUBECONFIG_INVALID", message: /empty or not a YAML mapping/ },
    "a context that is not there": {
      text: kubeconfig("    token: hunter2").replace("current-context: main", "current-context: prod"),
      code: "KUBECONFIG_INVALID",
      message: /contexts has no entry "prod"; there are "main", "other"/,
    },
    "an alias without its anchor": {
      text: kubeconfig("    token: *hunter2"),
      code: "KUBECONFIG_INVALID",
      message: /its YAML cannot be used/,
    },
    "nesting without end": { text: "[".repeat(200_000), code: "KUBECONFIG_INVALID", message: /YAML/ },
    "no context": {
      text: kubeconfig("    token: hunter2").replace("current-context: main", ""),
      code: "KUBECONFIG_INVALID",
      message: /no current-context/,
    },
    "a server that is no URL": {
      text: kubeconfig("    token: hunter2").replace("https://127.0.0.1:6443/", "127.0.0.1"),
      code: "KUBECONFIG_INVALID",
      message: /server is not an http or https URL/,
    },
    "a proxy": {
      text: kubeconfig("    token: hunter2", "    proxy-url: http://proxy"),
      code: "KUBECONFIG_UNSUPPORTED",
      message: /proxy-url/,
    },
    "an auth provider": {
      text: kubeconfig("    auth-provider: {name: gcp}"),
      code: "KUBECONFIG_UNSUPPORTED",
      message: /auth-provider/,
    },
    "a credential plugin of an older API": {
      text: kubeconfig("    exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x}"),
      code: "KUBECONFIG_UNSUPPORTED",
      message: /v1alpha1/,
    },
    "a token that is not a text": {
      text: kubeconfig("    token: [hunter2]"),
      code: "KUBECONFIG_INVALID",
      message: /token is not a text/,
    },
  };
  for (const [what, { text, code, message }] of Object.entries(refused)) {
    it(`is refused for ${what}, without being quoted`, async () => {
      await assert.rejects(parseKubeconfigAccess(text), (error: unknown) => {
        assert.ok(error instanceof TegataError);
        assert.equal(error.code, code);
        assert.match(error.message, message);
        assert.doesNotMatch(error.text, /hunter2/);
        return true;
      });
    });
  }

  it("of any shape either parses or gives a TegataError", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.string().map((text) => kubeconfig(`    token: ${text}`)),
        ),
        async (text) => {
          try {
            await parseKubeconfigAccess(text);
          } catch (error) {
            assert.ok(error instanceof TegataError, String(error));
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("credentials in files", () => {
  it("are read again once a minute, and outlive a moment without their file", async (t) => {
    const path = join(await folder(t), "token");
    let now = 0;
    const access = await parseKubeconfigAccess(kubeconfig(`    tokenFile: ${path}`), { nowMs: () => now });
    const bearer = async () => (await access.identity()).headers["authorization"];
    await assert.rejects(bearer(), { code: "KUBE_CREDENTIALS_UNREADABLE", kind: "denied" });
    await writeFile(path, "one");
    assert.equal(await bearer(), "Bearer one");
    await writeFile(path, "two");
    assert.equal(await bearer(), "Bearer one");
    now += CREDENTIAL_RELOAD_SECONDS * 1000;
    assert.equal(await bearer(), "Bearer two");
    await rm(path);
    now += CREDENTIAL_RELOAD_SECONDS * 1000;
    assert.equal(await bearer(), "Bearer two");
  });

  it("are read again at once when the server refuses them", async (t) => {
    const api = await ScriptedKubeApi.start(t);
    const path = await folder(t);
    await writeFile(join(path, "token"), "old");
    await writeFile(join(path, "ca.crt"), api.caPem);
    const { port } = new URL(api.url);
    const environment = { KUBERNETES_SERVICE_HOST: "127.0.0.1", KUBERNETES_SERVICE_PORT: port };
    const client = createKubeClient(await readInClusterAccess({ environment, serviceAccountDir: path }));
    t.after(() => client.close());
    await client.get(secrets, "shop", "db");
    await writeFile(join(path, "token"), "new");
    api.script = ({ headers }, response) => {
      if (headers.authorization === "Bearer new") return false;
      response.writeHead(401).end();
      return true;
    };
    assert.equal(await client.get(secrets, "shop", "db"), undefined);
    await writeFile(join(path, "token"), "wrong");
    api.script = (_, response) => {
      response.writeHead(401).end();
      return true;
    };
    const before = api.requests.length;
    await assert.rejects(client.get(secrets, "shop", "db"), { code: "KUBE_UNAUTHORIZED", kind: "denied" });
    assert.equal(api.requests.length, before + 2);
  });

  it("lead to a new connection when the CA changes, and requests under way are not cut", async (t) => {
    const [first, second] = [await ScriptedKubeApi.start(t), await ScriptedKubeApi.start(t)];
    const path = await folder(t);
    await writeFile(join(path, "ca.crt"), first.caPem);
    let now = 0;
    const text = kubeconfig("    token: t", "    certificate-authority: ca.crt").replace(
      "https://127.0.0.1:6443/",
      first.url,
    );
    const client = createKubeClient(
      await parseKubeconfigAccess(text, { path: join(path, "config"), nowMs: () => now }),
      { random: () => 0 },
    );
    t.after(() => client.close());
    let release = () => {};
    first.script = ({ url }, response) => {
      if (!url.pathname.endsWith("/slow")) return false;
      release = () =>
        response.writeHead(200, { "content-type": "application/json" }).end('{"kind":"Secret","metadata":{}}');
      return true;
    };
    const slow = client.get(secrets, "shop", "slow");
    while (first.requests.length === 0) await new Promise(setImmediate);
    await writeFile(join(path, "ca.crt"), first.caPem + second.caPem);
    now += CREDENTIAL_RELOAD_SECONDS * 1000;
    await client.get(secrets, "shop", "db");
    assert.equal(first.connections, 2);
    release();
    assert.ok((await slow) !== undefined);
  });
});

describe("a credential plugin", () => {
  async function plugin(t: TestContext, script: string): Promise<string> {
    const path = join(await folder(t), "plugin");
    await writeFile(path, `#!/bin/sh\n${script}`);
    await chmod(path, 0o755);
    return path;
  }
  const answer = (status: object, apiVersion = "client.authentication.k8s.io/v1") =>
    JSON.stringify({ apiVersion, kind: "ExecCredential", status });
  const user = (command: string, more = "") => `    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: ${command}
      args: [get-token]
      env: [{name: PLUGIN_REGION, value: eu}]
      interactiveMode: IfAvailable
      installHint: Install the plugin.
${more}`;

  it("is run with its arguments and environment, and its answer is kept until it expires", async (t) => {
    const counter = join(await folder(t), "runs");
    const command = await plugin(
      t,
      `echo run >> ${counter}
printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s-%s-%s","expirationTimestamp":"2026-01-01T01:00:00Z"}}' "$1" "$PLUGIN_REGION" "$(wc -l < ${counter})"`,
    );
    let now = 0;
    const access = await parseKubeconfigAccess(kubeconfig(user(command)), {
      environment: { PATH: process.env["PATH"] },
      nowMs: () => now,
      now: () => new Date(Date.UTC(2026, 0, 1) + now),
    });
    const bearer = async () => (await access.identity()).headers["authorization"];
    const [first, same] = await Promise.all([bearer(), bearer()]);
    assert.deepEqual([first, same], ["Bearer get-token-eu-1", "Bearer get-token-eu-1"]);
    now += 59 * 60_000;
    assert.equal(await bearer(), "Bearer get-token-eu-1");
    now += 60_000;
    assert.equal(await bearer(), "Bearer get-token-eu-2");
    now = 0;
    assert.equal(access.invalidate(), true);
    assert.equal(await bearer(), "Bearer get-token-eu-3");
  });

  it("learns the cluster if it asks for it, and may return a client certificate", async (t) => {
    const command = await plugin(
      t,
      `case "$KUBERNETES_EXEC_INFO" in *'"server":"https://127.0.0.1:6443/"'*'"certificate-authority-data":"Q0E="'*) ;; *) exit 3;; esac
echo '${answer({ clientCertificateData: "CERT", clientKeyData: "KEY" })}'`,
    );
    const text = kubeconfig(
      user(command, "      provideClusterInfo: true"),
      `    certificate-authority-data: ${base64("CA")}`,
    );
    const { tls } = await (await parseKubeconfigAccess(text)).identity();
    assert.deepEqual([tls.clientCertificatePem, tls.clientKeyPem], ["CERT", "KEY"]);
  });

  it("that fails is named, with its last line and the install hint", async (t) => {
    const failing = await plugin(t, "echo first >&2; echo 'please sign in' >&2; exit 7");
    await assert.rejects((await parseKubeconfigAccess(kubeconfig(user(failing)))).identity(), {
      kind: "denied",
      code: "KUBE_EXEC_FAILED",
      message: `the credential plugin "${failing}" of the kubeconfig failed: it ended with 7: please sign in`,
      remedy: "Install the plugin.",
    });
    await assert.rejects((await parseKubeconfigAccess(kubeconfig(user("/nowhere/plugin")))).identity(), {
      message: /there is no such program/,
    });
  });

  const malformed: Record<string, string> = {
    "not JSON": "hunter2",
    "another kind": '{"kind":"Secret","token":"hunter2"}',
    "another version": answer({ token: "hunter2" }, "client.authentication.k8s.io/v1beta1"),
    "no credential": answer({}),
    "a certificate without key": answer({ clientCertificateData: "hunter2" }),
  };
  for (const [what, stdout] of Object.entries(malformed)) {
    it(`whose answer is ${what} is refused without quoting it`, () => {
      const config = { apiVersion: "client.authentication.k8s.io/v1", command: "p", installHint: "" } as const;
      assert.throws(
        () => parseExecCredential(stdout, config),
        (error: unknown) =>
          error instanceof TegataError && error.code === "KUBE_EXEC_FAILED" && !error.text.includes("hunter2"),
      );
    });
  }
});

describe("findClusterAccess", () => {
  it("prefers what was named, then KUBECONFIG, then the Pod, then the home directory", async (t) => {
    const path = await folder(t);
    const write = async (name: string, server: string) => {
      await writeFile(join(path, name), kubeconfig("    token: t").replace("https://127.0.0.1:6443/", server));
      return join(path, name);
    };
    const named = await write("named", "https://named");
    const fromEnvironment = await write("env", "https://env");
    const { mkdir } = await import("node:fs/promises");
    await mkdir(join(path, ".kube"));
    await write(".kube/config", "https://home");
    const pod = { KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "443" };
    const find = async (environment: Record<string, string>, kubeconfig = "", context?: string) =>
      (
        await findClusterAccess({
          environment,
          homeDir: path,
          kubeconfig,
          ...(context === undefined ? {} : { context }),
        })
      ).server;
    assert.equal(await find({ KUBECONFIG: fromEnvironment, ...pod }, named), "https://named");
    assert.equal(await find({ KUBECONFIG: fromEnvironment, ...pod }), "https://env");
    assert.equal(await find(pod), "https://[fd00::1]:443");
    assert.equal(await find(pod, "", "main"), "https://home");
    assert.equal(await find({}), "https://home");
    await assert.rejects(find({ KUBECONFIG: join(path, "none") }), { code: "KUBECONFIG_NOT_FOUND" });
    await assert.rejects(readInClusterAccess({ environment: {} }), { code: "KUBE_NOT_IN_CLUSTER" });
  });
});
