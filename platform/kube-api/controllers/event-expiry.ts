import type { KubeObject } from "@tegata/kube-types";
import { StaleVersionError } from "../store/index.ts";
import type { ControllerOptions, RunningController } from "./types.ts";

/** How long an Event is kept after it last happened, in milliseconds. */
export const EVENT_TTL_MS = 60 * 60_000;
/** How often the Events are looked through, in milliseconds. */
const SWEEP_INTERVAL_MS = 60_000;

/** Events of both groups are stored here, as those of the core group. */
const COLLECTION = "events";

interface EventTimes extends KubeObject {
  readonly lastTimestamp?: string;
  readonly eventTime?: string;
  readonly series?: { readonly lastObservedTime?: string };
}

/** Removes Events an hour after they last happened. */
export function startEventExpiry(options: ControllerOptions): RunningController {
  let running = Promise.resolve();
  const timer = setInterval(() => {
    running = running.then(() => removeExpiredEvents(options));
  }, SWEEP_INTERVAL_MS);
  return {
    stop() {
      clearInterval(timer);
      return running;
    },
  };
}

/** One pass over all Events. */
export async function removeExpiredEvents({ services: { store }, now, logger }: ControllerOptions): Promise<void> {
  const before = now().getTime() - EVENT_TTL_MS;
  for (const { key, version, object } of store.list({ collection: COLLECTION, prefix: "" }).revisions) {
    if (lastHappened(object) > before) continue;
    try {
      await store.commit({ collection: COLLECTION, key, expectedVersion: version, object: undefined });
    } catch (error) {
      // It has just happened again.
      if (!(error instanceof StaleVersionError)) logger?.warn("an Event could not be removed", { key, error });
    }
  }
}

/** Milliseconds since the epoch. */
function lastHappened(event: EventTimes): number {
  const { metadata, lastTimestamp, eventTime, series } = event;
  const times = [metadata.creationTimestamp, lastTimestamp, eventTime, series?.lastObservedTime];
  return Math.max(...times.map((time) => Date.parse(time ?? "") || 0));
}
