import type { KubeObject } from "@tegata/kube-types";
import type { KubeClient, Resource } from "../client-types.ts";
import { equalJson, mergePatchBetween } from "./json-difference.ts";

/**
 * Writes an object's status, only if it differs from the one that was read, and only what differs.
 *
 * @param object - as last read. The write is refused with `Conflict` if it has changed since: a status must never speak of a
 *   `spec` that its writer has not seen.
 * @param status - the whole status as it should be.
 * @returns whether there was anything to write.
 */
export async function writeStatus<T extends KubeObject & { status?: object }>(
  client: KubeClient,
  resource: Resource<T>,
  object: T,
  status: NonNullable<T["status"]>,
  options: { readonly fieldManager?: string } = {},
  signal?: AbortSignal,
): Promise<boolean> {
  const old = object.status ?? {};
  if (equalJson(old, status)) return false;
  const { namespace = "", name = "", resourceVersion } = object.metadata;
  const patch = {
    ...(resourceVersion === undefined ? {} : { metadata: { resourceVersion } }),
    status: mergePatchBetween(old, status),
  };
  await client.patch(resource, namespace, name, "merge", patch, { ...options, subresource: "status" }, signal);
  return true;
}
