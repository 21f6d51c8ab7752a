import { setTimeout as delay } from "node:timers/promises";
import type { TestContext } from "node:test";
import assert from "node:assert/strict";
import { decodeBase64, decodeUtf8 } from "@tegata/bytes";
import type { DevStore } from "@tegata/dev-store";
import { startDevStoreForTest } from "@tegata/dev-store/testing";
import {
  createKubeClient,
  customResourceDefinitions,
  type KubeClient,
  namespaces,
  parseKubeconfigAccess,
  secrets,
  tokenReviews,
} from "@tegata/kube";
import type { KubeApi } from "@tegata/kube-api";
import { startKubeApiForTest } from "@tegata/kube-api/testing";
import type { Condition, Secret } from "@tegata/kube-types";
import { type Operator, startOperator, type WebhookOptions } from "@tegata/operator";
import {
  type ExternalSecret,
  type ExternalSecretSpec,
  externalSecrets,
  type SecretStoreObject,
  secretStores,
  secretSyncCrds,
  type SecretSyncOptions,
} from "@tegata/secret-sync";
import { createLogger, type Logger } from "@tegata/telemetry";

/** Longest wait for something to come true, in milliseconds. */
const LIMIT_MS = 20_000;

/** Everything that secret sync needs, running for one test on ports of its own. */
export interface Stack {
  readonly kube: KubeApi;
  readonly client: KubeClient;
  readonly store: DevStore;
  /** Everything that was logged, as JSON lines. */
  readonly log: string[];
  startOperator(options?: SecretSyncOptions, webhook?: WebhookOptions): Promise<Operator>;
  /** Creates the namespace and in it a SecretStore `vault` that signs in with the dev store's token. */
  addStore(namespace: string, overrides?: Partial<SecretStoreObject["spec"]>): Promise<void>;
  addExternalSecret(
    namespace: string,
    name: string,
    spec: ExternalSecretSpec,
    metadata?: ExternalSecret["metadata"],
  ): Promise<ExternalSecret>;
  /** Writes a secret of the engine `secret/`. */
  writeValue(path: string, data: Readonly<Record<string, string>>): Promise<void>;
  readyOf(namespace: string, name: string): Promise<Condition | undefined>;
  /** Waits until the ExternalSecret has this Ready condition. */
  untilReady(namespace: string, name: string, status?: "True" | "False"): Promise<Condition>;
  /** A Secret's values as text; `undefined` if it is not there. */
  secretData(namespace: string, name: string): Promise<Readonly<Record<string, string>> | undefined>;
}

/** Starts an API server and a dev store for one test. The operator is started by the test. */
export async function startStack(t: TestContext): Promise<Stack> {
  const kube = await startKubeApiForTest(t);
  const client = createKubeClient(await parseKubeconfigAccess(kube.adminKubeconfig));
  t.after(() => client.close());
  const store = await startDevStoreForTest(t, {
    reviewToken: (token, audiences) => reviewToken(client, token, audiences),
  });
  for (const crd of secretSyncCrds()) await client.create(customResourceDefinitions, crd as never);
  const log: string[] = [];
  const logger: Logger = createLogger({
    level: "debug",
    destination: { write: (line: string) => void log.push(line) },
  });
  return {
    kube,
    client,
    store,
    log,
    async startOperator(secretSync = {}, webhook) {
      const operator = await startOperator({
        access: await parseKubeconfigAccess(kube.adminKubeconfig),
        namespace: "default",
        identity: "test",
        metricsHost: "127.0.0.1",
        metricsPort: 0,
        leaderElection: false,
        logger,
        secretSync,
        ...(webhook === undefined ? {} : { webhook }),
      });
      t.after(() => operator.stop());
      return operator;
    },
    addStore: (namespace, overrides = {}) => addStore(client, store, namespace, overrides),
    addExternalSecret: (namespace, name, spec, metadata = {}) =>
      client.create(externalSecrets, {
        apiVersion: "external-secrets.io/v1",
        kind: "ExternalSecret",
        metadata: { ...metadata, namespace, name },
        spec: { secretStoreRef: { name: "vault", kind: "SecretStore" }, ...spec },
      }),
    async writeValue(path, data) {
      await store.call("POST", `secret/data/${path}`, { data: { ...data } });
    },
    readyOf: (namespace, name) => readyOf(client, namespace, name),
    untilReady: (namespace, name, status = "True") =>
      eventually(`ExternalSecret ${namespace}/${name} has Ready=${status}`, async () => {
        const ready = await readyOf(client, namespace, name);
        return ready?.status === status ? ready : undefined;
      }),
    secretData: async (namespace, name) => textsOf(await client.get(secrets, namespace, name)),
  };
}

async function reviewToken(
  client: KubeClient,
  token: string,
  audiences: readonly string[],
): Promise<{ authenticated: boolean; username: string; uid: string }> {
  const spec = { token, ...(audiences.length === 0 ? {} : { audiences: [...audiences] }) };
  const { status = {} } = await client.post(tokenReviews, {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenReview",
    metadata: {},
    spec,
  });
  return {
    authenticated: status.authenticated ?? false,
    username: status.user?.username ?? "",
    uid: status.user?.uid ?? "",
  };
}

async function addStore(
  client: KubeClient,
  store: DevStore,
  namespace: string,
  overrides: Partial<SecretStoreObject["spec"]>,
): Promise<void> {
  if ((await client.get(namespaces, "", namespace)) === undefined) {
    await client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  }
  await client.create(secrets, {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { namespace, name: "vault-token" },
    stringData: { token: store.rootToken },
  });
  await client.create(secretStores, {
    apiVersion: "external-secrets.io/v1",
    kind: "SecretStore",
    metadata: { namespace, name: "vault" },
    spec: {
      provider: {
        vault: {
          server: store.url,
          path: "secret",
          version: "v2",
          auth: { tokenSecretRef: { name: "vault-token", key: "token" } },
        },
      },
      ...overrides,
    },
  });
}

async function readyOf(client: KubeClient, namespace: string, name: string): Promise<Condition | undefined> {
  const { status } = (await client.get(externalSecrets, namespace, name)) ?? {};
  return status?.conditions?.find(({ type }) => type === "Ready");
}

function textsOf(secret: Secret | undefined): Readonly<Record<string, string>> | undefined {
  if (secret === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(secret.data ?? {}).map(([key, value]) => [key, decodeUtf8(decodeBase64(value) ?? new Uint8Array())]),
  );
}

/** Waits until `look` gives something. @throws AssertionError that says what was waited for */
export async function eventually<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + LIMIT_MS;
  let delayMs = 5;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() > deadline) assert.fail(`did not come true within ${LIMIT_MS / 1000} s: ${what}`);
    await delay(delayMs);
    delayMs = Math.min(100, delayMs * 2);
  }
}
