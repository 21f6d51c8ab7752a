import type { Logger } from "@tegata/telemetry";

/** How the embedded Kubernetes API is to run. */
export interface KubeApiOptions {
  /**
   * Folder for the log, snapshots and keys (mode 0700). `memory` keeps nothing: for tests.
   * A second server on the same folder is refused with `KUBE_API_DATA_LOCKED`.
   */
  readonly dataDir: string | "memory";
  /** Loopback address to listen on. @defaultValue `127.0.0.1` */
  readonly host?: string;
  /** 0 lets the system choose. kubectl caches discovery by host and port, so keep one port per data folder. @defaultValue 0 */
  readonly port?: number;
  readonly logger?: Logger;
  /** The clock, for tests. @defaultValue the system's */
  readonly now?: () => Date;
}

/** A running embedded Kubernetes API. */
export interface KubeApi {
  /** e.g. `https://127.0.0.1:16443` */
  readonly url: string;
  /** The CA that signed the serving certificate, PEM. */
  readonly caPem: string;
  /** Kubeconfig (YAML) of the administrator (`system:masters`), with an embedded client certificate. */
  readonly adminKubeconfig: string;
  /** Writes a kubeconfig for any other user: a client certificate with this name and these groups. */
  kubeconfigFor(username: string, groups: readonly string[]): Promise<string>;
  /** Stops listening, ends watches, flushes the log. */
  stop(): Promise<void>;
}
