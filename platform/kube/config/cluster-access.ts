/** Trust and client certificate of a connection. When one of them changes, new connections are made. */
export interface TlsMaterial {
  /** PEM certificates of the CAs to trust; undefined for the CAs that Node.js trusts. */
  readonly caPem: string | undefined;
  readonly clientCertificatePem: string | undefined;
  readonly clientKeyPem: string | undefined;
}

/** HTTP headers; a list is sent as several headers of one name. */
export type RequestHeaders = Readonly<Record<string, string | string[]>>;

/** Who we are at this moment. */
export interface Identity {
  readonly tls: TlsMaterial;
  /** `authorization` and impersonation headers. */
  readonly headers: RequestHeaders;
}

/** How one API server is reached, and as whom. Made by `readClusterAccess`, `parseKubeconfigAccess` or `readInClusterAccess`. */
export interface ClusterAccess {
  /** Base URL without a trailing slash, e.g. `https://127.0.0.1:16443` or `https://rancher.example/k8s/clusters/c-1`. */
  readonly server: string;
  /** Namespace to use where none is named; the context's, or `default`. */
  readonly namespace: string;
  /** Name to verify and to send as SNI in place of the URL's host; empty for the URL's host. */
  readonly tlsServerName: string;
  readonly insecureSkipTlsVerify: boolean;
  /**
   * Cheap: files are read again once a minute, an exec plugin runs again when its credential expires.
   *
   * @throws TegataError `KUBE_CREDENTIALS_UNREADABLE`, `KUBE_EXEC_FAILED`
   */
  identity(signal?: AbortSignal): Promise<Identity>;
  /** Forgets what was read, after a 401. @returns false if the credentials cannot change, so that asking again is no use. */
  invalidate(): boolean;
}

/** Seconds after which files with tokens, certificates and CAs are read again. */
export const CREDENTIAL_RELOAD_SECONDS = 60;

/** Whether connections made with the one will do for the other. */
export function sameTlsMaterial(a: TlsMaterial, b: TlsMaterial): boolean {
  return (
    a === b ||
    (a.caPem === b.caPem && a.clientCertificatePem === b.clientCertificatePem && a.clientKeyPem === b.clientKeyPem)
  );
}
