import { chmod, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { KubeObject } from "@tegata/kube-types";
import type { Logger } from "@tegata/telemetry";
import { lockDataDir } from "./data-lock.ts";
import { History, type WindowLimits } from "./history.ts";
import { encodeRecord, type LogRecord, recordOf } from "./log-record.ts";
import { LogWriter } from "./log-writer.ts";
import { recover, segmentName } from "./recovery.ts";
import type { Revision } from "./revision.ts";
import { writeSnapshot } from "./snapshot.ts";
import {
  type Change,
  ExpiredVersionError,
  type ListPage,
  type ObjectKey,
  StaleVersionError,
  type Store,
  type WatchRange,
} from "./types.ts";
import { inRange, Watchers } from "./watchers.ts";

/** How much of the past is kept for watches and continued lists. */
export const WINDOW_LIMITS: WindowLimits = { maxRevisions: 100_000, maxAgeMs: 10 * 60_000, maxBytes: 256 << 20 };

/** A segment of the log that has grown beyond this many bytes is replaced by a snapshot. */
export const SNAPSHOT_AFTER_BYTES = 32 << 20;

/** How a store is to be opened. */
export interface StoreOptions {
  /** Folder of the log and its snapshots, or `memory`. */
  readonly dataDir: string;
  readonly now: () => Date;
  readonly logger?: Logger | undefined;
  /** @defaultValue {@link WINDOW_LIMITS} */
  readonly window?: WindowLimits;
  /** @defaultValue {@link SNAPSHOT_AFTER_BYTES} */
  readonly snapshotAfterBytes?: number;
}

/**
 * Opens a store, and locks and reads its folder if it has one.
 *
 * @throws TegataError `KUBE_API_DATA_LOCKED` if another server uses the folder, `KUBE_API_DATA_CORRUPT` if its files are
 *   damaged (never repaired silently).
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const store = new MvccStore(options);
  if (options.dataDir !== "memory") await store.openDir(options.dataDir);
  return store;
}

class MvccStore implements Store {
  readonly #options: StoreOptions;
  readonly #history: History;
  readonly #watchers = new Watchers((error) => {
    this.#options.logger?.error("a watcher of the store failed", { error });
  });
  /** Written but not yet durable, oldest first. */
  #unsettled: { readonly revision: Revision; readonly durable: Promise<void> }[] = [];
  readonly #arrivals = new Set<() => void>();
  #lastVersion = 0;
  #dir = "";
  #log: LogWriter | undefined;
  #snapshotting: Promise<void> | undefined;
  #snapshotBytes = 0;
  #unlock: (() => Promise<void>) | undefined;

  constructor(options: StoreOptions) {
    this.#options = options;
    this.#history = new History(options.window ?? WINDOW_LIMITS);
  }

  async openDir(dir: string): Promise<void> {
    this.#dir = dir;
    await mkdir(dir, { recursive: true, mode: 0o700 });
    // A folder that holds other things is somebody else's to protect; our files in it are closed to others anyway.
    if ((await readdir(dir)).every(isDataFile)) await chmod(dir, 0o700);
    this.#unlock = await lockDataDir(dir);
    try {
      await this.#replay();
      this.#log = await this.#openLog();
    } catch (error) {
      await this.#unlock();
      throw error;
    }
  }

  get version(): number {
    return this.#history.published;
  }

  get({ collection, key }: ObjectKey): Revision | undefined {
    return this.#history.at(collection, key, this.#history.published);
  }

  head({ collection, key }: ObjectKey): Revision | undefined {
    return this.#history.head(collection, key);
  }

  list(range: Parameters<Store["list"]>[0]): ListPage {
    const version = range.atVersion ?? this.#history.published;
    if (version < this.#history.oldest) throw new ExpiredVersionError(version, this.#history.oldest);
    return { ...this.#history.list({ ...range, atVersion: version }), version };
  }

  async commit(change: Change): Promise<Revision> {
    const { collection, key, expectedVersion, object } = change;
    const head = this.head(change);
    if ((head?.version ?? 0) !== expectedVersion) throw new StaleVersionError(head);
    this.#log?.checkUsable();
    const version = this.#lastVersion + 1;
    const bytes = object === undefined ? lastState(head, version) : encodeAt(object, version);
    const revision = this.#history.push({ collection, key, version, deleted: object === undefined, bytes });
    this.#lastVersion = version;
    await this.#makeDurable(revision);
    return revision;
  }

  async settled(revision: Revision): Promise<void> {
    if (revision.version <= this.version) return;
    await this.#unsettled.find((entry) => entry.revision === revision)?.durable;
  }

  watch(range: WatchRange, onRevisions: (revisions: readonly Revision[]) => void): () => void {
    if (range.fromVersion < this.#history.oldest) {
      throw new ExpiredVersionError(range.fromVersion, this.#history.oldest);
    }
    const past = inRange(this.#history.since(range.fromVersion), range);
    if (past.length > 0) onRevisions(past);
    return this.#watchers.add(range, (revisions) => {
      // A watch may begin in the future.
      const wanted = revisions.filter(({ version }) => version > range.fromVersion);
      if (wanted.length > 0) onRevisions(wanted);
    });
  }

  async reached(version: number, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    if (this.version >= version || signal.aborted) return this.version >= version;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        this.#arrivals.delete(arrived);
        resolve();
      };
      const arrived = (): void => void (this.version >= version && done());
      const timer = setTimeout(done, timeoutMs);
      signal.addEventListener("abort", done, { once: true });
      this.#arrivals.add(arrived);
    });
    return this.version >= version;
  }

  async close(): Promise<void> {
    await this.#snapshotting;
    await this.#log?.close();
    await this.#unlock?.();
  }

  async #replay(): Promise<void> {
    const { version, objects, writes, tornAt } = await recover(this.#dir);
    if (tornAt !== undefined) this.#options.logger?.warn("cut off a write that was never acknowledged", tornAt);
    for (const record of objects) this.#restore(record);
    this.#history.startAt(version);
    const nowMs = this.#options.now().getTime();
    for (const record of writes) this.#history.publish([this.#restore(record)], nowMs);
    this.#lastVersion = this.#history.published;
  }

  #restore({ collection, key, version, bytes }: LogRecord): Revision {
    // Copied out of the file's buffer, which would else stay in memory as long as any one of its records.
    const copy = bytes === undefined ? lastState(this.head({ collection, key }), version) : Buffer.from(bytes);
    return this.#history.push({ collection, key, version, deleted: bytes === undefined, bytes: copy });
  }

  #openLog(): Promise<LogWriter> {
    return LogWriter.open(join(this.#dir, segmentName(this.version + 1)), {
      onDurable: (count) => this.#publish(this.#unsettled.splice(0, count).map(({ revision }) => revision)),
      onFailed: () => this.#rollBack(),
    });
  }

  async #makeDurable(revision: Revision): Promise<void> {
    if (this.#log === undefined) {
      this.#publish([revision]);
      return;
    }
    const durable = this.#log.append(encodeRecord(recordOf(revision)));
    this.#unsettled.push({ revision, durable });
    await durable;
    this.#snapshotting ??= this.#snapshotIfLarge(this.#log);
  }

  #publish(revisions: readonly Revision[]): void {
    this.#history.publish(revisions, this.#options.now().getTime());
    this.#watchers.notify(revisions);
    for (const arrived of this.#arrivals) arrived();
  }

  #rollBack(): void {
    for (const { revision } of this.#unsettled.reverse()) this.#history.pop(revision);
    this.#unsettled = [];
    // No reader has seen the versions of the failed writes, so they are given again: the log must have no gaps.
    this.#lastVersion = this.#history.published;
  }

  #snapshotIfLarge(log: LogWriter): Promise<void> | undefined {
    const limit = Math.max(this.#options.snapshotAfterBytes ?? SNAPSHOT_AFTER_BYTES, this.#snapshotBytes);
    if (log.size < limit) return undefined;
    return this.#snapshot(log).finally(() => {
      this.#snapshotting = undefined;
    });
  }

  async #snapshot(log: LogWriter): Promise<void> {
    try {
      await log.rotate(() => join(this.#dir, segmentName(this.version + 1)));
      this.#snapshotBytes = await writeSnapshot(this.#dir, this.version, [...this.#history.live()]);
    } catch (error) {
      // The log alone is complete, so nothing is lost; a later write tries again.
      this.#options.logger?.error("snapshot failed", { error });
    }
  }
}

function isDataFile(name: string): boolean {
  return /^(lock|log-|snapshot-|pki$)/.test(name);
}

function encodeAt(object: KubeObject, version: number): Buffer {
  object.metadata.resourceVersion = String(version);
  return Buffer.from(JSON.stringify(object));
}

/** What the event of a removal shows. The log does not repeat it. */
function lastState(head: Revision | undefined, version: number): Buffer {
  return head === undefined ? Buffer.from("{}") : encodeAt(head.copy(), version);
}
