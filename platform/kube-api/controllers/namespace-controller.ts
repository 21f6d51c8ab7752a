import type { KubeObject, Namespace } from "@tegata/kube-types";
import { selfContext } from "../bootstrap/self-context.ts";
import { unlessRefused } from "../http-errors.ts";
import { deleteObject } from "../registry/delete.ts";
import { isTerminating, NAMESPACE_FINALIZER, namespaceFinalizers } from "../registry/namespaces.ts";
import { collectionOf } from "../registry/resource-registry.ts";
import type { ResourceDefinition } from "../registry/types.ts";
import { updateObject } from "../registry/update.ts";
import { KeyQueue } from "./key-queue.ts";
import type { ControllerOptions, RunningController } from "./types.ts";

/** How often a namespace is looked at while objects with finalizers keep it, in milliseconds. */
const RECHECK_MS = 250;

/**
 * Empties the namespaces that are being deleted, and lets them go when they are empty. Objects with finalizers are waited
 * for. reference: k8s.io/kubernetes `pkg/controller/namespace`
 */
export function startNamespaceController(options: ControllerOptions): RunningController {
  const { services, logger } = options;
  const { store } = services;
  const work = (name: string): Promise<void> => terminate(options, name, (key) => queue.addAfter(key, RECHECK_MS));
  const queue = new KeyQueue(work, { name: "namespaces", concurrency: 4, logger });
  const consider = (namespace: KubeObject): void => {
    if (isTerminating(namespace)) queue.add(namespace.metadata.name ?? "");
  };
  const { revisions, version } = store.list({ collection: "namespaces", prefix: "" });
  for (const { object } of revisions) consider(object);
  const unwatch = store.watch({ collection: "namespaces", prefix: "", fromVersion: version }, (events) => {
    for (const { object, deleted } of events) if (!deleted) consider(object);
  });
  return {
    async stop() {
      unwatch();
      await queue.stop();
    },
  };
}

async function terminate(options: ControllerOptions, name: string, recheck: (name: string) => void): Promise<void> {
  const { services } = options;
  const namespace: Namespace | undefined = services.store.get({ collection: "namespaces", key: name })?.object;
  if (namespace === undefined || !isTerminating(namespace)) return;
  if (!namespaceFinalizers(namespace).includes(NAMESPACE_FINALIZER)) return;
  const remaining = await emptyNamespace(options, name);
  if (remaining > 0) recheck(name);
  else await releaseNamespace(options, name);
}

/** Deletes everything in a namespace. @returns how many objects stay for now, because of their finalizers. */
async function emptyNamespace(options: ControllerOptions, namespace: string): Promise<number> {
  const { resources, store } = options.services;
  let remaining = 0;
  for (const definition of resources.storedResources()) {
    if (!definition.namespaced) continue;
    const range = { collection: collectionOf(definition), prefix: `${namespace}/` };
    const { revisions } = store.list(range);
    const present = revisions.filter(({ object }) => object.metadata.deletionTimestamp === undefined);
    await Promise.all(present.map(({ object }) => deleteIfThere(options, definition, object)));
    remaining += store.list(range).revisions.length;
  }
  return remaining;
}

async function deleteIfThere(
  { services, now }: ControllerOptions,
  definition: ResourceDefinition,
  { metadata: { namespace = "", name = "", uid } }: KubeObject,
): Promise<void> {
  const options = {
    dryRun: false,
    propagation: "Background" as const,
    preconditions: uid === undefined ? {} : { uid },
    gracePeriodSeconds: undefined,
  };
  const target = { definition, namespace, name, subresource: "" };
  // Gone already, or another object of the same name, which cannot have come after the namespace was closed.
  await unlessRefused(deleteObject(services, target, options, selfContext(now())), 404, 409);
}

async function releaseNamespace({ services, now }: ControllerOptions, name: string): Promise<void> {
  const definition = services.resources.find("", "v1", "namespaces");
  if (definition === undefined) return;
  await updateObject(services, {
    target: { definition, namespace: "", name, subresource: "finalize" },
    options: { dryRun: false, fieldManager: "namespace-controller", fieldValidation: "Ignore", force: false },
    context: selfContext(now()),
    transform: (current: Namespace) => {
      const finalizers = namespaceFinalizers(current).filter((finalizer) => finalizer !== NAMESPACE_FINALIZER);
      return { ...current, spec: finalizers.length === 0 ? {} : { finalizers } } as Namespace;
    },
  });
}
