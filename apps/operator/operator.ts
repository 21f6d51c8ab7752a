import type { CaMirrorOptions } from "@tegata/ca-mirror";
import { TegataError } from "@tegata/errors";
import {
  type ClusterAccess,
  createEventRecorder,
  createInformerFactory,
  createKubeClient,
  type KubeClient,
  type Runnable,
  startManager,
} from "@tegata/kube";
import { createSecretSync, type SecretSyncOptions, watchWorld } from "@tegata/secret-sync";
import type { Logger } from "@tegata/telemetry";
import { createMetrics } from "@tegata/telemetry/metrics";
import { createTemplateHost } from "@tegata/template-host";
import { caMirrorPart } from "./ca-mirror-part.ts";
import { startWebhook, type WebhookOptions } from "./webhook/webhook.ts";

/** Lease by which the replicas agree on a leader. */
export const OPERATOR_LEASE = "tegata-operator";

/** How the operator is to run. */
export interface OperatorOptions {
  readonly access: ClusterAccess;
  /** Namespace of the Lease and of what belongs to the webhook. */
  readonly namespace: string;
  /** This replica's name in the Lease, in Events and in logs. */
  readonly identity: string;
  readonly metricsHost: string;
  /** 0 lets the system choose. */
  readonly metricsPort: number;
  /** @defaultValue true */
  readonly leaderElection?: boolean;
  readonly logger: Logger;
  readonly secretSync?: SecretSyncOptions;
  /** It runs where the cluster has CAPT's kinds. */
  readonly caMirror?: CaMirrorOptions;
  /** The validating webhook; without it the controllers judge what is stored. */
  readonly webhook?: WebhookOptions;
}

/** A running operator. */
export interface Operator {
  /** e.g. `http://127.0.0.1:8080`, with `/metrics`, `/healthz`, `/readyz`. */
  readonly metricsUrl: string;
  /** Resolves if the operator has ended by itself. */
  readonly failed: Promise<TegataError>;
  /** Stops: no new work, what runs ends, sessions with stores are revoked, the Lease is released. */
  stop(): Promise<void>;
}

/**
 * Starts the operator. It serves `/healthz` and `/metrics` when the promise resolves; `/readyz` follows when its informers
 * have synced, and work begins when this replica leads.
 *
 * @throws TegataError `HEALTH_PORT_UNAVAILABLE`, `WEBHOOK_PORT_UNAVAILABLE`
 */
export async function startOperator(options: OperatorOptions): Promise<Operator> {
  const {
    access,
    namespace,
    identity,
    metricsHost,
    metricsPort,
    logger,
    leaderElection = true,
    secretSync = {},
    caMirror = {},
  } = options;
  const metrics = createMetrics();
  const client = createKubeClient(access, { metrics });
  const informers = createInformerFactory(client, { logger });
  // Every replica watches, so that a new leader has nothing to list.
  watchWorld(informers, secretSync.namespace ?? "");
  const webhook =
    options.webhook === undefined
      ? undefined
      : await startWebhook({ client, informers, logger, namespace, options: options.webhook, now: () => new Date() });
  const stopping = new AbortController();
  const manager = await startManager(
    {
      client,
      informers,
      logger,
      metrics,
      health: { host: metricsHost, port: metricsPort },
      ...(webhook === undefined ? {} : { always: [webhook] }),
      ...(leaderElection ? { leaderElection: { namespace, name: OPERATOR_LEASE, identity } } : {}),
      whenLeading: (leaderClient) => [
        secretSyncPart(leaderClient),
        caMirrorPart({ client: leaderClient, informers, identity, metrics, logger, options: caMirror }),
      ],
    },
    stopping.signal,
  ).catch(async (error: unknown) => {
    await webhook?.close();
    throw error;
  });

  function secretSyncPart(leaderClient: KubeClient): Runnable {
    return {
      name: "secret sync",
      async run(signal) {
        const recorder = createEventRecorder({
          client: leaderClient,
          component: "external-secrets",
          instance: identity,
          logger,
          metrics,
        });
        const sync = createSecretSync({
          client: leaderClient,
          informers,
          recorder,
          registry: metrics,
          logger,
          templateHost: createTemplateHost(() => new Date()),
          options: secretSync,
        });
        await Promise.all(sync.controllers.map((controller) => controller.run(signal)));
        await sync.close();
        await recorder.flush();
      },
    };
  }

  await webhook?.attempted;
  const failed = new Promise<TegataError>((resolve) => {
    manager.ended.catch((error: unknown) => {
      logger.error("operator ended with a failure", { error });
      resolve(asFailure(error));
    });
  });
  return {
    metricsUrl: manager.healthUrl,
    failed,
    async stop() {
      stopping.abort();
      await manager.ended.catch(() => undefined);
      await webhook?.close();
      await client.close();
    },
  };
}

function asFailure(error: unknown): TegataError {
  if (error instanceof TegataError) return error;
  return new TegataError({
    kind: "unavailable",
    code: "OPERATOR_FAILED",
    message: "the operator ended by a bug",
    remedy: "Start it again, and report what the log says.",
    cause: error,
  });
}
