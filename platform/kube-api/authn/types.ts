import type { IncomingHttpHeaders } from "node:http";
import type { UserInfo } from "../registry/types.ts";

/** What a request says of its sender. */
export interface AuthenticationRequest {
  readonly headers: IncomingHttpHeaders;
  /** DER of the client certificate, only if the TLS layer verified it against the client CA. */
  readonly clientCertificateDer: Uint8Array | undefined;
}

/** Finds out who asks. Several are tried in order. */
export interface Authenticator {
  /**
   * @returns the user; `undefined` if the request carries no credential of this authenticator's kind.
   * @throws ApiError 401 if it carries one that is not valid.
   */
  authenticate(request: AuthenticationRequest): Promise<UserInfo | undefined>;
}
