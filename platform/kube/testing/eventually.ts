import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";

// Far above what anything needs, for machines that do ten other things.
const LIMIT_MS = 30_000;

/** Waits until the condition holds. It is looked at once per turn of the event loop, so nothing sleeps. */
export async function eventually(condition: () => boolean, what: string): Promise<void> {
  const endMs = performance.now() + LIMIT_MS;
  while (!condition()) {
    if (performance.now() > endMs) assert.fail(`${what}: did not come true within ${LIMIT_MS / 1000} s`);
    await nextTurn();
  }
}
