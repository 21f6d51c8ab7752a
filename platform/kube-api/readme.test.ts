import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { Agent, get } from "node:https";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { parse } from "yaml";
import { startKubeApi } from "./index.ts";

it("does what the README shows", async (t) => {
  const dir = await mkdtemp(join(tmpdir(), "tegata-kube-api-"));
  t.after(() => rm(dir, { recursive: true, force: true }));
  const readme = await readFile(join(import.meta.dirname, "README.md"), "utf8");
  for (const line of [
    'const api = await startKubeApi({ dataDir: "data" });',
    'await writeFile("kubeconfig", api.adminKubeconfig, { mode: 0o600 });',
    'const jane = await api.kubeconfigFor("jane", ["developers"]);',
  ]) {
    assert.ok(readme.includes(line), line);
  }
  const api = await startKubeApi({ dataDir: join(dir, "data") });
  await writeFile(join(dir, "kubeconfig"), api.adminKubeconfig, { mode: 0o600 });
  const jane = await api.kubeconfigFor("jane", ["developers"]);
  assert.equal(await statusWith(await readFile(join(dir, "kubeconfig"), "utf8")), 200);
  assert.equal(await statusWith(jane), 403);
  await api.stop();
});

/** Status of a list of namespaces by what a kubeconfig holds. */
async function statusWith(kubeconfig: string): Promise<number | undefined> {
  const { clusters, users } = parse(kubeconfig) as {
    clusters: { cluster: { server: string; "certificate-authority-data": string } }[];
    users: { user: { "client-certificate-data": string; "client-key-data": string } }[];
  };
  const [cluster, user] = [clusters[0]?.cluster, users[0]?.user];
  const decode = (text = "") => Buffer.from(text, "base64");
  const agent = new Agent({
    ca: decode(cluster?.["certificate-authority-data"]),
    cert: decode(user?.["client-certificate-data"]),
    key: decode(user?.["client-key-data"]),
  });
  const request = get(`${cluster?.server ?? ""}/api/v1/namespaces`, { agent });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  response.resume();
  await once(response, "end");
  agent.destroy();
  return response.statusCode;
}
