import { randomBytes } from "node:crypto";
import type { Event, KubeObject } from "@tegata/kube-types";
import type { Logger, Metrics } from "@tegata/telemetry";
import { isKubeApiError } from "../client/kube-api-error.ts";
import type { KubeClient } from "../client-types.ts";
import { type Clock, systemClock } from "../clock.ts";
import type { EventRecorder } from "../event-types.ts";
import { formatTimestamp } from "../objects/timestamps.ts";
import { events } from "../resources.ts";
import { LeastRecent } from "./least-recent.ts";
import { SpamFilter } from "./spam-filter.ts";

/** Milliseconds within which repeats of one Event are only counted, and written once at the end. */
export const REPEAT_INTERVAL_MS = 300_000;
/** Distinct messages of one (object, type, reason) within {@link SIMILAR_WINDOW_MS}, beyond which they become one Event. client-go. */
export const MAX_SIMILAR = 10;
/** Milliseconds. client-go. */
const SIMILAR_WINDOW_MS = 600_000;

// Limits of the API server and of our memory.
const MAX_MESSAGE = 1024;
const MAX_QUEUE = 1000;
const MAX_REMEMBERED = 4096;

/** Who writes Events, and how. */
export interface EventRecorderOptions {
  readonly client: KubeClient;
  /** e.g. `external-secrets`. */
  readonly component: string;
  /** This process, e.g. the Pod's name. */
  readonly instance: string;
  readonly clock?: Clock;
  readonly now?: () => Date;
  readonly logger?: Logger;
  readonly metrics?: Metrics;
}

/** An {@link EventRecorder} that can be emptied before the process ends. */
export interface FlushableEventRecorder extends EventRecorder {
  /** Writes the counts that wait, and resolves when all is written or has failed. */
  flush(): Promise<void>;
}

/** Makes a recorder. It writes one Event at a time, in order. */
export function createEventRecorder(options: EventRecorderOptions): FlushableEventRecorder {
  return new QueueingRecorder(options);
}

type Subject = Pick<KubeObject, "apiVersion" | "kind" | "metadata">;

interface Series {
  readonly event: Event;
  count: number;
  written: number;
  lastAt: Date;
  /** Cancels the timer that writes the count; set while it runs. */
  pending: (() => void) | undefined;
}

class QueueingRecorder implements FlushableEventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #clock: Clock;
  readonly #now: () => Date;
  readonly #series = new LeastRecent<Series>(MAX_REMEMBERED, ({ pending }) => pending?.());
  readonly #similar = new LeastRecent<{ readonly sinceMs: number; readonly messages: Set<string> }>(MAX_REMEMBERED);
  readonly #spam: SpamFilter;
  readonly #queue: Series[] = [];
  readonly #dropped: (why: string) => void;
  #writing: Promise<void> | undefined;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#now = options.now ?? (() => new Date());
    this.#spam = new SpamFilter(() => this.#clock.nowMs());
    const dropped = options.metrics?.counter({
      name: "tegata_events_dropped_total",
      help: "Number of Kubernetes Events that were not written.",
      labels: ["why"],
    });
    this.#dropped = (why) => dropped?.add({ why });
  }

  event(object: Subject, type: "Normal" | "Warning", reason: string, message: string): void {
    const source = subjectKey(object);
    const text = this.#combine(`${source}\n${type}\n${reason}`, message.slice(0, MAX_MESSAGE));
    const key = `${source}\n${type}\n${reason}\n${text}`;
    const known = this.#series.get(key);
    if (known !== undefined) {
      this.#repeat(known);
    } else if (this.#spam.allows(source)) {
      const series = this.#start(object, type, reason, text);
      this.#series.set(key, series);
      this.#enqueue(series);
    } else {
      this.#dropped("flood");
    }
  }

  async flush(): Promise<void> {
    for (const series of this.#series.values()) {
      if (series.pending === undefined) continue;
      series.pending();
      series.pending = undefined;
      this.#enqueue(series);
    }
    await this.#writing;
  }

  // A controller that puts a changing detail into its message must not write an Event for each of them.
  #combine(key: string, message: string): string {
    const now = this.#clock.nowMs();
    const known = this.#similar.get(key);
    const current =
      known === undefined || now - known.sinceMs > SIMILAR_WINDOW_MS
        ? { sinceMs: now, messages: new Set<string>() }
        : known;
    if (current !== known) this.#similar.set(key, current);
    if (current.messages.has(message)) return message;
    if (current.messages.size >= MAX_SIMILAR) return "(combined from similar events)";
    current.messages.add(message);
    return message;
  }

  #repeat(series: Series): void {
    series.count++;
    series.lastAt = this.#now();
    series.pending ??= this.#clock.setTimer(() => {
      series.pending = undefined;
      this.#enqueue(series);
    }, REPEAT_INTERVAL_MS);
  }

  #start({ apiVersion, kind, metadata }: Subject, type: "Normal" | "Warning", reason: string, message: string): Series {
    const { namespace = "", name = "", uid = "", resourceVersion = "" } = metadata;
    const { component, instance } = this.#options;
    const at = this.#now();
    const time = formatTimestamp(at);
    const event: Event = {
      apiVersion: "v1",
      kind: "Event",
      metadata: {
        namespace: namespace === "" ? "default" : namespace,
        name: `${name.slice(0, 236)}.${randomBytes(8).toString("hex")}`,
      },
      involvedObject: { apiVersion, kind, name, uid, resourceVersion, ...(namespace === "" ? {} : { namespace }) },
      type,
      reason,
      message,
      source: { component, host: instance },
      reportingComponent: component,
      reportingInstance: instance,
      firstTimestamp: time,
      lastTimestamp: time,
      count: 1,
    };
    return { event, count: 1, written: 0, lastAt: at, pending: undefined };
  }

  #enqueue(series: Series): void {
    if (this.#queue.length >= MAX_QUEUE) {
      this.#dropped("queue full");
      return;
    }
    this.#queue.push(series);
    this.#writing ??= this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    for (let series = this.#queue.shift(); series !== undefined; series = this.#queue.shift()) {
      try {
        await this.#write(series);
      } catch (error) {
        this.#dropped("refused");
        this.#options.logger?.debug("event could not be written", { reason: series.event.reason, error });
      }
    }
    this.#writing = undefined;
  }

  async #write(series: Series): Promise<void> {
    const { client } = this.#options;
    const { event, count } = series;
    const { namespace = "", name = "" } = event.metadata;
    const change = { count, lastTimestamp: formatTimestamp(series.lastAt) };
    if (series.written > 0) {
      try {
        await client.patch(events, namespace, name, "merge", change);
        series.written = count;
        return;
      } catch (error) {
        // Events live for an hour; the next repeat makes a new one.
        if (!isKubeApiError(error, "NotFound")) throw error;
      }
    }
    await client.create(events, { ...event, ...change });
    series.written = count;
  }
}

function subjectKey({ apiVersion, kind, metadata: { namespace = "", name = "", uid = "" } }: Subject): string {
  return [apiVersion, kind, namespace, name, uid].join("/");
}
