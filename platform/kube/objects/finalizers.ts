import type { KubeObject } from "@tegata/kube-types";
import { isKubeApiError } from "../client/kube-api-error.ts";
import type { KubeClient, Resource } from "../client-types.ts";

/** Whether the object is being deleted and waits for its finalizers. */
export function isDeleting(object: KubeObject): boolean {
  return object.metadata.deletionTimestamp !== undefined;
}

/** Whether the object carries this finalizer. */
export function hasFinalizer(object: KubeObject, finalizer: string): boolean {
  return object.metadata.finalizers?.includes(finalizer) ?? false;
}

/**
 * Adds a finalizer unless it is there.
 *
 * @param object - as last read; the write is refused with `Conflict` if it has changed since.
 * @returns the object as it is now.
 */
export async function addFinalizer<T extends KubeObject>(
  client: KubeClient,
  resource: Resource<T>,
  object: T,
  finalizer: string,
  signal?: AbortSignal,
): Promise<T> {
  if (hasFinalizer(object, finalizer)) return object;
  return patchFinalizers(client, resource, object, [...(object.metadata.finalizers ?? []), finalizer], signal);
}

/**
 * Takes a finalizer off, which may end the object. Nothing happens if either is gone.
 *
 * @param object - as last read; the write is refused with `Conflict` if it has changed since.
 */
export async function removeFinalizer<T extends KubeObject>(
  client: KubeClient,
  resource: Resource<T>,
  object: T,
  finalizer: string,
  signal?: AbortSignal,
): Promise<void> {
  if (!hasFinalizer(object, finalizer)) return;
  const others = (object.metadata.finalizers ?? []).filter((other) => other !== finalizer);
  try {
    await patchFinalizers(client, resource, object, others, signal);
  } catch (error) {
    if (!isKubeApiError(error, "NotFound")) throw error;
  }
}

function patchFinalizers<T extends KubeObject>(
  client: KubeClient,
  resource: Resource<T>,
  { metadata }: T,
  finalizers: string[],
  signal: AbortSignal | undefined,
): Promise<T> {
  const { namespace = "", name = "", resourceVersion } = metadata;
  // A merge patch replaces the whole list, so it must not be made on an old one.
  const patch = { metadata: { finalizers, ...(resourceVersion === undefined ? {} : { resourceVersion }) } };
  return client.patch(resource, namespace, name, "merge", patch, {}, signal);
}
