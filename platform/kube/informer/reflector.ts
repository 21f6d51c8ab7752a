import type { KubeObject } from "@tegata/kube-types";
import { namespacedName } from "@tegata/kube-types";
import type { Logger } from "@tegata/telemetry";
import { isKubeApiError } from "../client/kube-api-error.ts";
import type { KubeClient, ListOptions, Resource, WatchEvent } from "../client-types.ts";
import { type Clock, pause } from "../clock.ts";
import { qualifiedPlural } from "../resources.ts";
import { Backoff, type BackoffOptions } from "./backoff.ts";
import { isOlderVersion } from "./resource-version.ts";
import { SilenceGuard } from "./silence-guard.ts";

/** Where a reflector puts what it reads. */
export interface ReflectorSink<T extends KubeObject> {
  replace(listed: ReadonlyMap<string, T>): void;
  upsert(object: T): void;
  remove(object: T): void;
}

/** What a reflector reads and how. All of it is set. */
export interface ReflectorOptions<T extends KubeObject> {
  readonly client: KubeClient;
  readonly resource: Resource<T>;
  readonly selection: ListOptions;
  /** Runs on every object before it is kept. */
  readonly prepare: (object: T) => T;
  readonly sink: ReflectorSink<T>;
  readonly backoff: BackoffOptions;
  readonly watchSilenceSeconds: number;
  readonly initialSilenceSeconds: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger | undefined;
}

/** Seconds that a watch is asked to last; a random point between, so that many of them do not end together. client-go. */
const WATCH_SECONDS = { min: 300, max: 600 } as const;

const SHORTEST_WATCH_MS = 1000;
// A second need for a list within this time is a failure and waits its turn.
const CALM_MS = 10_000;

/**
 * Keeps a sink equal to what the API server has: one list, then watches, each from where the last one ended; a new list when
 * the server no longer knows that point. The list comes as a stream (WatchList) where the server can, else in chunks.
 */
export class Reflector<T extends KubeObject> {
  readonly #options: ReflectorOptions<T>;
  readonly #backoff: Backoff;
  #resourceVersion = "";
  #watchListWorks = true;
  #forgotAtMs = Number.NEGATIVE_INFINITY;
  #failure: unknown;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#backoff = new Backoff(options.backoff, () => options.clock.nowMs(), options.random);
  }

  /** Why nothing comes at the moment; undefined while the watch stands. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Works until the signal aborts. Never throws: it tries again. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        if (this.#resourceVersion === "" && !this.#watchListWorks) await this.#list(signal);
        await this.#watch(signal);
      } catch (error) {
        if (signal.aborted) return;
        if (!this.#startOver(error)) await this.#failed(error, signal);
      }
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { client, resource, selection, prepare, sink } = this.#options;
    const listed = new Map<string, T>();
    let resourceVersion = "";
    for await (const chunk of client.listChunks(resource, selection, signal)) {
      // What came before may be gone by now, and no watch from here on would say so.
      if (chunk.startsOver === true) listed.clear();
      for (const item of chunk.items) {
        const object = prepare(item);
        listed.set(namespacedName(object), object);
      }
      resourceVersion = chunk.metadata.resourceVersion ?? "";
    }
    sink.replace(listed);
    this.#resourceVersion = resourceVersion === "" ? "0" : resourceVersion;
    this.#recovered();
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { client, resource, selection, random } = this.#options;
    const fromStart = this.#resourceVersion === "";
    const silence = this.#guardSilence(signal, fromStart);
    const timeoutSeconds = Math.round(WATCH_SECONDS.min + random() * (WATCH_SECONDS.max - WATCH_SECONDS.min));
    const options = {
      ...selection,
      resourceVersion: this.#resourceVersion,
      timeoutSeconds,
      ...(fromStart ? { sendInitialEvents: true } : {}),
    };
    const startedAtMs = this.#options.clock.nowMs();
    let events = 0;
    try {
      events = await this.#consume(client.watch(resource, options, silence.signal), fromStart, silence);
    } catch (error) {
      if (!silence.fired || signal.aborted) throw error;
      this.#fellSilent(fromStart);
      return;
    } finally {
      silence.stop();
    }
    // A server that ends every watch at once must not be asked without a pause.
    if (events === 0 && this.#options.clock.nowMs() - startedAtMs < SHORTEST_WATCH_MS) {
      await this.#failed(new Error("the server ended the watch at once"), signal);
    }
  }

  async #consume(events: AsyncIterable<WatchEvent<T>>, fromStart: boolean, silence: SilenceGuard): Promise<number> {
    let initial = fromStart ? new Map<string, T>() : undefined;
    let count = 0;
    for await (const event of events) {
      count++;
      silence.heard();
      if (initial === undefined) {
        this.#apply(event);
      } else if (event.type === "BOOKMARK" && event.initialEventsEnd) {
        this.#options.sink.replace(initial);
        this.#resourceVersion = event.resourceVersion;
        silence.limit(1000 * this.#options.watchSilenceSeconds);
        initial = undefined;
      } else {
        this.#collect(initial, event);
      }
      if (initial === undefined) this.#recovered();
    }
    return count;
  }

  #collect(initial: Map<string, T>, event: WatchEvent<T>): void {
    if (event.type === "BOOKMARK") return;
    const object = this.#options.prepare(event.object);
    if (event.type === "DELETED") initial.delete(namespacedName(object));
    else initial.set(namespacedName(object), object);
  }

  #apply(event: WatchEvent<T>): void {
    if (event.type === "BOOKMARK") {
      if (isOlderVersion(event.resourceVersion, this.#resourceVersion)) throw new VersionsWentBack();
      if (event.resourceVersion !== "") this.#resourceVersion = event.resourceVersion;
      return;
    }
    const object = this.#options.prepare(event.object);
    if (event.type === "DELETED") this.#options.sink.remove(object);
    else this.#options.sink.upsert(object);
    const { resourceVersion = "" } = object.metadata;
    if (resourceVersion !== "" && !isOlderVersion(resourceVersion, this.#resourceVersion)) {
      this.#resourceVersion = resourceVersion;
    }
  }

  /** @returns whether the failure only means that another list is needed, at once. */
  #startOver(error: unknown): boolean {
    if (error instanceof VersionsWentBack) return this.#forgetPosition("versions went back");
    if (!isKubeApiError(error)) return false;
    if (this.#resourceVersion === "" && this.#watchListWorks && (error.status === 400 || error.status === 422)) {
      this.#watchListWorks = false;
      return true;
    }
    if (error.status === 410 || error.causes.some(({ reason }) => reason === "ResourceVersionTooLarge")) {
      return this.#forgetPosition(error.reason);
    }
    return false;
  }

  /** @returns whether it is all right to list at once: a server that says so again and again must not be asked without a pause. */
  #forgetPosition(why: string): boolean {
    const { logger, resource, clock } = this.#options;
    logger?.debug("list is read again", { resource: qualifiedPlural(resource), why });
    this.#resourceVersion = "";
    const sinceLastMs = clock.nowMs() - this.#forgotAtMs;
    this.#forgotAtMs = clock.nowMs();
    return sinceLastMs > CALM_MS;
  }

  // A watch that brings nothing is opened again where it stood: a server, or what stands between, may have lost it without
  // a word. One that never ends its first list comes from a server that does not know WatchList and does not say so.
  #fellSilent(fromStart: boolean): void {
    if (fromStart && this.#resourceVersion === "") this.#watchListWorks = false;
  }

  async #failed(error: unknown, signal: AbortSignal): Promise<void> {
    const { logger, clock, resource } = this.#options;
    const delayMs = this.#backoff.next();
    const fields = { resource: qualifiedPlural(resource), error, delayMs: Math.round(delayMs) };
    if (this.#failure === undefined) logger?.warn("watch failed; trying again", fields);
    else logger?.debug("watch failed again", fields);
    this.#failure = error;
    await pause(clock, delayMs, signal);
  }

  #recovered(): void {
    if (this.#failure === undefined) return;
    this.#failure = undefined;
    this.#options.logger?.info("watch works again", { resource: qualifiedPlural(this.#options.resource) });
  }

  #guardSilence(signal: AbortSignal, fromStart: boolean): SilenceGuard {
    const { clock, watchSilenceSeconds, initialSilenceSeconds } = this.#options;
    const limitMs = 1000 * (fromStart ? initialSilenceSeconds : watchSilenceSeconds);
    return new SilenceGuard(clock, limitMs, signal);
  }
}

/** The server's data were restored from a backup: what we know is from a future that did not happen. */
class VersionsWentBack extends Error {}
