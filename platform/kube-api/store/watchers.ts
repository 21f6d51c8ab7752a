import type { Revision } from "./revision.ts";
import type { WatchRange } from "./types.ts";

interface Watcher {
  readonly prefix: string;
  readonly onRevisions: (revisions: readonly Revision[]) => void;
}

/** Who is to hear of which revisions. */
export class Watchers {
  readonly #byCollection = new Map<string, Set<Watcher>>();
  readonly #onFailure: (error: unknown) => void;

  /** @param onFailure - gets what a watcher throws; the others hear of the revisions all the same. */
  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure;
  }

  /** @returns how to end it. */
  add({ collection, prefix }: WatchRange, onRevisions: Watcher["onRevisions"]): () => void {
    const watcher: Watcher = { prefix, onRevisions };
    const watchers = this.#byCollection.get(collection) ?? new Set();
    this.#byCollection.set(collection, watchers.add(watcher));
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0 && this.#byCollection.get(collection) === watchers) this.#byCollection.delete(collection);
    };
  }

  /** Tells each watcher of those revisions that it wants. */
  notify(revisions: readonly Revision[]): void {
    for (const [collection, ofCollection] of Map.groupBy(revisions, ({ collection }) => collection)) {
      for (const watcher of this.#byCollection.get(collection) ?? []) this.#deliver(watcher, ofCollection);
    }
  }

  #deliver({ prefix, onRevisions }: Watcher, revisions: readonly Revision[]): void {
    const wanted = prefix === "" ? revisions : revisions.filter(({ key }) => key.startsWith(prefix));
    if (wanted.length === 0) return;
    try {
      onRevisions(wanted);
    } catch (error) {
      // The write is done and must be acknowledged, whatever one of its watchers makes of it.
      this.#onFailure(error);
    }
  }
}

/** Those of the revisions that a watch wants. */
export function inRange(revisions: readonly Revision[], { collection, prefix }: WatchRange): Revision[] {
  return revisions.filter((revision) => revision.collection === collection && revision.key.startsWith(prefix));
}
