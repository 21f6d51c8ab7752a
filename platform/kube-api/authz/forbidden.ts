import { ApiError } from "../http-errors.ts";
import type { AccessAttributes, AccessDecision } from "./types.ts";

/**
 * The 403 for a request that was not allowed, in the words that clients parse and people search for.
 * reference: k8s.io/apiserver `responsewriters.Forbidden`
 */
export function accessForbidden(attributes: AccessAttributes, { reason }: Pick<AccessDecision, "reason">): ApiError {
  const why = `${accessDenial(attributes)}${reason === "" ? "" : `: ${reason}`}`;
  if (attributes.kind === "path") return new ApiError(403, "Forbidden", `forbidden: ${why}`, {});
  const { group, resource, name } = attributes;
  const qualified = group === "" ? resource : `${resource}.${group}`;
  const target = name === "" ? qualified : `${qualified} "${name}"`;
  return new ApiError(403, "Forbidden", `${target} is forbidden: ${why}`, {
    ...(name === "" ? {} : { name }),
    ...(group === "" ? {} : { group }),
    kind: resource,
  });
}

/** e.g. `User "jane" cannot list resource "pods" in API group "" in the namespace "shop"` */
function accessDenial(attributes: AccessAttributes): string {
  const who = `User ${JSON.stringify(attributes.user.username)} cannot ${attributes.verb}`;
  if (attributes.kind === "path") return `${who} path ${JSON.stringify(attributes.path)}`;
  const { resource, subresource, group, namespace } = attributes;
  const what = JSON.stringify(subresource === "" ? resource : `${resource}/${subresource}`);
  const where = namespace === "" ? "at the cluster scope" : `in the namespace ${JSON.stringify(namespace)}`;
  return `${who} resource ${what} in API group ${JSON.stringify(group)} ${where}`;
}
