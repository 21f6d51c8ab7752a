import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { TegataError } from "@tegata/errors";
import { syncDir } from "./sync-dir.ts";

interface Pending {
  readonly record: Buffer;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface Rotation {
  readonly nextPath: () => string;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** What a {@link LogWriter} tells its owner about each batch, in the order of the records. */
export interface LogWriterEvents {
  /** The first `count` of the records that are not settled are on disk. Called before their promises resolve. */
  onDurable(count: number): void;
  /** None of the records that are not settled was written, nor will be. Called before their promises reject. */
  onFailed(): void;
}

/**
 * Appends records to one file. Records that arrive while the disk is busy are written together by the next write and
 * `fdatasync` (group commit), so throughput grows with the number of writers while none is told of a write too early.
 */
export class LogWriter {
  readonly #events: LogWriterEvents;
  #path: string;
  #handle: FileHandle;
  #queue: Pending[] = [];
  #rotation: Rotation | undefined;
  #flushing: Promise<void> | undefined;
  #size: number;
  #broken: unknown;

  private constructor(path: string, handle: FileHandle, size: number, events: LogWriterEvents) {
    this.#path = path;
    this.#handle = handle;
    this.#size = size;
    this.#events = events;
  }

  /** Opens a file, made with mode 0600 if it does not exist, to append to it. */
  static async open(path: string, events: LogWriterEvents): Promise<LogWriter> {
    const handle = await open(path, "a", 0o600);
    await syncDir(dirname(path));
    return new LogWriter(path, handle, (await handle.stat()).size, events);
  }

  /** Length of the file in bytes. */
  get size(): number {
    return this.#size;
  }

  /** @throws TegataError `KUBE_API_STORAGE_FAILED` if an earlier failure has left the file in an unknown state. */
  checkUsable(): void {
    if (this.#broken !== undefined) throw storageFailed(this.#path, this.#broken);
  }

  /** Resolves when the record is on disk. @throws TegataError `KUBE_API_STORAGE_FAILED` */
  append(record: Buffer): Promise<void> {
    const written = new Promise<void>((resolve, reject) => this.#queue.push({ record, resolve, reject }));
    this.#flushing ??= this.#flush();
    return written;
  }

  /** Goes on in a new file, whose path is asked for between two batches: when all earlier records are durable. */
  rotate(nextPath: () => string): Promise<void> {
    const rotated = new Promise<void>((resolve, reject) => {
      this.#rotation = { nextPath, resolve, reject };
    });
    this.#flushing ??= this.#flush();
    return rotated;
  }

  /** Writes what is pending and closes the file. */
  async close(): Promise<void> {
    while (this.#flushing !== undefined) await this.#flushing;
    await this.#handle.close();
  }

  async #flush(): Promise<void> {
    // A turn of the loop lets the requests that are already here join the first batch.
    await new Promise(setImmediate);
    while (this.#queue.length > 0 || this.#rotation !== undefined) {
      if (this.#rotation !== undefined) await this.#rotate(this.#rotation);
      const batch = this.#queue;
      this.#queue = [];
      if (batch.length > 0) await this.#writeBatch(batch);
    }
    this.#flushing = undefined;
  }

  async #rotate({ nextPath, resolve, reject }: Rotation): Promise<void> {
    this.#rotation = undefined;
    try {
      const path = nextPath();
      const next = await open(path, "a", 0o600);
      await syncDir(dirname(path));
      await this.#handle.close();
      this.#path = path;
      this.#handle = next;
      this.#size = 0;
      resolve();
    } catch (error) {
      reject(error);
    }
  }

  async #writeBatch(batch: readonly Pending[]): Promise<void> {
    const bytes = Buffer.concat(batch.map(({ record }) => record));
    try {
      await this.#handle.appendFile(bytes);
      await this.#sync();
    } catch (error) {
      await this.#undo();
      this.#fail(batch, error);
      return;
    }
    this.#size += bytes.length;
    this.#events.onDurable(batch.length);
    for (const { resolve } of batch) resolve();
  }

  async #sync(): Promise<void> {
    try {
      await this.#handle.datasync();
    } catch (error) {
      // After a failed fsync the kernel may have dropped the pages, and a later fsync would report success.
      this.#broken = error;
      throw error;
    }
  }

  /** Cuts what a failed write (a full disk, say) may have left, so that the next one can succeed. */
  async #undo(): Promise<void> {
    try {
      await this.#handle.truncate(this.#size);
    } catch (error) {
      this.#broken = error;
    }
  }

  #fail(batch: readonly Pending[], error: unknown): void {
    // Records behind the batch were made on top of it, so they fall with it.
    const failed = [...batch, ...this.#queue];
    this.#queue = [];
    this.#events.onFailed();
    for (const { reject } of failed) reject(storageFailed(this.#path, error));
  }
}

function storageFailed(path: string, cause: unknown): TegataError {
  const why = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown error";
  return new TegataError({
    kind: "unavailable",
    code: "KUBE_API_STORAGE_FAILED",
    message: `Writing to ${path} failed (${why})`,
    remedy: "Check the disk's free space and health; after an I/O error restart the server.",
    cause,
  });
}
