import type { Backend, MountRequest } from "../core.ts";
import { listField, textField } from "../fields.ts";
import { type ApiAnswer, ApiRefusal, badRequest } from "../protocol.ts";
import { grantToken, readRecord, roleName, serveRecords } from "./roles.ts";

/** `auth/kubernetes`: a ServiceAccount's token, reviewed by its API server, becomes a token of a role. */
export const kubernetesAuth: Backend = {
  isLogin: (below) => below === "login",
  exists: (request) => readRecord(request, request.below) !== undefined,
  handle: (request) =>
    request.below === "login" ? logIn(request) : serveRecords(request, { hide: ["token_reviewer_jwt"] }),
};

async function logIn(request: MountRequest): Promise<ApiAnswer> {
  const { core, body, signal } = request;
  const name = roleName(request, {});
  if (name === "") throw badRequest("missing role");
  const jwt = textField(body, "jwt");
  if (jwt === "") throw badRequest("missing jwt");
  const role = readRecord(request, `role/${name}`);
  if (role === undefined) throw badRequest(`invalid role name "${name}"`);
  if (core.reviewToken === undefined) throw new ApiRefusal(500, ["could not load backend configuration"]);
  const audience = textField(role, "audience");
  const review = await core.reviewToken(jwt, audience === "" ? [] : [audience], signal);
  const [, namespace = "", account = ""] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(review.username) ?? [];
  if (!review.authenticated || account === "") throw new ApiRefusal(403, ["permission denied"]);
  if (!allows(listField(role, "bound_service_account_names"), account)) {
    throw new ApiRefusal(403, ["service account name not authorized"]);
  }
  if (!allows(listField(role, "bound_service_account_namespaces"), namespace)) {
    throw new ApiRefusal(403, ["namespace not authorized"]);
  }
  const meta = {
    role: name,
    service_account_name: account,
    service_account_namespace: namespace,
    service_account_secret_name: "",
    service_account_uid: review.uid,
  };
  return grantToken(request, role, { displayName: `kubernetes-${namespace}-${account}`, meta });
}

/** Names may end in `*`. */
function allows(bound: readonly string[], name: string): boolean {
  return bound.some((allowed) => (allowed.endsWith("*") ? name.startsWith(allowed.slice(0, -1)) : name === allowed));
}
