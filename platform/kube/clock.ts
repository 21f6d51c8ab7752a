/** Time that passes, as opposed to time of day: for delays, backoff and leases. A test brings its own. */
export interface Clock {
  /** Milliseconds since some start; never goes back. */
  nowMs(): number;
  /** Calls once, after the delay. @returns what cancels it */
  setTimer(callback: () => void, delayMs: number): () => void;
}

// Node.js turns a longer delay into 1 ms.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The process's monotonic clock. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  setTimer(callback, delayMs) {
    const timer = setTimeout(callback, Math.min(Math.max(delayMs, 0), LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  },
};

/** Waits. Resolves early, without an error, when the signal aborts: loops look at the signal next. */
export function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const end = () => {
      cancel();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const cancel = clock.setTimer(end, delayMs);
    signal.addEventListener("abort", end, { once: true });
  });
}
