import { type KubeObject, type OwnerReference, parseGroupVersion } from "@tegata/kube-types";
import { selfContext } from "../bootstrap/self-context.ts";
import { unlessRefused } from "../http-errors.ts";
import { deleteObject, FOREGROUND_FINALIZER, ORPHAN_FINALIZER } from "../registry/delete.ts";
import type { PropagationPolicy } from "../registry/delete-options.ts";
import { collectionOf, keyOf } from "../registry/resource-registry.ts";
import { updateObject } from "../registry/update.ts";
import type { Revision } from "../store/index.ts";
import { KeyQueue } from "./key-queue.ts";
import { type OwnedObject, OwnerIndex } from "./owner-index.ts";
import type { ControllerOptions, RunningController } from "./types.ts";

/**
 * Deletes the objects whose owners are all gone, and does what the propagation policy of a deleted owner asks for: waits
 * for its dependents (foreground) or cuts them off (orphan). reference: k8s.io/kubernetes `pkg/controller/garbagecollector`
 */
export function startGarbageCollector(options: ControllerOptions): RunningController {
  const collector = new GarbageCollector(options);
  collector.start();
  return { stop: () => collector.stop() };
}

/** How an owner that an object names stands. `unknown`: its kind is not served, which says nothing about the object. */
type OwnerState = "present" | "absent" | "waiting" | "unknown";

class GarbageCollector {
  readonly #options: ControllerOptions;
  readonly #queue: KeyQueue;
  readonly #index: OwnerIndex;

  constructor(options: ControllerOptions) {
    this.#options = options;
    const { services, logger } = options;
    this.#queue = new KeyQueue((id) => this.#process(id), { name: "garbage-collector", concurrency: 20, logger });
    this.#index = new OwnerIndex(services.store, services.resources);
  }

  start(): void {
    this.#index.start((id, revision) => this.#consider(id, revision));
  }

  async stop(): Promise<void> {
    this.#index.stop();
    await this.#queue.stop();
  }

  #consider(id: string, { deleted, object, previous }: Revision): void {
    const { metadata } = object;
    if (deleted) {
      for (const dependent of this.#index.dependentsOf(metadata.uid ?? "")) this.#queue.add(idOf(dependent));
    } else if (metadata.ownerReferences !== undefined || metadata.deletionTimestamp !== undefined) {
      this.#queue.add(id);
    }
    // An owner that waits for its dependents may go when one of them is gone or names it no more.
    const owners = (previous ?? { object }).object.metadata.ownerReferences ?? [];
    for (const owner of owners) {
      const ownerId = this.#idOfOwner(owner, metadata.namespace ?? "");
      if (ownerId !== undefined) this.#queue.add(ownerId);
    }
  }

  async #process(id: string): Promise<void> {
    const item = this.#index.get(id);
    const object = item === undefined ? undefined : this.#options.services.store.get(item)?.object;
    if (item === undefined || object === undefined) return;
    const { deletionTimestamp, finalizers = [] } = object.metadata;
    if (deletionTimestamp === undefined) return this.#collect(item, object);
    if (finalizers.includes(ORPHAN_FINALIZER)) return this.#orphanDependents(item);
    if (finalizers.includes(FOREGROUND_FINALIZER)) return this.#deleteDependents(item);
  }

  /** Deletes an object that nobody owns any more. */
  async #collect(item: OwnedObject, object: KubeObject): Promise<void> {
    if (item.owners.length === 0) return;
    const namespace = object.metadata.namespace ?? "";
    const states = item.owners.map((owner) => this.#stateOf(owner, namespace));
    if (states.includes("unknown")) return;
    const keepsOwner = states.includes("present");
    const isDone = states.every((state) => state === "present");
    if (isDone) return;
    if (keepsOwner) {
      const kept = item.owners.filter((_, i) => states[i] === "present").map(({ uid }) => uid);
      return this.#changeMetadata(item, (metadata) => {
        metadata.ownerReferences = (metadata.ownerReferences ?? []).filter(({ uid }) => kept.includes(uid));
      });
    }
    const hasDependents = this.#index.dependentsOf(item.uid).length > 0;
    const isForeground = states.includes("waiting") && hasDependents;
    await this.#delete(item, isForeground ? "Foreground" : undefined);
  }

  #stateOf(owner: OwnerReference, namespace: string): OwnerState {
    const id = this.#placeOf(owner, namespace);
    if (id === undefined) return "unknown";
    const object = this.#options.services.store.get(id)?.object;
    if (object === undefined || object.metadata.uid !== owner.uid) return "absent";
    const { deletionTimestamp, finalizers = [] } = object.metadata;
    return deletionTimestamp !== undefined && finalizers.includes(FOREGROUND_FINALIZER) ? "waiting" : "present";
  }

  async #orphanDependents(item: OwnedObject): Promise<void> {
    for (const dependent of this.#index.dependentsOf(item.uid)) {
      await this.#changeMetadata(dependent, (metadata) => {
        metadata.ownerReferences = (metadata.ownerReferences ?? []).filter(({ uid }) => uid !== item.uid);
      });
    }
    await this.#removeFinalizer(item, ORPHAN_FINALIZER);
  }

  async #deleteDependents(item: OwnedObject): Promise<void> {
    const dependents = this.#index.dependentsOf(item.uid);
    const blocking = dependents.filter(({ owners }) =>
      owners.some(({ uid, blockOwnerDeletion }) => uid === item.uid && blockOwnerDeletion === true),
    );
    if (blocking.length === 0) return this.#removeFinalizer(item, FOREGROUND_FINALIZER);
    for (const dependent of blocking) this.#queue.add(idOf(dependent));
  }

  #removeFinalizer(item: OwnedObject, finalizer: string): Promise<void> {
    return this.#changeMetadata(item, (metadata) => {
      metadata.finalizers = (metadata.finalizers ?? []).filter((one) => one !== finalizer);
    });
  }

  async #changeMetadata(item: OwnedObject, change: (metadata: KubeObject["metadata"]) => void): Promise<void> {
    const { services, now } = this.#options;
    const update = updateObject(services, {
      target: targetOf(item),
      options: { dryRun: false, fieldManager: "garbage-collector", fieldValidation: "Ignore", force: false },
      context: selfContext(now()),
      transform: (current) => {
        // Another object of the same name is none of our business.
        if (current.metadata.uid === item.uid) change(current.metadata);
        return current;
      },
    });
    await unlessRefused(update, 404, 409);
  }

  async #delete(item: OwnedObject, propagation: PropagationPolicy | undefined): Promise<void> {
    const { services, now } = this.#options;
    const preconditions = { uid: item.uid };
    const options = { dryRun: false, propagation, preconditions, gracePeriodSeconds: undefined };
    await unlessRefused(deleteObject(services, targetOf(item), options, selfContext(now())), 404, 409);
  }

  #idOfOwner(owner: OwnerReference, namespace: string): string | undefined {
    const place = this.#placeOf(owner, namespace);
    return place === undefined ? undefined : idOf(place);
  }

  /** Where an owner is stored. Undefined if its kind is not served, or cannot own an object of the cluster's. */
  #placeOf({ apiVersion, kind, name }: OwnerReference, namespace: string) {
    const { group } = parseGroupVersion(apiVersion);
    const definition = this.#options.services.resources.findKind(group, "", kind);
    if (definition === undefined || (definition.namespaced && namespace === "")) return undefined;
    return { collection: collectionOf(definition), key: keyOf(definition, namespace, name) };
  }
}

function idOf({ collection, key }: { readonly collection: string; readonly key: string }): string {
  return `${collection}/${key}`;
}

function targetOf({ definition, key }: OwnedObject) {
  const slash = definition.namespaced ? key.indexOf("/") : -1;
  return { definition, namespace: key.slice(0, Math.max(0, slash)), name: key.slice(slash + 1), subresource: "" };
}
