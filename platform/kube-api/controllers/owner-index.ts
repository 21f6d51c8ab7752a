import type { OwnerReference } from "@tegata/kube-types";
import type { Revision, Store } from "../store/index.ts";
import type { ResourceRegistry } from "../registry/resource-registry.ts";
import { collectionOf } from "../registry/resource-registry.ts";
import type { ResourceDefinition } from "../registry/types.ts";

/** An object as the garbage collector knows it. */
export interface OwnedObject {
  readonly definition: ResourceDefinition;
  readonly collection: string;
  readonly key: string;
  readonly uid: string;
  readonly owners: readonly OwnerReference[];
}

/** Which objects name which owners, for all stored kinds, kept up by the store's watch. */
export class OwnerIndex {
  readonly #store: Store;
  readonly #resources: ResourceRegistry;
  #onChange: (id: string, revision: Revision) => void = () => undefined;
  readonly #objects = new Map<string, OwnedObject>();
  readonly #dependents = new Map<string, Set<string>>();
  readonly #watches = new Map<string, () => void>();
  #unlisten: () => void = () => undefined;

  constructor(store: Store, resources: ResourceRegistry) {
    this.#store = store;
    this.#resources = resources;
  }

  /** @param onChange - called for every object once, then for each change, after the index knows of it. */
  start(onChange: (id: string, revision: Revision) => void): void {
    this.#onChange = onChange;
    this.#unlisten = this.#resources.onChange(() => this.#followResources());
    this.#followResources();
  }

  /** @param id - of the form `collection/key`. */
  get(id: string): OwnedObject | undefined {
    return this.#objects.get(id);
  }

  /** The objects that name this owner. */
  dependentsOf(uid: string): readonly OwnedObject[] {
    return [...(this.#dependents.get(uid) ?? [])].flatMap((id) => this.#objects.get(id) ?? []);
  }

  stop(): void {
    this.#unlisten();
    for (const unwatch of this.#watches.values()) unwatch();
  }

  #followResources(): void {
    const served = new Map(this.#resources.storedResources().map((one) => [collectionOf(one), one]));
    for (const [collection, definition] of served) if (!this.#watches.has(collection)) this.#follow(definition);
    for (const [collection, unwatch] of this.#watches) {
      if (served.has(collection)) continue;
      unwatch();
      this.#watches.delete(collection);
    }
  }

  #follow(definition: ResourceDefinition): void {
    const collection = collectionOf(definition);
    const { revisions, version } = this.#store.list({ collection, prefix: "" });
    for (const revision of revisions) this.#take(definition, revision);
    const range = { collection, prefix: "", fromVersion: version };
    const unwatch = this.#store.watch(range, (events) => {
      for (const revision of events) this.#take(definition, revision);
    });
    this.#watches.set(collection, unwatch);
  }

  #take(definition: ResourceDefinition, revision: Revision): void {
    const { collection, key, deleted } = revision;
    const id = `${collection}/${key}`;
    const old = this.#objects.get(id);
    for (const { uid } of old?.owners ?? []) this.#unlink(uid, id);
    this.#objects.delete(id);
    if (!deleted) {
      const { uid = "", ownerReferences: owners = [] } = revision.object.metadata;
      this.#objects.set(id, { definition, collection, key, uid, owners });
      for (const owner of owners) this.#dependents.set(owner.uid, this.#linked(owner.uid).add(id));
    }
    this.#onChange(id, revision);
  }

  #linked(uid: string): Set<string> {
    return this.#dependents.get(uid) ?? new Set();
  }

  #unlink(uid: string, id: string): void {
    const ids = this.#linked(uid);
    ids.delete(id);
    if (ids.size === 0) this.#dependents.delete(uid);
  }
}
