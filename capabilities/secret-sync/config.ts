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
  /** Do not read from a store whose condition is not Ready. @defaultValue true */
  readonly floodGate?: boolean;
  readonly templateLeftDelimiter?: string;
  readonly templateRightDelimiter?: string;
  /** The clock. @defaultValue the system's */
  readonly now?: () => Date;
}

/** ExternalSecrets worked on at a time: they wait for stores most of the time. */
export const CONCURRENCY = 32;
/** External Secrets' `--store-requeue-interval`. */
export const STORE_REQUEUE_INTERVAL_MS = 300_000;

/** {@link SecretSyncOptions} with nothing left open. */
export type SecretSyncConfig = Required<SecretSyncOptions>;

/** Completes the options. */
export function resolveSecretSyncOptions(options: SecretSyncOptions): SecretSyncConfig {
  return {
    controllerClass: options.controllerClass ?? "default",
    namespace: options.namespace ?? "",
    concurrency: options.concurrency ?? CONCURRENCY,
    storeRequeueIntervalMs: options.storeRequeueIntervalMs ?? STORE_REQUEUE_INTERVAL_MS,
    floodGate: options.floodGate ?? true,
    templateLeftDelimiter: options.templateLeftDelimiter ?? "{{",
    templateRightDelimiter: options.templateRightDelimiter ?? "}}",
    now: options.now ?? (() => new Date()),
  };
}
