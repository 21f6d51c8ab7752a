// 10,000 ExternalSecrets over 1,000 remote keys: time of the first sync, calls to the store, writes at rest, memory.
// The limit in the same run: the same number of Secrets created by the same client against the same API server.
//   npm run bench -- secret-sync [OBJECTS] [KEYS]
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import {
  createInformerFactory,
  createKubeClient,
  type KubeClient,
  namespaces,
  parseKubeconfigAccess,
  secrets,
} from "@tegata/kube";
import {
  createSecretSync,
  type ExternalSecret,
  externalSecrets,
  secretStores,
  secretSyncCrds,
  watchWorld,
  type World,
} from "@tegata/secret-sync";
import { silentLogger } from "@tegata/telemetry";
import { createMetrics } from "@tegata/telemetry/metrics";
import { createTemplateHost } from "@tegata/template-host";
import { customResourceDefinitions } from "@tegata/kube";

const NAMESPACE = "bench";
/** Requests under way at a time while objects are made. */
const WRITERS = 64;

interface Servers {
  readonly kubeconfig: string;
  readonly storeUrl: string;
  readonly token: string;
}

/** Runs the measurement and prints its figures. */
export async function benchSecretSync([objectsText = "10000", keysText = "1000"]: readonly string[]): Promise<void> {
  const objects = Number(objectsText);
  const keys = Number(keysText);
  const servers = fork(join(import.meta.dirname, "secret-sync-servers.ts"), {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const ask = async <T>(message: object): Promise<T> => {
    servers.send(message);
    const [answer] = (await once(servers, "message")) as [T];
    return answer;
  };
  const [{ kubeconfig, storeUrl, token }] = (await once(servers, "message")) as [Servers];
  const client = createKubeClient(await parseKubeconfigAccess(kubeconfig));
  try {
    await prepare(client, storeUrl, token);
    for (let key = 0; key < keys; key++)
      await ask({ ask: "write", path: `secret/data/app/${key}`, body: { data: { password: `value-${key}` } } });
    const limitMs = await createPlainSecrets(client, objects);
    await createExternalSecrets(client, objects, keys);
    await measure(client, objects, keys, limitMs, ask);
  } finally {
    await client.close();
    servers.send({ ask: "stop" });
    await once(servers, "exit");
  }
}

async function prepare(client: KubeClient, storeUrl: string, token: string): Promise<void> {
  for (const crd of secretSyncCrds()) await client.create(customResourceDefinitions, crd as never);
  await client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } });
  await client.create(secrets, {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "token", namespace: NAMESPACE },
    stringData: { token },
  });
  await client.create(secretStores, {
    apiVersion: "external-secrets.io/v1",
    kind: "SecretStore",
    metadata: { name: "vault", namespace: NAMESPACE },
    spec: {
      provider: {
        vault: {
          server: storeUrl,
          path: "secret",
          version: "v2",
          auth: { tokenSecretRef: { name: "token", key: "token" } },
        },
      },
    },
  });
}

/** The limit: what the API server and the client need to create as many Secrets of the same size, and nothing else. */
async function createPlainSecrets(client: KubeClient, objects: number): Promise<number> {
  const startedAt = performance.now();
  await inParallel(objects, (index) =>
    client.create(secrets, {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: `plain-${index}`, namespace: NAMESPACE },
      data: { password: "dmFsdWU=" },
    }),
  );
  return performance.now() - startedAt;
}

function createExternalSecrets(client: KubeClient, objects: number, keys: number): Promise<void> {
  return inParallel(objects, (index) =>
    client.create(externalSecrets, {
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      metadata: { name: `es-${index}`, namespace: NAMESPACE },
      spec: {
        refreshInterval: "1h",
        secretStoreRef: { name: "vault", kind: "SecretStore" },
        data: [{ secretKey: "password", remoteRef: { key: `app/${index % keys}`, property: "password" } }],
      },
    }),
  );
}

async function measure(
  client: KubeClient,
  objects: number,
  keys: number,
  limitMs: number,
  ask: <T>(message: object) => Promise<T>,
): Promise<void> {
  const stop = new AbortController();
  const informers = createInformerFactory(client);
  const sync = createSecretSync({
    client,
    informers,
    recorder: { event() {} },
    registry: createMetrics(),
    logger: silentLogger,
    templateHost: createTemplateHost(() => new Date()),
  });
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const running = [informers.run(stop.signal)];
  await informers.waitForSync(stop.signal);
  running.push(...sync.controllers.map((controller) => controller.run(stop.signal)));
  const firstSyncMs = await untilAllReady(watchWorld(informers, ""), objects, startedAt);
  const cpu = process.cpuUsage(cpuBefore);
  const { reads, logins } = await ask<{ reads: number; logins: number }>({ ask: "counts" });
  const before = await latestVersion(client);
  await new Promise((resolve) => setTimeout(resolve, 5000));
  const writesAtRest = (await latestVersion(client)) - before;
  global.gc?.();
  const print = (what: string, figure: string): void => void process.stdout.write(`${what.padEnd(58)}${figure}\n`);
  print(
    `first sync of ${objects} ExternalSecrets over ${keys} keys`,
    `${(firstSyncMs / 1000).toFixed(1)} s (${Math.round((objects / firstSyncMs) * 1000)}/s)`,
  );
  print(
    "limit: as many plain Secrets created by the same client",
    `${(limitMs / 1000).toFixed(1)} s (${Math.round((objects / limitMs) * 1000)}/s)`,
  );
  print("ratio to the limit", `${(firstSyncMs / limitMs).toFixed(2)} (two writes per object: Secret and status)`);
  print("reads from the store (External Secrets: 4 calls an object)", `${reads} reads, ${logins} logins`);
  print("operator's CPU for it", `${((cpu.user + cpu.system) / 1e6).toFixed(1)} s`);
  print("writes to Kubernetes in 5 s at rest", String(writesAtRest));
  print(
    "operator's memory at rest",
    `${Math.round(process.memoryUsage().rss / 1e6)} MB RSS, ${Math.round(process.memoryUsage().heapUsed / 1e6)} MB heap`,
  );
  stop.abort();
  await Promise.all(running);
  await sync.close();
}

/** Looks at the operator's own copy, so that looking costs the API server nothing. */
async function untilAllReady(world: World, objects: number, startedAt: number): Promise<number> {
  const isReady = ({ status }: ExternalSecret): boolean =>
    status?.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True") ?? false;
  for (;;) {
    if (world.externalSecrets.list().filter(isReady).length === objects) return performance.now() - startedAt;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The API server's version counter: it grows by one with each write of anything. */
async function latestVersion(client: KubeClient): Promise<number> {
  const { metadata } = await client.list(namespaces, {});
  return Number(metadata.resourceVersion);
}

async function inParallel(count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: WRITERS }, async () => {
      while (next < count) await work(next++);
    }),
  );
}
