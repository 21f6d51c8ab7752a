/** How the mirror is to run. */
export interface CaMirrorOptions {
  /** Serve only this namespace. @defaultValue empty: all */
  readonly namespace?: string;
  /** Days before a CA's end at which a warning is given. @defaultValue {@link EXPIRY_WARNING_DAYS} */
  readonly expiryWarningDays?: readonly number[];
  /** Control planes worked on at a time. @defaultValue {@link CONCURRENCY} */
  readonly concurrency?: number;
  /** The clock. @defaultValue the system's */
  readonly now?: () => Date;
}

/** Three warnings: time to plan, time to act, no time left. */
export const EXPIRY_WARNING_DAYS: readonly number[] = [90, 30, 7];
/** Control planes worked on at a time: each waits for a few answers of the API server. */
export const CONCURRENCY = 8;

/** {@link CaMirrorOptions} with nothing left open. */
export type CaMirrorConfig = Required<CaMirrorOptions>;

/** Completes the options. */
export function resolveCaMirrorOptions(options: CaMirrorOptions): CaMirrorConfig {
  return {
    namespace: options.namespace ?? "",
    expiryWarningDays: [...(options.expiryWarningDays ?? EXPIRY_WARNING_DAYS)].sort((a, b) => a - b),
    concurrency: options.concurrency ?? CONCURRENCY,
    now: options.now ?? (() => new Date()),
  };
}
