import { Revision } from "./revision.ts";

/** How much of the past a {@link History} keeps. */
export interface WindowLimits {
  readonly maxRevisions: number;
  readonly maxAgeMs: number;
  /** Bytes of JSON; the newest revision is kept whatever its size. */
  readonly maxBytes: number;
}

/** Which objects a list is to hold. */
export interface ListRange {
  readonly collection: string;
  /** Only keys that start so, e.g. `shop/`. */
  readonly prefix: string;
  /** Only keys behind this one. */
  readonly after?: string;
  /** The objects as they were when the store's counter stood here. */
  readonly atVersion: number;
  readonly limit?: number;
}

/** One kind's objects: the newest revision of each, and their keys in order. */
interface Collection {
  readonly heads: Map<string, Revision>;
  readonly keys: string[];
}

/**
 * All objects in memory with their recent past (multi-version concurrency control). Revisions enter at the head, where
 * only writers see them, and become visible to readers when they are published, that is: when they are durable.
 */
export class History {
  readonly #collections = new Map<string, Collection>();
  readonly #limits: WindowLimits;
  /** Published revisions that the window holds, oldest first, from `#start` on. */
  #window: { readonly revision: Revision; readonly publishedAtMs: number }[] = [];
  #start = 0;
  #windowBytes = 0;
  #published = 0;
  #forgotten = 0;

  constructor(limits: WindowLimits) {
    this.#limits = limits;
  }

  /** The newest version that readers see. */
  get published(): number {
    return this.#published;
  }

  /** The state at this version is the oldest that is still known; events up to it are forgotten. */
  get oldest(): number {
    return this.#forgotten;
  }

  /** The newest revision, durable or not; undefined if there is none or it is a removal. */
  head(collection: string, key: string): Revision | undefined {
    const revision = this.#collections.get(collection)?.heads.get(key);
    return revision?.deleted === true ? undefined : revision;
  }

  /** The object as it was at a version. */
  at(collection: string, key: string, version: number): Revision | undefined {
    const head = this.#collections.get(collection)?.heads.get(key);
    return head === undefined ? undefined : liveAt(head, version);
  }

  /** Adds a revision at the head. */
  push(fields: Omit<ConstructorParameters<typeof Revision>[0], "previous">): Revision {
    const collection = this.#collection(fields.collection);
    const previous = collection.heads.get(fields.key);
    if (previous === undefined) insertSorted(collection.keys, fields.key);
    const revision = new Revision({ ...fields, previous });
    collection.heads.set(fields.key, revision);
    return revision;
  }

  /** Takes a revision off the head again. It must be the newest of its key, and not published. */
  pop(revision: Revision): void {
    const collection = this.#collection(revision.collection);
    if (revision.previous === undefined) removeKey(collection, revision.key);
    else collection.heads.set(revision.key, revision.previous);
  }

  /** Makes the revisions visible. They must be the next ones in order. */
  publish(revisions: readonly Revision[], nowMs: number): void {
    for (const revision of revisions) {
      this.#window.push({ revision, publishedAtMs: nowMs });
      this.#windowBytes += revision.bytes.length;
      this.#published = revision.version;
    }
    this.#forget(nowMs);
  }

  /** Starts the history at a version, with what was pushed so far: nothing before it is known. */
  startAt(version: number): void {
    this.#published = version;
    this.#forgotten = version;
  }

  /** The objects in a range, in the order of their keys, and how many more are behind the last one. */
  list(range: ListRange): { readonly revisions: Revision[]; readonly remaining: number } {
    const { keys, heads } = this.#collection(range.collection);
    const revisions: Revision[] = [];
    let remaining = 0;
    const after = range.after === undefined ? 0 : lowerBound(keys, `${range.after}\0`);
    for (let i = Math.max(after, lowerBound(keys, range.prefix)); i < keys.length; i++) {
      const key = keys[i] ?? "";
      if (!key.startsWith(range.prefix)) break;
      const head = heads.get(key);
      const revision = head === undefined ? undefined : liveAt(head, range.atVersion);
      if (revision === undefined) continue;
      if (range.limit === undefined || revisions.length < range.limit) revisions.push(revision);
      else remaining++;
    }
    return { revisions, remaining };
  }

  /** The published revisions after a version, oldest first. The version must not be older than {@link History.oldest}. */
  since(version: number): Revision[] {
    // Versions have no gaps, so the place of a revision in the window follows from its version.
    const first = this.#start + Math.max(0, version - this.#forgotten);
    return this.#window.slice(first).map(({ revision }) => revision);
  }

  /** Every live object of every collection. */
  *live(): Iterable<Revision> {
    for (const { keys, heads } of this.#collections.values()) {
      for (const key of keys) {
        const head = heads.get(key);
        const revision = head === undefined ? undefined : liveAt(head, this.#published);
        if (revision !== undefined) yield revision;
      }
    }
  }

  #collection(name: string): Collection {
    let collection = this.#collections.get(name);
    if (collection === undefined) this.#collections.set(name, (collection = { heads: new Map(), keys: [] }));
    return collection;
  }

  #forget(nowMs: number): void {
    for (let entry = this.#window[this.#start]; entry !== undefined; entry = this.#window[this.#start]) {
      if (!this.#exceeds(nowMs - entry.publishedAtMs)) break;
      this.#start++;
      this.#windowBytes -= entry.revision.bytes.length;
      this.#forgotten = entry.revision.version;
      this.#forgetBefore(entry.revision);
    }
    // Shifting an array one by one costs its length each time; cutting it when half is unused costs nothing on average.
    if (this.#start > 1024 && this.#start * 2 > this.#window.length) {
      this.#window = this.#window.slice(this.#start);
      this.#start = 0;
    }
  }

  /** @param ageMs - of the oldest revision of the window. */
  #exceeds(ageMs: number): boolean {
    const { maxRevisions, maxAgeMs, maxBytes } = this.#limits;
    const length = this.#window.length - this.#start;
    return length > maxRevisions || ageMs > maxAgeMs || (length > 1 && this.#windowBytes > maxBytes);
  }

  #forgetBefore(revision: Revision): void {
    revision.forgetPrevious();
    const collection = this.#collection(revision.collection);
    if (revision.deleted && collection.heads.get(revision.key) === revision) removeKey(collection, revision.key);
  }
}

function liveAt(head: Revision, version: number): Revision | undefined {
  let revision: Revision | undefined = head;
  while (revision !== undefined && revision.version > version) revision = revision.previous;
  return revision?.deleted === true ? undefined : revision;
}

function removeKey({ heads, keys }: Collection, key: string): void {
  heads.delete(key);
  keys.splice(lowerBound(keys, key), 1);
}

function insertSorted(keys: string[], key: string): void {
  const last = keys.at(-1);
  if (last === undefined || last < key) keys.push(key);
  else keys.splice(lowerBound(keys, key), 0, key);
}

/** Place of the first key that is not less than `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? "") < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
