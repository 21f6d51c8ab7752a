import { type KubeObject, namespacedName, type OwnerReference } from "@tegata/kube-types";
import type { Resource } from "../client-types.ts";
import type { Controller } from "../controller-types.ts";
import type { Informer } from "../informer-types.ts";
import { parseGroupVersion } from "@tegata/kube-types";

/** Whether an update is worth a reconcile. */
export type ChangeFilter<T extends KubeObject> = (object: T, old: T) => boolean;

/** `spec` changed, or deletion began. */
export function generationChanged(object: KubeObject, old: KubeObject): boolean {
  return (
    object.metadata.generation !== old.metadata.generation ||
    object.metadata.deletionTimestamp !== old.metadata.deletionTimestamp
  );
}

/** Labels or annotations changed. */
export function labelsOrAnnotationsChanged(object: KubeObject, old: KubeObject): boolean {
  return (
    !sameRecord(object.metadata.labels, old.metadata.labels) ||
    !sameRecord(object.metadata.annotations, old.metadata.annotations)
  );
}

/** One of the filters says yes. */
export function anyOf<T extends KubeObject>(...filters: readonly ChangeFilter<T>[]): ChangeFilter<T> {
  return (object, old) => filters.some((filter) => filter(object, old));
}

/**
 * Enqueues the objects themselves. Those of the first list come as `later`, so that after a restart a change does not wait
 * behind ten thousand objects in which nothing changed.
 *
 * @param changed - which updates count. @defaultValue all
 * @returns what ends it
 */
export function enqueueObjects<T extends KubeObject>(
  informer: Informer<T>,
  controller: Pick<Controller, "enqueue">,
  changed: ChangeFilter<T> = () => true,
): () => void {
  return informer.onChange({
    added: (object, initial) => controller.enqueue(namespacedName(object), initial ? "later" : "soon"),
    updated: (object, old) => {
      if (changed(object, old)) controller.enqueue(namespacedName(object));
    },
    deleted: (object) => controller.enqueue(namespacedName(object)),
  });
}

/**
 * Enqueues the owners of the objects, as their owner references name them.
 *
 * @param owner - the owners' kind; any version of it counts.
 * @param which - `controller`: only the reference with `controller: true`. @defaultValue controller
 * @returns what ends it
 */
export function enqueueOwners<T extends KubeObject>(
  informer: Informer<T>,
  controller: Pick<Controller, "enqueue">,
  owner: Resource,
  which: "controller" | "any" = "controller",
): () => void {
  const isOwner = (reference: OwnerReference) =>
    reference.kind === owner.kind &&
    parseGroupVersion(reference.apiVersion).group === owner.group &&
    (which === "any" || reference.controller === true);
  return enqueueMapped(informer, controller, ({ metadata: { namespace, ownerReferences = [] } }) =>
    ownerReferences
      .filter(isOwner)
      .map(({ name }) =>
        namespacedName({ metadata: { ...(owner.namespaced && namespace !== undefined ? { namespace } : {}), name } }),
      ),
  );
}

/**
 * Enqueues what an object concerns. After an update, what the old state concerned as well.
 *
 * @param keysOf - keys of the controller's objects.
 * @returns what ends it
 */
export function enqueueMapped<T extends KubeObject>(
  informer: Informer<T>,
  controller: Pick<Controller, "enqueue">,
  keysOf: (object: T) => Iterable<string>,
): () => void {
  return informer.onChange({
    added: (object, initial) => {
      for (const key of keysOf(object)) controller.enqueue(key, initial ? "later" : "soon");
    },
    updated: (object, old) => {
      for (const key of new Set([...keysOf(old), ...keysOf(object)])) controller.enqueue(key);
    },
    deleted: (object) => {
      for (const key of keysOf(object)) controller.enqueue(key);
    },
  });
}

function sameRecord(a: Record<string, string> = {}, b: Record<string, string> = {}): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
