import { SecretBytes } from "@tegata/bytes";
import { asTegataError } from "@tegata/errors";
import type { StoreMetrics } from "../context.ts";
import type {
  ExtractOutcome,
  FetchOutcome,
  FindQuery,
  ReadOutcome,
  RemoteRef,
  SecretId,
  SecretLister,
  SecretWatcher,
  SecretReader,
  SecretExtractor,
  SecretStore,
  SecretWriter,
} from "../contract.ts";
import { storeClosed } from "../store-closed.ts";
import { pick, secretIdKey, throwIfAllFailed } from "../whole-secrets.ts";
import { Batcher } from "./batcher.ts";
import { unavailableIn } from "./breaker.ts";
import { Flights } from "./flights.ts";
import { type GateOptions, StoreGate } from "./gate.ts";

/** How fresh a value must be. */
export interface Freshness {
  /**
   * A read that began earlier, by {@link StoreReader.nowMs}, is not good enough. Pass the time of a forced refresh.
   *
   * @defaultValue {@link FRESHNESS_MS} before now
   */
  readonly notBeforeMs?: number;
}

/** A {@link SecretLister} whose searches are shared. */
export interface SharedLister extends SecretLister {
  find(query: FindQuery, signal: AbortSignal, freshness?: Freshness): Promise<ReadonlyMap<string, SecretBytes>>;
}

/** A store as consumers see it: the same contract, with the reads of all consumers shared. */
export interface SharedStore extends SecretReader, SecretExtractor {
  readonly provider: string;
  /** Present if the store can find. */
  readonly lister?: SharedLister;
  /** Present if the store can be written to. */
  readonly writer?: SecretWriter;
  /** Present if the store announces changes. */
  readonly watcher?: SecretWatcher;
  read(refs: readonly RemoteRef[], signal: AbortSignal, freshness?: Freshness): Promise<readonly ReadOutcome[]>;
  extract(ref: RemoteRef, signal: AbortSignal, freshness?: Freshness): Promise<ExtractOutcome>;
  validate(signal: AbortSignal): Promise<"valid" | "unknown">;
}

/** What the reader gives each store. */
export interface SharedStoreOptions extends GateOptions {
  readonly freshnessMs: number;
  readonly metrics: StoreMetrics;
}

/** Stands before one store: shares reads, and lets what is left through its gate. */
export class GuardedStore implements SharedStore {
  readonly provider: string;
  readonly lister?: SharedLister;
  readonly writer?: SecretWriter;
  readonly watcher?: SecretWatcher;
  readonly #store: SecretStore;
  readonly #options: SharedStoreOptions;
  readonly #gate: StoreGate;
  readonly #fetches: Flights<FetchOutcome>;
  readonly #reads: Flights<ReadOutcome>;
  readonly #extracts: Flights<ExtractOutcome>;
  readonly #finds: Flights<ReadonlyMap<string, SecretBytes>>;
  readonly #batcher: Batcher | undefined;

  constructor(store: SecretStore, options: SharedStoreOptions) {
    const { clock, freshnessMs } = options;
    const nowMs = () => clock.nowMs();
    this.#store = store;
    this.#options = options;
    this.provider = store.provider;
    this.#gate = new StoreGate({ ...options, ...store.budget });
    this.#fetches = new Flights(freshnessMs, nowMs);
    this.#reads = new Flights(freshnessMs, nowMs);
    this.#extracts = new Flights(freshnessMs, nowMs);
    this.#finds = new Flights(freshnessMs, nowMs);
    const { whole, lister, writer, watcher } = store;
    if (whole !== undefined) {
      this.#batcher = new Batcher(whole.batchSize, (ids, signal) =>
        this.#gate.call(signal, (callSignal) => whole.fetch(ids, callSignal), unavailableIn),
      );
    }
    if (lister !== undefined) {
      this.lister = { find: (query, signal, freshness = {}) => this.#find(lister, query, signal, freshness) };
    }
    if (watcher !== undefined) this.watcher = this.#forgetOnChange(watcher);
    if (writer !== undefined) this.writer = this.#guardWriter(writer);
  }

  async read(refs: readonly RemoteRef[], signal: AbortSignal, freshness: Freshness = {}): Promise<ReadOutcome[]> {
    signal.throwIfAborted();
    const results = await Promise.allSettled(refs.map((ref) => this.#readOne(ref, signal, freshness)));
    signal.throwIfAborted();
    return throwIfAllFailed(
      results.map((result): ReadOutcome => {
        if (result.status === "fulfilled") return result.value;
        const error = asTegataError(result.reason);
        if (error === undefined) throw result.reason;
        return { kind: "error", error };
      }),
    );
  }

  async extract(ref: RemoteRef, signal: AbortSignal, freshness: Freshness = {}): Promise<ExtractOutcome> {
    if (this.#batcher !== undefined) {
      const extracted = pick(await this.#fetch(ref, signal, freshness), (secret) => secret.extract(ref.property));
      if (extracted.kind === "error") throw extracted.error;
      return extracted;
    }
    const outcome = await this.#share(this.#extracts, refKey(ref), signal, freshness, (flightSignal) =>
      this.#gate.call(flightSignal, (callSignal) => this.#store.extract(ref, callSignal)),
    );
    return outcome.kind === "found" ? { kind: "found", values: copyAll(outcome.values) } : outcome;
  }

  validate(signal: AbortSignal): Promise<"valid" | "unknown"> {
    return this.#gate.call(signal, (callSignal) => this.#store.validate(callSignal));
  }

  /** Forgets everything, gives up what is under way, and closes the store. */
  async close(): Promise<void> {
    const reason = storeClosed(this.#options.displayName);
    for (const flights of [this.#fetches, this.#reads, this.#extracts, this.#finds]) flights.clear(reason);
    await this.#store.close();
  }

  async #readOne(ref: RemoteRef, signal: AbortSignal, freshness: Freshness): Promise<ReadOutcome> {
    if (this.#batcher !== undefined)
      return pick(await this.#fetch(ref, signal, freshness), (secret) => secret.read(ref.property));
    const outcome = await this.#share(this.#reads, refKey(ref), signal, freshness, async (flightSignal) => {
      const outcomes = await this.#gate.call(
        flightSignal,
        (callSignal) => this.#store.read([ref], callSignal),
        unavailableIn,
      );
      const [only] = outcomes;
      if (only === undefined) throw new Error("a store returned fewer outcomes than it was asked for");
      if (only.kind === "error") throw only.error;
      return only;
    });
    return outcome.kind === "found" ? { ...outcome, bytes: copy(outcome.bytes) } : outcome;
  }

  #fetch(id: SecretId, signal: AbortSignal, freshness: Freshness): Promise<FetchOutcome> {
    const { key, version, what } = id;
    return this.#share(this.#fetches, secretIdKey(id), signal, freshness, async (flightSignal) => {
      const outcome = await this.#batcher?.fetch({ key, version, what }, flightSignal);
      if (outcome === undefined) throw new Error("a store without whole secrets was asked for one");
      // Thrown, so that it is not kept: the next reader asks again.
      if (outcome.kind === "error") throw outcome.error;
      return outcome;
    });
  }

  async #find(
    lister: SecretLister,
    query: FindQuery,
    signal: AbortSignal,
    freshness: Freshness,
  ): Promise<ReadonlyMap<string, SecretBytes>> {
    const tags = Object.entries(query.tags).sort(([a], [b]) => (a < b ? -1 : 1));
    const key = JSON.stringify([query.path, query.nameRegexp, tags]);
    const found = await this.#share(this.#finds, key, signal, freshness, (flightSignal) =>
      this.#gate.call(flightSignal, (callSignal) => lister.find(query, callSignal)),
    );
    return copyAll(found);
  }

  /** What was written must not be hidden by what was read before. */
  #guardWriter(writer: SecretWriter): SecretWriter {
    const written = <T>(value: T): T => {
      this.#forget();
      return value;
    };
    const call = <T>(signal: AbortSignal, send: (signal: AbortSignal) => Promise<T>) => this.#gate.call(signal, send);
    return {
      write: (ref, bytes, signal) => call(signal, (callSignal) => writer.write(ref, bytes, callSignal)).then(written),
      remove: (ref, signal) => call(signal, (callSignal) => writer.remove(ref, callSignal)).then(written),
      exists: (ref, signal) => call(signal, (callSignal) => writer.exists(ref, callSignal)),
    };
  }

  /** Who reads because of a change must not get what was read before it. */
  #forgetOnChange(watcher: SecretWatcher): SecretWatcher {
    return {
      watch: (onChange, signal) =>
        watcher.watch((key) => {
          this.#forget();
          onChange(key);
        }, signal),
    };
  }

  #forget(): void {
    for (const flights of [this.#fetches, this.#reads, this.#extracts, this.#finds]) flights.forget();
  }

  async #share<T>(
    flights: Flights<T>,
    key: string,
    signal: AbortSignal,
    { notBeforeMs = this.#options.clock.nowMs() - this.#options.freshnessMs }: Freshness,
    start: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { metrics, displayName } = this.#options;
    try {
      const { value, shared } = await flights.share(key, notBeforeMs, signal, start);
      metrics.read(displayName, shared ? "shared" : "fetched");
      return value;
    } catch (error) {
      const code = asTegataError(error)?.code;
      metrics.read(
        displayName,
        code === "STORE_THROTTLED" ? "throttled" : code === "STORE_DOWN" ? "rejected" : "fetched",
      );
      throw error;
    }
  }
}

function refKey(ref: RemoteRef): string {
  return JSON.stringify([ref.key, ref.property, ref.version, ref.what]);
}

function copy(bytes: SecretBytes): SecretBytes {
  return new SecretBytes(bytes.reveal().slice());
}

function copyAll(values: ReadonlyMap<string, SecretBytes>): Map<string, SecretBytes> {
  return new Map([...values].map(([key, value]) => [key, copy(value)]));
}
