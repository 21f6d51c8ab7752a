import { type HealthCheck, type HealthServer, type Logger, type Metrics, startHealthServer } from "@tegata/telemetry";
import type { KubeClient } from "../client-types.ts";
import { type Clock, systemClock } from "../clock.ts";
import type { InformerFactory } from "../informer/informer-factory.ts";
import { fencedClient } from "../leader/fenced-client.ts";
import { type LeaderElectionOptions, leadWhenElected } from "../leader/leader-election.ts";
import { Group, type Runnable } from "./group.ts";

/** Milliseconds that parts have for stopping. controller-runtime's GracefulShutdownTimeout. */
export const STOP_TIMEOUT_MS = 30_000;

/** What a manager runs. */
export interface ManagerOptions {
  readonly informers: InformerFactory;
  /** Parts that every replica runs, e.g. webhooks, a dashboard. They start when the informers have synced. */
  readonly always?: readonly Runnable[];
  /**
   * Parts that only the leader runs, made when it is elected.
   *
   * @param client - refuses writes once leadership is not sure; the plain client without an election.
   */
  readonly whenLeading: (client: KubeClient) => readonly Runnable[];
  readonly client: KubeClient;
  /** Without it this process leads at once. */
  readonly leaderElection?: Omit<LeaderElectionOptions, "client" | "clock" | "logger" | "metrics">;
  /** Where `/healthz`, `/readyz` and `/metrics` are served; nowhere if absent. */
  readonly health?: { readonly host?: string; readonly port: number };
  readonly ready?: readonly HealthCheck[];
  readonly live?: readonly HealthCheck[];
  /** @defaultValue {@link STOP_TIMEOUT_MS} */
  readonly stopTimeoutMs?: number;
  readonly syncTimeoutMs?: number;
  readonly clock?: Clock;
  readonly logger?: Logger;
  readonly metrics?: Metrics;
}

/** A running manager. */
export interface Manager {
  /** The health server's address; empty without one. */
  readonly healthUrl: string;
  /**
   * Resolves when everything has stopped after the signal aborted.
   *
   * @throws what ended it: a part's error, `LEADERSHIP_LOST`, `KUBE_SYNC_TIMEOUT`, or `STOP_TIMEOUT` if parts did not stop.
   */
  readonly ended: Promise<void>;
}

/**
 * Runs the parts of a program in their order: health, informers (until synced), parts of every replica, and, once elected,
 * parts of the leader. Stops in the reverse order; the Lease is released after the last write, health goes last.
 *
 * @throws TegataError `HEALTH_PORT_UNAVAILABLE`
 */
export async function startManager(options: ManagerOptions, signal: AbortSignal): Promise<Manager> {
  const health = await startHealth(options);
  const ended = runAll(options, health, signal);
  // Who starts a manager may look at its end later; until then a failure is not an unhandled one.
  ended.catch(() => undefined);
  return { healthUrl: health?.url ?? "", ended };
}

async function startHealth(options: ManagerOptions): Promise<HealthServer | undefined> {
  const { health, informers, ready = [], live = [], metrics, logger } = options;
  if (health === undefined) return undefined;
  const synced: HealthCheck = { name: "informers", check: () => informers.notSynced().join("; ") || undefined };
  return startHealthServer({
    ...health,
    live,
    ready: [synced, ...ready],
    ...(metrics === undefined ? {} : { metrics }),
    ...(logger === undefined ? {} : { logger }),
  });
}

async function runAll(options: ManagerOptions, health: HealthServer | undefined, signal: AbortSignal): Promise<void> {
  const { informers, always = [], clock = systemClock, stopTimeoutMs = STOP_TIMEOUT_MS } = options;
  const parts = new Group(signal);
  const caches = new Group(undefined);
  caches.start({ name: "informers", run: (stop) => informers.run(stop) });
  try {
    if (await synced(options, parts.signal)) {
      for (const part of always) parts.start(part);
      parts.start({ name: "leader election", run: (stop) => runLeader(options, stop) });
      await parts.firstEnd();
    }
  } catch (error) {
    parts.fail(error);
  }
  await parts.stop(clock, stopTimeoutMs);
  await caches.stop(clock, stopTimeoutMs);
  await health?.close();
  parts.throwFailure();
}

async function synced({ informers, syncTimeoutMs }: ManagerOptions, signal: AbortSignal): Promise<boolean> {
  try {
    await informers.waitForSync(signal, syncTimeoutMs);
    return !signal.aborted;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

async function runLeader(options: ManagerOptions, signal: AbortSignal): Promise<void> {
  const { client, leaderElection, whenLeading, clock = systemClock, stopTimeoutMs = STOP_TIMEOUT_MS } = options;
  const lead = async (leaderSignal: AbortSignal, leaderClient: KubeClient) => {
    const parts = new Group(leaderSignal);
    for (const part of whenLeading(leaderClient)) parts.start(part);
    await parts.firstEnd();
    await parts.stop(clock, stopTimeoutMs);
    parts.throwFailure();
  };
  if (leaderElection === undefined) return lead(signal, client);
  const { logger, metrics } = options;
  const election = {
    ...leaderElection,
    client,
    clock,
    ...(logger === undefined ? {} : { logger }),
    ...(metrics === undefined ? {} : { metrics }),
  };
  return leadWhenElected(
    election,
    (leadership) => lead(leadership.signal, fencedClient(client, leadership.isHeld)),
    signal,
  );
}
