import { isIP } from "node:net";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import type { ClusterAccess, TlsMaterial } from "../config/cluster-access.ts";

/** Milliseconds for TCP and TLS together. */
export const CONNECT_TIMEOUT_MS = 10_000;

/** A request that got no complete answer. */
export class TransportError extends Error {
  override readonly name = "TransportError";
  /** Whether the API server may have acted on the request. */
  readonly maybeSent: boolean;

  constructor(message: string, options: { readonly maybeSent: boolean; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.maybeSent = options.maybeSent;
  }
}

/** Whether the server is reached without TLS, such as `kubectl proxy`. */
export function isPlain(access: ClusterAccess): boolean {
  return access.server.startsWith("http:");
}

/** Options for TLS to the API server, as `node:tls` and `node:https` take them. */
export function tlsOptions(access: ClusterAccess, tls: TlsMaterial): ConnectionOptions {
  const { hostname } = new URL(access.server);
  const host = hostname.replace(/^\[|\]$/g, "");
  const servername = access.tlsServerName === "" ? host : access.tlsServerName;
  return {
    ...(isIP(servername) === 0 ? { servername } : {}),
    ...(tls.caPem === undefined ? {} : { ca: tls.caPem }),
    ...(tls.clientCertificatePem === undefined ? {} : { cert: tls.clientCertificatePem }),
    ...(tls.clientKeyPem === undefined ? {} : { key: tls.clientKeyPem }),
    rejectUnauthorized: !access.insecureSkipTlsVerify,
    minVersion: "TLSv1.2",
  };
}

/**
 * Opens a TLS connection and offers HTTP/2 and HTTP/1.1.
 *
 * @throws TransportError with the reason in words.
 */
export function connectTls(access: ClusterAccess, tls: TlsMaterial): Promise<TLSSocket> {
  const { hostname, port } = new URL(access.server);
  return new Promise((resolve, reject) => {
    const socket = connect({
      ...tlsOptions(access, tls),
      host: hostname.replace(/^\[|\]$/g, ""),
      port: port === "" ? 443 : Number(port),
      ALPNProtocols: ["h2", "http/1.1"],
    });
    const timer = setTimeout(
      () => socket.destroy(new Error(`no connection within ${CONNECT_TIMEOUT_MS / 1000} s`)),
      CONNECT_TIMEOUT_MS,
    );
    socket.once("error", (error) => {
      clearTimeout(timer);
      reject(new TransportError(describeNetworkError(error), { maybeSent: false, cause: error }));
    });
    socket.once("secureConnect", () => {
      clearTimeout(timer);
      socket.setNoDelay(true);
      socket.setKeepAlive(true, 30_000);
      resolve(socket);
    });
  });
}

const UNTRUSTED_SIGNER = "the server's certificate is signed by a CA that is not trusted here";

const CERTIFICATE_PROBLEMS: Readonly<Record<string, string>> = {
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED_SIGNER,
  DEPTH_ZERO_SELF_SIGNED_CERT: "the server's certificate is self-signed and not trusted here",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED_SIGNER,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED_SIGNER,
  CERT_SIGNATURE_FAILURE: UNTRUSTED_SIGNER,
  CERT_HAS_EXPIRED: "the server's certificate has expired",
  CERT_NOT_YET_VALID: "the server's certificate is not valid yet",
  ERR_TLS_CERT_ALTNAME_INVALID: "the server's certificate is for another name",
};

const NETWORK_PROBLEMS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was reset",
  ENOTFOUND: "the host name does not resolve",
  EAI_AGAIN: "the host name could not be resolved just now",
  EHOSTUNREACH: "there is no route to the host",
  ENETUNREACH: "there is no route to the network",
  ETIMEDOUT: "the connection timed out",
  EPIPE: "the connection was closed",
};

/** Says in words what a socket's or stream's error means. */
export function describeNetworkError(error: Error): string {
  const code = codeOf(error);
  const words = CERTIFICATE_PROBLEMS[code] ?? NETWORK_PROBLEMS[code];
  return words ?? (code === "" ? error.message : `${error.message} (${code})`);
}

/** Whether the other end answered with a certificate that is not accepted here: asking again changes nothing. */
export function isCertificateProblem(error: unknown): boolean {
  return error instanceof TransportError && error.cause instanceof Error && codeOf(error.cause) in CERTIFICATE_PROBLEMS;
}

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}
