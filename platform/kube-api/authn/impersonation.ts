import type { IncomingHttpHeaders } from "node:http";
import { accessForbidden } from "../authz/forbidden.ts";
import type { AccessAttributes, Authorizer } from "../authz/types.ts";
import { badRequest } from "../http-errors.ts";
import type { UserInfo } from "../registry/types.ts";
import { AUTHENTICATED_GROUP, parseServiceAccountUsername, serviceAccountGroups } from "./service-account-user.ts";

const EXTRA_PREFIX = "impersonate-extra-";

/**
 * The user that a request is to be taken as. Each part of it (name, every group, UID, extra) needs the verb
 * `impersonate`. reference: k8s.io/apiserver `filters.WithImpersonation`
 *
 * @returns `user` itself if the headers name nobody else.
 * @throws ApiError 403 if one part is not allowed; 400 if groups, UID or extra are named without a user.
 */
export function impersonate(headers: IncomingHttpHeaders, user: UserInfo, authorizer: Authorizer): UserInfo {
  const wanted = requested(headers);
  if (wanted === undefined) return user;
  for (const resource of impersonatedResources(wanted)) {
    const attributes: AccessAttributes = { kind: "resource", user, verb: "impersonate", version: "v1", ...resource };
    const decision = authorizer.authorize(attributes);
    if (!decision.allowed) throw accessForbidden(attributes, decision);
  }
  return { ...wanted, groups: impersonatedGroups(wanted) };
}

function requested(headers: IncomingHttpHeaders): UserInfo | undefined {
  const username = values(headers["impersonate-user"])[0] ?? "";
  const groups = values(headers["impersonate-group"]);
  const uid = values(headers["impersonate-uid"])[0];
  const extra = Object.entries(headers)
    .filter(([name]) => name.startsWith(EXTRA_PREFIX))
    .map(([name, value]) => [decodeKey(name.slice(EXTRA_PREFIX.length)), values(value)] as const);
  if (username === "") {
    if (groups.length === 0 && uid === undefined && extra.length === 0) return undefined;
    throw badRequest("groups, a UID or extra are to be impersonated, but no user");
  }
  return {
    username,
    groups,
    ...(uid === undefined ? {} : { uid }),
    ...(extra.length === 0 ? {} : { extra: Object.fromEntries(extra) }),
  };
}

type Resource = Omit<Extract<AccessAttributes, { kind: "resource" }>, "kind" | "user" | "verb" | "version">;

function* impersonatedResources({ username, groups, uid, extra = {} }: UserInfo): Generator<Resource> {
  const core = { group: "", subresource: "", namespace: "" };
  const authentication = { ...core, group: "authentication.k8s.io" };
  const serviceAccount = parseServiceAccountUsername(username);
  yield serviceAccount === undefined
    ? { ...core, resource: "users", name: username }
    : { ...core, resource: "serviceaccounts", ...serviceAccount };
  for (const group of groups) yield { ...core, resource: "groups", name: group };
  for (const [key, items] of Object.entries(extra))
    for (const item of items) yield { ...authentication, resource: "userextras", subresource: key, name: item };
  if (uid !== undefined) yield { ...authentication, resource: "uids", name: uid };
}

/** A ServiceAccount gets its groups if none are asked for; everyone but the anonymous user counts as authenticated. */
function impersonatedGroups({ username, groups }: UserInfo): readonly string[] {
  const serviceAccount = parseServiceAccountUsername(username);
  const own =
    groups.length === 0 && serviceAccount !== undefined ? serviceAccountGroups(serviceAccount.namespace) : groups;
  if (username === "system:anonymous") return own.length === 0 ? ["system:unauthenticated"] : own;
  return own.includes(AUTHENTICATED_GROUP) ? own : [...own, AUTHENTICATED_GROUP];
}

/**
 * Node.js joins repeated headers by a comma and a space. Splitting them there may cut a group's name in two, but each
 * part is authorised by itself, so nobody gains by it.
 */
function values(header: string | string[] | undefined): string[] {
  if (header === undefined) return [];
  return (Array.isArray(header) ? header : [header])
    .flatMap((value) => value.split(", "))
    .filter((value) => value !== "");
}

/** Keys of extra are percent-encoded, because header names cannot hold every character. */
function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}
