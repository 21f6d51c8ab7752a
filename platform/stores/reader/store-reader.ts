import { systemClock } from "../clock.ts";
import type { Clock, StoreMetrics } from "../context.ts";
import type { SecretStore } from "../contract.ts";
import { noMetrics } from "../metrics.ts";
import { GuardedStore, type SharedStore } from "./shared-store.ts";

/** A read is shared by all who ask within this time of its beginning, in milliseconds; no value is kept for longer. */
export const FRESHNESS_MS = 2_000;
/** Calls to one store at a time. */
export const STORE_CONCURRENCY = 16;
/** Calls to one store per second, and at once after a quiet time. */
export const STORE_CALLS_PER_SECOND = 300;
export const STORE_BURST = 600;
/** Longest time for one call to a store, in milliseconds. */
export const STORE_CALL_TIMEOUT_MS = 30_000;

export interface StoreReaderOptions {
  /** @defaultValue {@link FRESHNESS_MS} */
  readonly freshnessMs?: number;
  /** @defaultValue {@link STORE_CONCURRENCY} */
  readonly concurrency?: number;
  /** @defaultValue {@link STORE_CALLS_PER_SECOND} */
  readonly callsPerSecond?: number;
  /** @defaultValue {@link STORE_BURST} */
  readonly burst?: number;
  /** @defaultValue {@link STORE_CALL_TIMEOUT_MS} */
  readonly callTimeoutMs?: number;
  /** @defaultValue {@link systemClock} */
  readonly clock?: Clock;
  /** @defaultValue {@link noMetrics} */
  readonly metrics?: StoreMetrics;
  /** From 0 to 1, for jitter. @defaultValue `Math.random` */
  readonly random?: () => number;
}

/** Which store, as whom, in which state of its manifest. */
export interface StoreIdentity {
  /** Store and identity: consumers with the same key share everything. For a store that logs in as its consumer's namespace, that belongs to it. */
  readonly key: string;
  /** Changes whenever the store must be opened anew: of its spec, and of the Secrets that hold its credentials. */
  readonly revision: string;
  /** How messages and metrics name it, e.g. `SecretStore "shop/vault"`. */
  readonly displayName: string;
}

interface Entry {
  readonly revision: string;
  readonly opening: Promise<GuardedStore>;
}

/**
 * The one reader between everything that wants secrets and the stores (design decision 7). Each store is opened once per
 * identity; each secret is read once for all who want it at the same time, whatever property of it they want; and each
 * store is asked within its budget, not before the end of a pause that it asked for, and in growing intervals while it is down.
 */
export class StoreReader {
  readonly #options: Required<StoreReaderOptions>;
  readonly #entries = new Map<string, Entry>();

  constructor(options: StoreReaderOptions = {}) {
    this.#options = {
      freshnessMs: FRESHNESS_MS,
      concurrency: STORE_CONCURRENCY,
      callsPerSecond: STORE_CALLS_PER_SECOND,
      burst: STORE_BURST,
      callTimeoutMs: STORE_CALL_TIMEOUT_MS,
      clock: systemClock,
      metrics: noMetrics,
      random: Math.random,
      ...options,
    };
  }

  /** The clock that {@link Freshness} is told by. */
  nowMs(): number {
    return this.#options.clock.nowMs();
  }

  /**
   * The store of an identity, opened if this is the first use of its revision; one of an older revision is closed.
   *
   * @param open - as `openStore` does; a failure is not kept.
   */
  async use(identity: StoreIdentity, open: () => Promise<SecretStore>): Promise<SharedStore> {
    const known = this.#entries.get(identity.key);
    if (known?.revision === identity.revision) return known.opening;
    const entry = { revision: identity.revision, opening: this.#open(identity, open) };
    this.#entries.set(identity.key, entry);
    entry.opening.catch(() => this.#remove(identity.key, entry));
    if (known !== undefined) void closeQuietly(known);
    return entry.opening;
  }

  /** Closes the store of an identity that is used no more. */
  async release(key: string): Promise<void> {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#remove(key, entry);
    await closeQuietly(entry);
  }

  /** Closes all stores: their sessions are revoked. */
  async close(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    await Promise.all(entries.map(closeQuietly));
  }

  async #open({ displayName }: StoreIdentity, open: () => Promise<SecretStore>): Promise<GuardedStore> {
    return new GuardedStore(await open(), { ...this.#options, displayName });
  }

  #remove(key: string, entry: Entry): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }
}

/** A store that cannot say goodbye is gone all the same. */
async function closeQuietly({ opening }: Entry): Promise<void> {
  await opening.then((store) => store.close()).catch(() => undefined);
}
