import { join } from "node:path";
import type { Writable } from "node:stream";
import { caMirrorCrds } from "@tegata/ca-mirror";
import { type DevStore, startDevStore } from "@tegata/dev-store";
import { TegataError } from "@tegata/errors";
import { createKubeClient, type KubeClient, parseKubeconfigAccess, tokenReviews } from "@tegata/kube";
import { type KubeApi, startKubeApi } from "@tegata/kube-api";
import type { KubeObject } from "@tegata/kube-types";
import { type Operator, startOperator } from "@tegata/operator";
import { externalSecrets, secretSyncCrds } from "@tegata/secret-sync";
import type { Logger } from "@tegata/telemetry";
import {
  type DataFolder,
  type FolderSettings,
  readSettings,
  takeDataFolder,
  writeFileAtomically,
  writeSettings,
} from "./data-folder.ts";
import { loadClusterExample, waitUntilMirrored } from "./cluster-example.ts";
import { exampleObjects, prepareDevStore } from "./examples.ts";
import { applyObjects, readManifest } from "./manifests.ts";
import { choosePort } from "./ports.ts";
import { createProgress, type Progress } from "./progress.ts";

/** Everything listens here and nowhere else. */
const HOST = "127.0.0.1";
const PREFERRED_PORTS: FolderSettings = { kubePort: 16443, vaultPort: 8200, metricsPort: 8080 };
/** The operator's identity on the embedded API: the ServiceAccount of deploy/operator, with its rights and no more. */
const OPERATOR_USER = "system:serviceaccount:tegata-system:tegata-operator";
const OPERATOR_GROUPS = ["system:serviceaccounts", "system:serviceaccounts:tegata-system"];
const OPERATOR_MANIFEST = join(import.meta.dirname, "..", "..", "deploy", "operator", "operator.yaml");
/** How often the examples are looked at until all are Ready, in milliseconds. */
const READY_POLL_MS = 100;

/** How `tegata up` is to run. */
export interface UpOptions {
  /** Folder for all state. */
  readonly dataDir: string;
  /** `undefined`: the ports that the folder used before, or else free ones from the usual numbers upwards. */
  readonly kubePort: number | undefined;
  readonly vaultPort: number | undefined;
  readonly metricsPort: number | undefined;
  readonly withExamples: boolean;
  /** Longest wait for the examples to be Ready, in seconds. */
  readonly readyTimeoutSeconds: number;
  /** Progress goes here. */
  readonly stderr: Writable;
  readonly isTerminal: boolean;
  readonly logger: Logger;
}

/** A running Tegata: embedded Kubernetes API, dev store, operator. */
export interface Up {
  readonly kubeUrl: string;
  readonly vaultUrl: string;
  readonly metricsUrl: string;
  readonly kubeconfig: string;
  readonly vaultTokenFile: string;
  /** Resolves when a part has ended by itself; says which and why. */
  readonly failed: Promise<TegataError>;
  /** Stops everything, in the reverse order of the start. */
  stop(): Promise<void>;
}

/**
 * Starts everything and waits until the examples are Ready.
 *
 * @throws TegataError `UP_ALREADY_RUNNING`, `UP_SETTINGS_CORRUPT`, `PORT_TAKEN`, `EXAMPLES_NOT_READY`, or what a part throws;
 *   what was started by then is stopped.
 */
export async function startUp(options: UpOptions, signal: AbortSignal): Promise<Up> {
  const progress = createProgress(options.stderr, options.isTerminal);
  const cleanUps: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  };
  try {
    const folder = await takeDataFolder(options.dataDir);
    cleanUps.push(() => folder.release());
    return await startParts({ options, folder, progress, signal, cleanUps, stop });
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Starting {
  readonly options: UpOptions;
  readonly folder: DataFolder;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly cleanUps: (() => Promise<void>)[];
  readonly stop: () => Promise<void>;
}

async function startParts({ options, folder, progress, signal, cleanUps, stop }: Starting): Promise<Up> {
  const { logger } = options;
  const ports = await choosePorts(options, folder);
  const kubeApi = await progress.step(
    "Kubernetes API",
    () =>
      startKubeApi({
        dataDir: folder.kube,
        host: HOST,
        port: ports.kubePort,
        logger: logger.with({ part: "kube-api" }),
      }),
    ({ url }) => url,
  );
  cleanUps.push(() => kubeApi.stop());
  await writeFileAtomically(folder.kubeconfig, kubeApi.adminKubeconfig);
  const client = createKubeClient(await parseKubeconfigAccess(kubeApi.adminKubeconfig));
  cleanUps.push(() => client.close());
  const devStore = await progress.step(
    "Dev secret store (Vault's API)",
    () => startStore(folder, ports, client),
    ({ url }) => url,
  );
  cleanUps.push(() => devStore.stop());
  await writeFileAtomically(folder.vaultToken, `${devStore.rootToken}\n`);
  await progress.step(
    "Kinds and rights",
    () => installKinds(client, signal),
    (count) => `${count} CustomResourceDefinitions`,
  );
  const operator = await progress.step(
    "Operator",
    () => startLocalOperator(kubeApi, ports, logger),
    ({ metricsUrl }) => `${metricsUrl}/metrics`,
  );
  cleanUps.push(() => operator.stop());
  if (options.withExamples)
    await orFailure(
      operator,
      loadExamples(client, devStore, { progress, signal, timeoutSeconds: options.readyTimeoutSeconds }),
    );
  await writeSettings(folder, ports);
  return {
    kubeUrl: kubeApi.url,
    vaultUrl: devStore.url,
    metricsUrl: operator.metricsUrl,
    kubeconfig: folder.kubeconfig,
    vaultTokenFile: folder.vaultToken,
    failed: operator.failed,
    stop,
  };
}

async function choosePorts(options: UpOptions, folder: DataFolder): Promise<FolderSettings> {
  const known = await readSettings(folder);
  const choose = (part: string, flag: string, name: keyof FolderSettings): Promise<number> =>
    choosePort({ part, flag, required: options[name] ?? known?.[name], preferred: PREFERRED_PORTS[name] }, HOST);
  return {
    kubePort: await choose("Kubernetes API", "--port", "kubePort"),
    vaultPort: await choose("Dev secret store", "--vault-port", "vaultPort"),
    metricsPort: await choose("Operator's metrics", "--metrics-port", "metricsPort"),
  };
}

function startStore(folder: DataFolder, { vaultPort }: FolderSettings, client: KubeClient): Promise<DevStore> {
  return startDevStore({
    dataDir: folder.vault,
    host: HOST,
    port: vaultPort,
    // A login by ServiceAccount is checked for real: the API server that issued the token says whose it is.
    reviewToken: async (token, audiences, request) => {
      const { status = {} } = await client.post(
        tokenReviews,
        {
          apiVersion: "authentication.k8s.io/v1",
          kind: "TokenReview",
          metadata: {},
          spec: { token, ...(audiences.length === 0 ? {} : { audiences: [...audiences] }) },
        },
        {},
        request,
      );
      const { authenticated = false, user } = status;
      return { authenticated, username: user?.username ?? "", uid: user?.uid ?? "" };
    },
  });
}

/** @returns how many kinds there are. */
async function installKinds(client: KubeClient, signal: AbortSignal): Promise<number> {
  const crds = [...secretSyncCrds(), ...caMirrorCrds()];
  await applyObjects(client, crds as unknown as KubeObject[], signal);
  await applyObjects(client, await readManifest(OPERATOR_MANIFEST), signal);
  return crds.length;
}

async function startLocalOperator(
  kubeApi: KubeApi,
  { metricsPort }: FolderSettings,
  logger: Logger,
): Promise<Operator> {
  const access = await parseKubeconfigAccess(await kubeApi.kubeconfigFor(OPERATOR_USER, OPERATOR_GROUPS));
  return await startOperator({
    access,
    namespace: "tegata-system",
    // One name for each start: the folder has one user at a time, so a Lease that a killed one left is ours to go on with.
    identity: "tegata-up",
    metricsHost: HOST,
    metricsPort,
    logger: logger.with({ part: "operator" }),
    // The operator writes the port into the webhook's configuration at each start.
    webhook: { host: HOST, port: 0 },
  });
}

/** What waits for the operator need not wait for one that has ended. */
async function orFailure<T>({ failed }: Operator, work: Promise<T>): Promise<T> {
  return await Promise.race([
    work,
    failed.then((failure) => {
      throw failure;
    }),
  ]);
}

interface ExampleLoading {
  readonly progress: Progress;
  readonly signal: AbortSignal;
  readonly timeoutSeconds: number;
}

async function loadExamples(
  client: KubeClient,
  devStore: DevStore,
  { progress, signal, timeoutSeconds }: ExampleLoading,
): Promise<void> {
  await progress.step(
    "Examples",
    async () => {
      await prepareDevStore(devStore);
      const objects = await exampleObjects(devStore.url);
      await applyObjects(client, objects, signal);
      return objects.length + (await loadClusterExample(client, signal));
    },
    (count) => `${count} objects from examples/`,
  );
  await progress.step(
    "ExternalSecrets Ready",
    () => waitUntilReady(client, progress, signal, timeoutSeconds),
    (names) => names.join(", "),
  );
  await progress.step(
    "Cluster CA mirrored",
    () => waitUntilMirrored(client, signal, timeoutSeconds),
    (names) => names,
  );
}

/** @returns the names of the ExternalSecrets. @throws TegataError `EXAMPLES_NOT_READY` naming what is not and why */
async function waitUntilReady(
  client: KubeClient,
  progress: Progress,
  signal: AbortSignal,
  timeoutSeconds: number,
): Promise<string[]> {
  const { setTimeout } = await import("node:timers/promises");
  const deadline = performance.now() + timeoutSeconds * 1000;
  for (;;) {
    const { items } = await client.list(externalSecrets, {}, signal);
    const pending = items.filter(
      ({ status }) => status?.conditions?.find(({ type }) => type === "Ready")?.status !== "True",
    );
    if (pending.length === 0) return items.map(({ metadata }) => `${metadata.namespace ?? ""}/${metadata.name ?? ""}`);
    progress.note(`${items.length - pending.length} of ${items.length}`);
    if (performance.now() > deadline) throw notReady(pending, timeoutSeconds);
    await setTimeout(READY_POLL_MS, undefined, { signal });
  }
}

function notReady(
  pending: readonly (KubeObject & { status?: { conditions?: { type: string; message?: string }[] } })[],
  timeoutSeconds: number,
): TegataError {
  const lines = pending.map(
    ({ metadata, status }) =>
      `${metadata.namespace ?? ""}/${metadata.name ?? ""}: ${status?.conditions?.find(({ type }) => type === "Ready")?.message ?? "not looked at yet"}`,
  );
  return new TegataError({
    kind: "not-ready",
    code: "EXAMPLES_NOT_READY",
    message: `after ${timeoutSeconds} s not every ExternalSecret is Ready:\n  ${lines.join("\n  ")}\n`,
    remedy: "Mend what the reasons name, or start without the examples: --no-examples.",
  });
}
