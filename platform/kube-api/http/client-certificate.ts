import type { TLSSocket } from "node:tls";
import { ApiError } from "../http-errors.ts";
import type { HttpRequest } from "./body.ts";

/** What a connection's client showed when it was made. */
type Shown = { readonly der: Uint8Array | undefined; readonly isTrusted: boolean };

/** By connection: asking OpenSSL costs more than all else that is done to find out who sends a request. */
const shown = new WeakMap<object, Shown>();

/**
 * The client certificate of a request's connection, DER; the same bytes for every request of the connection.
 *
 * @returns undefined if the client showed none.
 * @throws ApiError 401 if it showed one that the client CA did not sign.
 */
export function clientCertificateOf(request: HttpRequest): Uint8Array | undefined {
  const connection = "stream" in request ? (request.stream.session ?? request) : request.socket;
  let certificate = shown.get(connection);
  if (certificate === undefined) shown.set(connection, (certificate = readCertificate(request.socket as TLSSocket)));
  if (certificate.der !== undefined && !certificate.isTrusted) throw new ApiError(401, "Unauthorized", "Unauthorized");
  return certificate.der;
}

function readCertificate(socket: TLSSocket): Shown {
  // Empty, not undefined, if there is none.
  const { raw } = socket.getPeerCertificate() as { raw?: Uint8Array };
  return { der: raw, isTrusted: socket.authorized };
}
