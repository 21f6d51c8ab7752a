import { LeastRecent } from "./least-recent.ts";

/** New Events that one object may have at once. client-go. */
export const SPAM_BURST = 25;
/** Milliseconds until one more is allowed. client-go. */
export const SPAM_REFILL_MS = 300_000;

const MAX_SOURCES = 4096;

/** A bucket of tokens per object: an object in a crash loop must not fill the API server's storage with Events. */
export class SpamFilter {
  readonly #nowMs: () => number;
  readonly #buckets = new LeastRecent<{ tokens: number; atMs: number }>(MAX_SOURCES);

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Takes a token. @returns whether there was one */
  allows(source: string): boolean {
    const now = this.#nowMs();
    const bucket = this.#buckets.get(source) ?? { tokens: SPAM_BURST, atMs: now };
    bucket.tokens = Math.min(SPAM_BURST, bucket.tokens + (now - bucket.atMs) / SPAM_REFILL_MS);
    bucket.atMs = now;
    this.#buckets.set(source, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens--;
    return true;
  }
}
