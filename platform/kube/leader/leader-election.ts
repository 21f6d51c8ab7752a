import { TegataError } from "@tegata/errors";
import type { Logger, Metrics } from "@tegata/telemetry";
import type { KubeClient } from "../client-types.ts";
import { type Clock, pause, systemClock } from "../clock.ts";
import { LeaseCandidate } from "./lease.ts";
import { RenewDeadline } from "./renew-deadline.ts";

/** Milliseconds that others wait without seeing a renewal before they take over. As client-go. */
export const LEASE_MS = 15_000;
/** Milliseconds without a renewal after which the leader stops; before others may start. */
export const RENEW_DEADLINE_MS = 10_000;
/** Milliseconds between attempts. */
export const RETRY_MS = 2000;

// Candidates wait up to this much longer than RETRY_MS, so that they do not ask in step.
const JITTER = 1.2;

/** Who runs for which Lease, in which rhythm. */
export interface LeaderElectionOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  /** Of the Lease, e.g. `tegata-operator`. */
  readonly name: string;
  /** Unique among the candidates of all time, e.g. `hostname_uuid`. */
  readonly identity: string;
  /** @defaultValue {@link LEASE_MS} */
  readonly leaseMs?: number;
  /** @defaultValue {@link RENEW_DEADLINE_MS} */
  readonly renewDeadlineMs?: number;
  /** @defaultValue {@link RETRY_MS} */
  readonly retryMs?: number;
  readonly clock?: Clock;
  readonly now?: () => Date;
  readonly random?: () => number;
  readonly logger?: Logger;
  readonly metrics?: Metrics;
}

/** What a leader is given. */
export interface Leadership {
  /** Aborts when leadership is lost or the whole is stopped. */
  readonly signal: AbortSignal;
  /**
   * Whether the last renewal is recent enough that nobody else can have taken over; also during an orderly stop. Asked before each write (see
   * `fencedClient`): a process that was frozen (SIGSTOP, a paused VM) wakes up in the middle of its work, before any timer of
   * its own has run, and this is what tells it so.
   */
  readonly isHeld: () => boolean;
}

/**
 * Runs for leadership, leads once elected, and gives the Lease up at the end.
 *
 * Resolves after `signal` aborts, or `lead` ends, once the lease is released. What `lead` throws is thrown on.
 *
 * @param lead - works until its `leadership.signal` aborts. Not called if the signal aborts before the election is won.
 * @throws TegataError `LEADERSHIP_LOST` after `lead` has ended: the process should end with it and start anew.
 */
export async function leadWhenElected(
  options: LeaderElectionOptions,
  lead: (leadership: Leadership) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const election = new Election(options);
  const electedAtMs = await election.win(signal);
  if (electedAtMs !== undefined) await election.lead(electedAtMs, lead, signal);
}

class Election {
  readonly #timing: { readonly leaseMs: number; readonly renewDeadlineMs: number; readonly retryMs: number };
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #logger: Logger | undefined;
  readonly #candidate: LeaseCandidate;
  readonly #master: (isMaster: boolean) => void;
  readonly #name: string;

  constructor(options: LeaderElectionOptions) {
    const { client, namespace, name, identity, clock = systemClock, now = () => new Date() } = options;
    const { leaseMs = LEASE_MS, renewDeadlineMs = RENEW_DEADLINE_MS, retryMs = RETRY_MS } = options;
    checkTiming(leaseMs, renewDeadlineMs, retryMs);
    this.#timing = { leaseMs, renewDeadlineMs, retryMs };
    this.#clock = clock;
    this.#random = options.random ?? Math.random;
    this.#name = `${namespace}/${name}`;
    this.#logger = options.logger?.with({ lease: this.#name, identity });
    this.#candidate = new LeaseCandidate({
      client,
      namespace,
      name,
      identity,
      leaseMs,
      nowMs: () => clock.nowMs(),
      now,
    });
    const gauge = options.metrics?.gauge({
      name: "leader_election_master_status",
      help: "1 if this process leads, else 0.",
      labels: ["name"],
    });
    this.#master = (isMaster) => gauge?.set({ name }, isMaster ? 1 : 0);
    this.#master(false);
  }

  /** @returns when the request that won was sent, on the monotonic clock; `undefined` if the signal aborted before. */
  async win(signal: AbortSignal): Promise<number | undefined> {
    let holder = "";
    while (!signal.aborted) {
      const sentAtMs = this.#clock.nowMs();
      if ((await this.#try(signal)) === "held") {
        this.#logger?.info("elected");
        this.#master(true);
        return sentAtMs;
      }
      if (this.#candidate.holder !== holder) {
        holder = this.#candidate.holder;
        this.#logger?.info("another one leads", { holder });
      }
      await pause(this.#clock, this.#timing.retryMs * (1 + JITTER * this.#random()), signal);
    }
    return undefined;
  }

  async lead(electedAtMs: number, lead: (leadership: Leadership) => Promise<void>, signal: AbortSignal): Promise<void> {
    const leading = new AbortController();
    const stop = () => leading.abort(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    const deadline = new RenewDeadline(this.#clock, this.#timing.renewDeadlineMs, electedAtMs);
    const lost = () => leading.abort(leadershipLost(this.#name));
    deadline.onPassed(lost);
    const renewing = new AbortController();
    const renewal = this.#renew(deadline, lost, renewing.signal);
    try {
      await lead({ signal: leading.signal, isHeld: () => !isLeadershipLost(leading.signal) && !deadline.isPassed() });
      if (isLeadershipLost(leading.signal)) throw leading.signal.reason;
    } catch (error) {
      throw isLeadershipLost(leading.signal) ? leading.signal.reason : error;
    } finally {
      signal.removeEventListener("abort", stop);
      renewing.abort();
      await renewal;
      deadline.cancel();
      this.#master(false);
      // Last of all: whoever comes next starts as soon as this is seen.
      if (!isLeadershipLost(leading.signal)) await this.#release();
    }
  }

  async #renew(deadline: RenewDeadline, lost: () => void, signal: AbortSignal): Promise<void> {
    for (;;) {
      await pause(this.#clock, this.#timing.retryMs, signal);
      if (signal.aborted) return;
      const sentAtMs = this.#clock.nowMs();
      const outcome = await this.#try(signal);
      if (signal.aborted) return;
      if (outcome === "held") {
        deadline.renewed(sentAtMs);
      } else if (outcome === "refused") {
        this.#logger?.error("another one has taken the lease", { holder: this.#candidate.holder });
        lost();
        return;
      }
    }
  }

  async #try(signal: AbortSignal): Promise<"held" | "refused" | "unknown"> {
    const limit = new AbortController();
    const onAbort = () => limit.abort(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    const cancel = this.#clock.setTimer(() => limit.abort(), this.#timing.renewDeadlineMs);
    try {
      return (await this.#candidate.tryHold(limit.signal)) ? "held" : "refused";
    } catch (error) {
      if (!signal.aborted) this.#logger?.warn("the lease could not be read or written", { error });
      return "unknown";
    } finally {
      cancel();
      signal.removeEventListener("abort", onAbort);
    }
  }

  async #release(): Promise<void> {
    const limit = new AbortController();
    const cancel = this.#clock.setTimer(() => limit.abort(), this.#timing.renewDeadlineMs);
    try {
      await this.#candidate.release(limit.signal);
    } catch (error) {
      this.#logger?.warn("the lease could not be released; others wait for its end", { error });
    } finally {
      cancel();
    }
  }
}

function checkTiming(leaseMs: number, renewDeadlineMs: number, retryMs: number): void {
  if (leaseMs > renewDeadlineMs && renewDeadlineMs > JITTER * retryMs && retryMs > 0) return;
  throw new TegataError({
    kind: "invalid-input",
    code: "LEADER_ELECTION_TIMING_INVALID",
    message: `leader election: lease ${leaseMs} ms, renew deadline ${renewDeadlineMs} ms, retry ${retryMs} ms do not fit together`,
    remedy: "The lease must be longer than the renew deadline, and that longer than 1.2 times the retry period.",
  });
}

function leadershipLost(name: string): TegataError {
  return new TegataError({
    kind: "unavailable",
    code: "LEADERSHIP_LOST",
    message: `the Lease "${name}" could not be renewed in time, so that another one may lead now`,
    remedy: "Start the process anew; if it happens often, see why the API server is slow or out of reach.",
  });
}

function isLeadershipLost({ reason }: AbortSignal): boolean {
  return reason instanceof TegataError && reason.code === "LEADERSHIP_LOST";
}
