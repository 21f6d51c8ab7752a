import type { KubeObject, KubeStatus } from "@tegata/kube-types";
import { ApiError } from "../http-errors.ts";
import { type EncodedObject, ExpiredVersionError, type Revision, type Store } from "../store/index.ts";
import { encodeLazily, type RestServices, type Target } from "./context.ts";
import { fromStorage, isServedAsStored } from "./conversion.ts";
import { collectionOf } from "./resource-registry.ts";
import { type Selection, selectionOf } from "./selection.ts";
import type { ResourceDefinition } from "./types.ts";
import { parseWatchOptions, type WatchOptions } from "./watch-options.ts";

/** One line of a watch. */
export type WatchEvent =
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly object: EncodedObject }
  | { readonly type: "BOOKMARK"; readonly version: number; readonly initialEventsEnd: boolean }
  | { readonly type: "ERROR"; readonly status: KubeStatus };

/**
 * Events that one watch may be behind. Events are shared with the store, so they cost little; but a client that falls
 * this far behind will not catch up, and is cut off to list again.
 */
export const MAX_PENDING_EVENTS = 10_000;

/** Events that the reader is given at a time. */
const MAX_EVENTS_AT_ONCE = 500;

/** A watch: what happens in the store, as one client wants to see it. Pulled by its reader, so nothing piles up unseen. */
export class WatchSession {
  readonly definition: ResourceDefinition;
  readonly options: WatchOptions;
  readonly #store: Store;
  readonly #selection: Selection;
  #initial: WatchEvent[] = [];
  #pending: Revision[] = [];
  #wake: (() => void) | undefined;
  #unsubscribe: (() => void) | undefined;
  #seen: number;
  #onEnd: (() => void) | undefined;
  #end: "closed" | "overrun" | undefined;

  private constructor(
    { store }: RestServices,
    definition: ResourceDefinition,
    selection: Selection,
    options: WatchOptions,
  ) {
    this.#store = store;
    this.definition = definition;
    this.#selection = selection;
    this.options = options;
    this.#seen = options.fromVersion ?? 0;
  }

  /** Begins a watch. @throws ApiError for options that cannot be served; a version that is too old is an ERROR event. */
  static open(services: RestServices, target: Target, query: URLSearchParams): WatchSession {
    const options = parseWatchOptions(query);
    const session = new WatchSession(services, target.definition, selectionOf(target, query), options);
    session.#start();
    return session;
  }

  /**
   * The next events, at least one; waits until there are some.
   *
   * @returns undefined when the watch has ended: it was closed, or the reader is too slow.
   */
  async next(): Promise<readonly WatchEvent[] | undefined> {
    for (;;) {
      // The first events are handed out in parts, so that a long list does not become one large buffer.
      if (this.#initial.length > 0) return this.#served(this.#initial.splice(0, MAX_EVENTS_AT_ONCE));
      if (this.#end !== undefined) return undefined;
      const revisions = this.#pending.splice(0, MAX_EVENTS_AT_ONCE);
      const events = await this.#eventsOf(revisions);
      if (events.length > 0) return events;
      if (this.#pending.length === 0 && this.#end === undefined) await this.#arrival();
    }
  }

  /** A bookmark at what the reader has seen, for a client that wants to know where to go on. */
  bookmark(): WatchEvent {
    // Everything up to the store's version was looked at, unless something is still waiting here.
    const version = this.#pending.length === 0 ? Math.max(this.#seen, this.#store.version) : this.#seen;
    return { type: "BOOKMARK", version, initialEventsEnd: false };
  }

  /** Whether the reader was too slow and the watch was cut. */
  get isOverrun(): boolean {
    return this.#end === "overrun";
  }

  /** Calls `listener` when the watch ends, or now if it has. @returns how to forget it. */
  onEnd(listener: () => void): () => void {
    this.#onEnd = listener;
    if (this.#end !== undefined) listener();
    return () => {
      this.#onEnd = undefined;
    };
  }

  /** Ends the watch. */
  close(): void {
    this.#stop("closed");
  }

  #start(): void {
    const { fromVersion = 0, sendInitialEvents } = this.options;
    const wantsState = sendInitialEvents ?? fromVersion === 0;
    const version = wantsState || fromVersion === 0 ? this.#store.version : fromVersion;
    if (wantsState) this.#initial = this.#state();
    try {
      this.#unsubscribe = this.#store.watch(
        { collection: collectionOf(this.definition), prefix: this.#selection.keyPrefix, fromVersion: version },
        (revisions) => this.#receive(revisions),
      );
    } catch (error) {
      if (!(error instanceof ExpiredVersionError)) throw error;
      this.#initial = [{ type: "ERROR", status: new ApiError(410, "Expired", error.message).toStatus() }];
      this.#stop("closed");
    }
  }

  /** The objects as they are now, as events; the store cannot move on before the subscription that follows. */
  #state(): WatchEvent[] {
    const { keyPrefix: prefix, matches } = this.#selection;
    const { revisions, version } = this.#store.list({ collection: collectionOf(this.definition), prefix });
    this.#seen = version;
    const wanted = matches === undefined ? revisions : revisions.filter(({ object }) => matches(object));
    const events: WatchEvent[] = wanted.map((object) => ({ type: "ADDED", object }));
    if (this.options.sendInitialEvents === true && this.options.allowBookmarks) {
      events.push({ type: "BOOKMARK", version, initialEventsEnd: true });
    }
    return events;
  }

  #receive(revisions: readonly Revision[]): void {
    if (this.#end !== undefined) return;
    for (const revision of revisions) this.#pending.push(revision);
    if (this.#pending.length > MAX_PENDING_EVENTS) this.#stop("overrun");
    this.#wake?.();
  }

  #arrival(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }

  #stop(why: "closed" | "overrun"): void {
    if (this.#end !== undefined) return;
    this.#end = why;
    this.#pending = [];
    this.#unsubscribe?.();
    this.#wake?.();
    this.#onEnd?.();
  }

  async #eventsOf(revisions: readonly Revision[]): Promise<readonly WatchEvent[]> {
    const events: WatchEvent[] = [];
    for (const revision of revisions) {
      this.#seen = revision.version;
      const event = eventOf(revision, this.#selection.matches);
      if (event !== undefined) events.push(event);
    }
    return this.#served(events);
  }

  /** The events with their objects as the watched version of the resource shows them. */
  async #served(events: readonly WatchEvent[]): Promise<readonly WatchEvent[]> {
    if (isServedAsStored(this.definition)) return events;
    return Promise.all(
      events.map(async (event) => {
        if (!("object" in event)) return event;
        return { ...event, object: await fromStorage(this.definition, event.object) };
      }),
    );
  }
}

type ObjectEvent = Extract<WatchEvent, { object: EncodedObject }>;

/** An object that leaves the selection is DELETED to this watch, one that enters it ADDED. */
function eventOf(revision: Revision, matches: Selection["matches"] = () => true): ObjectEvent | undefined {
  const { previous, deleted } = revision;
  const before = previous?.deleted === true ? undefined : previous;
  const isWanted = !deleted && matches(revision.object);
  const wasWanted = before !== undefined && matches(before.object);
  if (isWanted) return { type: wasWanted ? "MODIFIED" : "ADDED", object: revision };
  if (!wasWanted) return undefined;
  // What left the selection is shown as it was when the client last saw it.
  const object = deleted ? revision : encodeLazily(withVersion(before.copy(), revision.version));
  return { type: "DELETED", object };
}

function withVersion(object: KubeObject, version: number): KubeObject {
  object.metadata.resourceVersion = String(version);
  return object;
}
