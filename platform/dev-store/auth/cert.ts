import { X509Certificate } from "node:crypto";
import type { Backend, MountRequest } from "../core.ts";
import { textField } from "../fields.ts";
import { type ApiAnswer, badRequest, permissionDenied } from "../protocol.ts";
import { isJsonObject } from "../storage/exact-json.ts";
import { grantToken, readRecord, serveRecords } from "./roles.ts";

/** `auth/cert`: the certificate of a TLS connection becomes a token, if a role's certificate is it or has signed it. */
export const certAuth: Backend = {
  isLogin: (below) => below === "login",
  exists: (request) => readRecord(request, request.below) !== undefined,
  handle: (request) => (request.below === "login" ? logIn(request) : serveRecords(request)),
};

function logIn(request: MountRequest): Promise<ApiAnswer> {
  if (request.clientCertificate === undefined) throw badRequest("client certificate must be supplied");
  const presented = new X509Certificate(request.clientCertificate);
  const now = request.core.nowMs();
  if (Date.parse(presented.validTo) <= now || Date.parse(presented.validFrom) > now) throw permissionDenied();
  const root = `auth/${request.mount.uuid}/certs/`;
  const wanted = textField(request.body, "name");
  for (const key of request.core.map.keys(root)) {
    const role = request.core.map.get(key);
    const name = key.slice(root.length);
    if (!isJsonObject(role) || (wanted !== "" && wanted !== name)) continue;
    const trusted = new X509Certificate(textField(role, "certificate"));
    const isIt = trusted.fingerprint256 === presented.fingerprint256;
    if (!isIt && !(trusted.ca && presented.checkIssued(trusted) && presented.verify(trusted.publicKey))) continue;
    const meta = { cert_name: name, common_name: /CN=([^\n]*)/.exec(presented.subject)?.[1] ?? "" };
    return grantToken(request, role, { displayName: `cert-${name}`, meta });
  }
  throw badRequest("invalid certificate or no client certificate supplied");
}
