import type { UserInfo } from "../registry/types.ts";

/** Group of everyone who has proved who they are. */
export const AUTHENTICATED_GROUP = "system:authenticated";
/** Group of everyone who has not. */
export const UNAUTHENTICATED_GROUP = "system:unauthenticated";
/** Group of all ServiceAccounts. */
const SERVICE_ACCOUNTS_GROUP = "system:serviceaccounts";

const PREFIX = "system:serviceaccount:";

/** The username of a ServiceAccount, e.g. `system:serviceaccount:shop:web`. */
export function serviceAccountUsername(namespace: string, name: string): string {
  return `${PREFIX}${namespace}:${name}`;
}

/** @returns the ServiceAccount that a username stands for; `undefined` if it stands for something else. */
export function parseServiceAccountUsername(username: string): { namespace: string; name: string } | undefined {
  if (!username.startsWith(PREFIX)) return undefined;
  const [namespace = "", name = "", ...rest] = username.slice(PREFIX.length).split(":");
  return namespace === "" || name === "" || rest.length > 0 ? undefined : { namespace, name };
}

/** The groups that every ServiceAccount of a namespace is in, without {@link AUTHENTICATED_GROUP}. */
export function serviceAccountGroups(namespace: string): string[] {
  return [SERVICE_ACCOUNTS_GROUP, `${SERVICE_ACCOUNTS_GROUP}:${namespace}`];
}

/** The user with {@link AUTHENTICATED_GROUP} among its groups. */
export function authenticated(user: UserInfo): UserInfo {
  if (user.groups.includes(AUTHENTICATED_GROUP)) return user;
  return { ...user, groups: [...user.groups, AUTHENTICATED_GROUP] };
}
