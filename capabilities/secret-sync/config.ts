/** How secret sync is to run. The names follow External Secrets' flags. */
export interface SecretSyncOptions {
  /** Serve only stores of this class, and stores without a class. @defaultValue `default` */
  readonly controllerClass?: string;
  /** Serve only this namespace. @defaultValue empty: all */
  readonly namespace?: string;
  /** ExternalSecrets worked on at a time. @defaultValue {@link CONCURRENCY} */
  readonly concurrency?: number;
  /** How often a store is validated, in milliseconds, unless its spec says otherwise. @defaultValue {@link STORE_REQUEUE_INTERVAL_MS} */
  readonly storeRequeueIntervalMs?: number;
  /** Calls to one store per second. @defaultValue {@link STORE_CALLS_PER_SECOND} */
  readonly storeCallsPerSecond?: number;
  /** Do not read from a store whose condition is not Ready. @defaultValue true */
  readonly floodGate?: boolean;
  readonly templateLeftDelimiter?: string;
  readonly templateRightDelimiter?: string;
  /** The clock. @defaultValue the system's */
  readonly now?: () => Date;
}

/** ExternalSecrets worked on at a time: they wait for stores most of the time. */
export const CONCURRENCY = 64;
/** External Secrets' `--store-requeue-interval`. */
export const STORE_REQUEUE_INTERVAL_MS = 300_000;

/** A store that is asked more often than this is asked too often: ten thousand ExternalSecrets need three a second. */
export const STORE_CALLS_PER_SECOND = 500;

/** {@link SecretSyncOptions} with nothing left open. */
export type SecretSyncConfig = Required<SecretSyncOptions>;

/** Completes the options. */
export function resolveSecretSyncOptions(options: SecretSyncOptions): SecretSyncConfig {
  return {
    controllerClass: options.controllerClass ?? "default",
    namespace: options.namespace ?? "",
    concurrency: options.concurrency ?? CONCURRENCY,
    storeRequeueIntervalMs: options.storeRequeueIntervalMs ?? STORE_REQUEUE_INTERVAL_MS,
    storeCallsPerSecond: options.storeCallsPerSecond ?? STORE_CALLS_PER_SECOND,
    floodGate: options.floodGate ?? true,
    templateLeftDelimiter: options.templateLeftDelimiter ?? "{{",
    templateRightDelimiter: options.templateRightDelimiter ?? "}}",
    now: options.now ?? (() => new Date()),
  };
}
