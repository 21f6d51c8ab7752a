import type { ResourceDefinition } from "./types.ts";

/**
 * The kinds that the server serves right now. They come in sets, each with an owner (the server itself, or the name of
 * a CustomResourceDefinition), because the versions of one kind change together.
 */
export class ResourceRegistry {
  readonly #sets = new Map<string, readonly ResourceDefinition[]>();
  readonly #listeners = new Set<() => void>();
  #byPath = new Map<string, ResourceDefinition>();

  /** Serves these definitions in place of the ones that the owner had before. An empty list ends them. */
  replace(owner: string, definitions: readonly ResourceDefinition[]): void {
    if (definitions.length === 0) this.#sets.delete(owner);
    else this.#sets.set(owner, definitions);
    this.#byPath = new Map(this.all().map((definition) => [pathOf(definition), definition]));
    for (const listener of this.#listeners) listener();
  }

  /** The definition of a resource, e.g. `apps`, `v1`, `deployments`. */
  find(group: string, version: string, plural: string): ResourceDefinition | undefined {
    return this.#byPath.get(pathOf({ group, version, plural }));
  }

  /** The definition of a kind; with an empty version, in any version. */
  findKind(group: string, version: string, kind: string): ResourceDefinition | undefined {
    return this.all().find(
      (definition) =>
        definition.group === group && definition.kind === kind && (version === "" || definition.version === version),
    );
  }

  /** In which version the objects of a resource are stored. */
  stored(group: string, plural: string): ResourceDefinition | undefined {
    return this.all().find(
      (definition) =>
        definition.group === group && definition.plural === plural && definition.version === definition.storageVersion,
    );
  }

  /** Every definition, each group's preferred version first. */
  all(): readonly ResourceDefinition[] {
    return [...this.#sets.values()].flat();
  }

  /** Every resource once, in the version in which it is stored if that is served; without the kinds that are only answered. */
  storedResources(): readonly ResourceDefinition[] {
    const byCollection = new Map<string, ResourceDefinition>();
    for (const definition of this.all()) {
      if (definition.review !== undefined || definition.storageGroup !== undefined) continue;
      const collection = collectionOf(definition);
      const isStored = definition.version === definition.storageVersion;
      if (isStored || !byCollection.has(collection)) byCollection.set(collection, definition);
    }
    return [...byCollection.values()];
  }

  /** Calls `listener` after each change. @returns how to end it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

/** Under which name the store keeps a resource's objects, whatever the version, e.g. `roles.rbac.authorization.k8s.io`. */
export function collectionOf({
  group,
  plural,
  storageGroup = group,
}: Pick<ResourceDefinition, "group" | "plural" | "storageGroup">): string {
  return storageGroup === "" ? plural : `${plural}.${storageGroup}`;
}

/** The key of an object within its collection. */
export function keyOf(definition: Pick<ResourceDefinition, "namespaced">, namespace: string, name: string): string {
  return definition.namespaced ? `${namespace}/${name}` : name;
}

function pathOf({ group, version, plural }: Pick<ResourceDefinition, "group" | "version" | "plural">): string {
  return `${group}/${version}/${plural}`;
}
