import type { ClusterAccess, Identity, RequestHeaders, TlsMaterial } from "./cluster-access.ts";
import { type CredentialText, constantText } from "./credential-text.ts";
import type { ExecCredentials } from "./exec-credentials.ts";

/** The parts that an access is put together from. Whatever may change is read again when it is due. */
export interface AccessParts {
  readonly server: string;
  readonly namespace: string;
  readonly tlsServerName: string;
  readonly insecureSkipTlsVerify: boolean;
  readonly ca: CredentialText | undefined;
  readonly clientCertificate: CredentialText | undefined;
  readonly clientKey: CredentialText | undefined;
  readonly token: CredentialText | undefined;
  readonly exec: ExecCredentials | undefined;
  /** Sent with every request: impersonation, basic authentication. */
  readonly headers: RequestHeaders;
  /** Monotonic clock, milliseconds. */
  readonly nowMs: () => number;
}

/** Puts an access together. Nothing is read before it is asked for. */
export function createClusterAccess(parts: AccessParts): ClusterAccess {
  return new ComposedAccess(parts);
}

class ComposedAccess implements ClusterAccess {
  readonly server: string;
  readonly namespace: string;
  readonly tlsServerName: string;
  readonly insecureSkipTlsVerify: boolean;
  readonly #parts: AccessParts;
  #identity: Identity | undefined;
  #freshUntilMs = 0;
  #reading: Promise<Identity> | undefined;

  constructor(parts: AccessParts) {
    this.server = parts.server;
    this.namespace = parts.namespace;
    this.tlsServerName = parts.tlsServerName;
    this.insecureSkipTlsVerify = parts.insecureSkipTlsVerify;
    this.#parts = parts;
  }

  async identity(): Promise<Identity> {
    if (this.#identity !== undefined && this.#parts.nowMs() < this.#freshUntilMs) return this.#identity;
    // Single flight: a hundred requests that find an expired credential run its plugin once.
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  invalidate(): boolean {
    this.#freshUntilMs = 0;
    const { exec } = this.#parts;
    return [...this.#texts(), exec].map((part) => part?.invalidate() ?? false).includes(true);
  }

  async #read(): Promise<Identity> {
    const { ca, clientCertificate, clientKey, token, exec } = this.#parts;
    const fromExec = await exec?.read();
    const tls: TlsMaterial = {
      caPem: await ca?.read(),
      clientCertificatePem: fromExec?.clientCertificatePem ?? (await clientCertificate?.read()),
      clientKeyPem: fromExec?.clientKeyPem ?? (await clientKey?.read()),
    };
    const bearer = (fromExec?.token ?? (await token?.read()) ?? "").trim();
    const headers = bearer === "" ? this.#parts.headers : { ...this.#parts.headers, authorization: `Bearer ${bearer}` };
    this.#identity = { tls, headers };
    this.#freshUntilMs = Math.min(
      ...this.#texts().map((text) => text?.freshUntilMs ?? Number.POSITIVE_INFINITY),
      exec?.freshUntilMs ?? Number.POSITIVE_INFINITY,
    );
    return this.#identity;
  }

  #texts(): (CredentialText | undefined)[] {
    const { ca, clientCertificate, clientKey, token } = this.#parts;
    return [ca, clientCertificate, clientKey, token];
  }
}

/** How {@link createStaticAccess} reaches and signs in. */
export interface StaticAccessOptions {
  readonly server: string;
  readonly caPem?: string;
  readonly clientCertificatePem?: string;
  readonly clientKeyPem?: string;
  readonly token?: string;
  readonly namespace?: string;
}

/** An access from values at hand, such as those of an API server in the same process. */
export function createStaticAccess(options: StaticAccessOptions): ClusterAccess {
  const constant = (text: string | undefined) => (text === undefined ? undefined : constantText(text));
  return createClusterAccess({
    server: options.server.replace(/\/+$/, ""),
    namespace: options.namespace ?? "default",
    tlsServerName: "",
    insecureSkipTlsVerify: false,
    ca: constant(options.caPem),
    clientCertificate: constant(options.clientCertificatePem),
    clientKey: constant(options.clientKeyPem),
    token: constant(options.token),
    exec: undefined,
    headers: {},
    nowMs: () => performance.now(),
  });
}
