import type { Lease } from "@tegata/kube-types";
import { isKubeApiError } from "../client/kube-api-error.ts";
import type { KubeClient } from "../client-types.ts";
import { formatMicroTimestamp } from "../objects/timestamps.ts";
import { leases } from "../resources.ts";

/** Which Lease is run for, and as whom. */
export interface LeaseOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly name: string;
  /** Unique among the candidates of all time, e.g. `hostname_uuid`. */
  readonly identity: string;
  readonly leaseMs: number;
  /** Monotonic clock, milliseconds. */
  readonly nowMs: () => number;
  /** Wall clock, written into the Lease for people to read and never compared with. */
  readonly now: () => Date;
}

/**
 * One candidate's view of a Lease. Another holder's lease has run out when this candidate has seen no change of it for its
 * whole duration, by its own monotonic clock: times of different machines are never compared.
 */
export class LeaseCandidate {
  readonly #options: LeaseOptions;
  #seen: Lease | undefined;
  #seenAtMs = 0;

  constructor(options: LeaseOptions) {
    this.#options = options;
  }

  /** Who holds the lease as far as was seen; empty for nobody. */
  get holder(): string {
    return this.#seen?.spec?.holderIdentity ?? "";
  }

  /**
   * Takes the lease if it is free, or renews it.
   *
   * @returns whether we hold it now.
   * @throws KubeApiError if there was no answer or no right.
   */
  async tryHold(signal: AbortSignal): Promise<boolean> {
    const { client, identity } = this.#options;
    if (this.#seen !== undefined && this.holder === identity) {
      // The usual case of a leader: one request, which fails if anybody else has written the Lease.
      const renewed = await this.#write(this.#seen, signal);
      if (renewed) return true;
    }
    const stored = await client.get(leases, this.#options.namespace, this.#options.name, signal);
    if (stored === undefined) return this.#create(signal);
    this.#observe(stored);
    if (this.holder !== "" && this.holder !== identity && !this.#hasRunOut(stored)) return false;
    return this.#write(stored, signal);
  }

  /** Gives the lease up at once, so that another need not wait for its end. */
  async release(signal: AbortSignal): Promise<void> {
    const lease = this.#seen;
    if (lease === undefined || this.holder !== this.#options.identity) return;
    const time = formatMicroTimestamp(this.#options.now());
    const spec = { ...lease.spec, holderIdentity: "", leaseDurationSeconds: 1, renewTime: time, acquireTime: time };
    this.#observe(await this.#options.client.update(leases, { ...lease, spec }, {}, signal));
  }

  async #create(signal: AbortSignal): Promise<boolean> {
    const { client, namespace, name } = this.#options;
    const lease = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { namespace, name } };
    return this.#unlessLost(client.create(leases, { ...lease, spec: this.#spec(undefined) }, {}, signal));
  }

  #write(lease: Lease, signal: AbortSignal): Promise<boolean> {
    const written = { ...lease, spec: { ...lease.spec, ...this.#spec(lease) } };
    return this.#unlessLost(this.#options.client.update(leases, written, {}, signal));
  }

  async #unlessLost(writing: Promise<Lease>): Promise<boolean> {
    try {
      this.#observe(await writing);
      return true;
    } catch (error) {
      if (!isKubeApiError(error, "Conflict", "AlreadyExists", "NotFound")) throw error;
      this.#seen = undefined;
      return false;
    }
  }

  #spec(old: Lease | undefined): NonNullable<Lease["spec"]> {
    const { identity, leaseMs, now } = this.#options;
    const time = formatMicroTimestamp(now());
    const spec = old?.spec;
    const isOurs = spec?.holderIdentity === identity;
    return {
      holderIdentity: identity,
      leaseDurationSeconds: Math.max(1, Math.ceil(leaseMs / 1000)),
      acquireTime: isOurs ? (spec.acquireTime ?? time) : time,
      renewTime: time,
      leaseTransitions: (spec?.leaseTransitions ?? 0) + (old === undefined || isOurs ? 0 : 1),
    };
  }

  #observe(lease: Lease): void {
    if (this.#seen !== undefined && this.#seen.metadata.resourceVersion === lease.metadata.resourceVersion) return;
    this.#seen = lease;
    this.#seenAtMs = this.#options.nowMs();
  }

  #hasRunOut(lease: Lease): boolean {
    const durationMs = (lease.spec?.leaseDurationSeconds ?? 0) * 1000;
    return this.#options.nowMs() >= this.#seenAtMs + durationMs;
  }
}
