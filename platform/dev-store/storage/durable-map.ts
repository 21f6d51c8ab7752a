import { type FileHandle, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { TegataError } from "@tegata/errors";
import type { JsonValue } from "@tegata/kube-types";
import { parseExactJson } from "./exact-json.ts";
import { takeLock } from "./lock.ts";

/** One change: a value to put, or `undefined` to delete. */
export type Change = readonly [key: string, value: JsonValue | undefined];

/** An ordered map of JSON values that is kept on disk, or only in memory. */
export interface DurableMap {
  get(key: string): JsonValue | undefined;
  /** The keys that begin with `prefix`, sorted. */
  keys(prefix: string): string[];
  /**
   * Applies all changes or none. They are visible at once, and durable when the promise resolves.
   *
   * @throws TegataError `DEV_STORE_DISK`: the disk refused them, and the store takes no more
   */
  write(changes: readonly Change[]): Promise<void>;
  close(): Promise<void>;
}

/** The log is folded into a new snapshot when it is longer than this, and than the snapshot itself. */
const FOLD_BYTES = 4 * 1024 * 1024;

/** A map that is gone with the process. */
export function memoryMap(): DurableMap {
  return new LoggedMap(undefined, undefined);
}

/**
 * Opens a map in a directory, which is made if it does not exist. Files are readable by their owner only. Each write is
 * a line in a log, synchronised to the disk before it is acknowledged, many at a time; a torn last line is cut off.
 *
 * @throws TegataError `DEV_STORE_LOCKED` if another process has it open, `DEV_STORE_CORRUPT` if a line before the last is damaged
 */
export async function openDurableMap(directory: string): Promise<DurableMap> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const lock = await takeLock(join(directory, "lock"));
  try {
    const map = new LoggedMap(directory, lock);
    await map.load();
    return map;
  } catch (error) {
    await lock.release();
    throw error;
  }
}

interface Line {
  /** Of the write, counted from 1. */
  readonly n: number;
  /** Key and value; a key alone was deleted. */
  readonly c: (readonly [string, JsonValue] | readonly [string])[];
}

class LoggedMap implements DurableMap {
  readonly #values = new Map<string, JsonValue>();
  /** The keys in order; made when it is asked for, and again after the set of keys has changed. */
  #sorted: string[] | undefined;
  readonly #directory: string | undefined;
  readonly #lock: { release(): Promise<void> } | undefined;
  #log: FileHandle | undefined;
  #sequence = 0;
  #logBytes = 0;
  #snapshotBytes = 0;
  #waiting: { line: string; done: PromiseWithResolvers<void> }[] = [];
  #flushing: Promise<void> | undefined;
  #failure: TegataError | undefined;

  constructor(directory: string | undefined, lock: { release(): Promise<void> } | undefined) {
    this.#directory = directory;
    this.#lock = lock;
  }

  get(key: string): JsonValue | undefined {
    return this.#values.get(key);
  }

  keys(prefix: string): string[] {
    this.#sorted ??= [...this.#values.keys()].sort();
    const from = lowerBound(this.#sorted, prefix);
    let to = from;
    while (this.#sorted[to]?.startsWith(prefix)) to++;
    return this.#sorted.slice(from, to);
  }

  async write(changes: readonly Change[]): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    for (const [key, value] of changes) this.#apply(key, value);
    this.#sequence++;
    if (this.#directory === undefined) return;
    const done = Promise.withResolvers<void>();
    this.#waiting.push({ line: encodeLine(this.#sequence, changes), done });
    this.#flushing ??= this.#flush().finally(() => {
      this.#flushing = undefined;
    });
    await done.promise;
  }

  async close(): Promise<void> {
    await this.#flushing;
    await this.#log?.close();
    this.#log = undefined;
    await this.#lock?.release();
  }

  async load(): Promise<void> {
    if (this.#directory === undefined) return;
    await rm(this.#path("snapshot.new"), { force: true });
    const snapshot = await readIfThere(this.#path("snapshot"));
    this.#snapshotBytes = snapshot.length;
    this.#replay(snapshot, "snapshot");
    const log = await readIfThere(this.#path("log"));
    const goodBytes = this.#replay(log, "log");
    this.#log = await open(this.#path("log"), "a", 0o600);
    if (goodBytes < log.length) await this.#log.truncate(goodBytes);
    this.#logBytes = goodBytes;
  }

  /** @returns how many bytes hold whole lines. */
  #replay(bytes: Buffer, name: string): number {
    let from = 0;
    for (;;) {
      const end = bytes.indexOf(0x0a, from);
      const line = end < 0 ? undefined : decodeLine(bytes.subarray(from, end).toString("utf8"));
      if (line === undefined) break;
      // A crash between the rename of a snapshot and the cutting of the log leaves lines that the snapshot has already.
      if (line.n > this.#sequence) for (const [key, value] of line.c) this.#apply(key, value);
      this.#sequence = Math.max(this.#sequence, line.n);
      from = end + 1;
    }
    const isTorn = name === "log" && bytes.indexOf(0x0a, from) === bytes.length - 1;
    if (from < bytes.length && bytes.includes(0x0a, from) && !isTorn) throw this.#corrupt(name);
    return from;
  }

  #apply(key: string, value: JsonValue | undefined): void {
    if (this.#values.has(key) !== (value !== undefined)) this.#sorted = undefined;
    if (value === undefined) this.#values.delete(key);
    else this.#values.set(key, value);
  }

  /** Group commit: what arrives during one synchronisation goes to disk with the next. */
  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        const bytes = Buffer.from(batch.map(({ line }) => line).join(""));
        await this.#log?.appendFile(bytes);
        await this.#log?.datasync();
        this.#logBytes += bytes.length;
        if (this.#logBytes > Math.max(FOLD_BYTES, this.#snapshotBytes)) await this.#fold();
        for (const { done } of batch) done.resolve();
      } catch (cause) {
        // After a failed synchronisation nobody knows what is on the disk, so nothing more is acknowledged.
        this.#failure = new TegataError({
          kind: "unavailable",
          code: "DEV_STORE_DISK",
          message: `the dev store cannot write to ${this.#directory}`,
          remedy: "Free or repair the disk and start again",
          cause,
        });
        for (const { done } of [...batch, ...this.#waiting]) done.reject(this.#failure);
        this.#waiting = [];
      }
    }
  }

  /** Writes everything to a new snapshot, which replaces the old one at once or not at all. */
  async #fold(): Promise<void> {
    const changes = [...this.#values].map(([key, value]): Change => [key, value]);
    const text = encodeLine(this.#sequence, changes);
    const file = await open(this.#path("snapshot.new"), "w", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(this.#path("snapshot.new"), this.#path("snapshot"));
    await syncDirectory(this.#directory ?? ".");
    await this.#log?.truncate(0);
    this.#logBytes = 0;
    this.#snapshotBytes = Buffer.byteLength(text);
  }

  #path(name: string): string {
    return join(this.#directory ?? ".", name);
  }

  #corrupt(name: string): TegataError {
    return new TegataError({
      kind: "integrity",
      code: "DEV_STORE_CORRUPT",
      message: `${this.#path(name)} is damaged`,
      remedy: "Restore the directory from a copy, or remove it to begin anew",
    });
  }
}

/** Index of the first key that is not less than the wanted one. */
function lowerBound(sorted: readonly string[], wanted: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? "") < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

function encodeLine(sequence: number, changes: readonly Change[]): string {
  const line: Line = { n: sequence, c: changes.map(([key, value]) => (value === undefined ? [key] : [key, value])) };
  const json = JSON.stringify(line);
  return `${crc32(json).toString(16).padStart(8, "0")} ${json}\n`;
}

function decodeLine(text: string): Line | undefined {
  const json = text.slice(9);
  if (text.slice(0, 9) !== `${crc32(json).toString(16).padStart(8, "0")} `) return undefined;
  // The checksum says that these are our own bytes.
  return parseExactJson(json) as unknown as Line;
}

async function readIfThere(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return Buffer.alloc(0);
    throw error;
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
