import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "./context.ts";

/** The monotonic clock of this process. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  sleep: (ms, signal) => delay(ms, undefined, { signal }),
};
