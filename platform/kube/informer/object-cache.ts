import { type KubeObject, namespacedName } from "@tegata/kube-types";
import { isOlderVersion } from "./resource-version.ts";

/** Keys under which an object is found. */
export type IndexFunction<T> = (object: T) => readonly string[];

/** What happened to one object in the cache. */
export type CacheChange<T> =
  | { readonly type: "added"; readonly object: T; readonly initial: boolean }
  | { readonly type: "updated"; readonly object: T; readonly old: T }
  | { readonly type: "deleted"; readonly object: T };

/** The objects of one kind, and indexes over them. Tells its listener of each change after it has been made. */
export class ObjectCache<T extends KubeObject> {
  readonly #objects = new Map<string, T>();
  readonly #indexes = new Map<string, Index<T>>();
  readonly #changed: (change: CacheChange<T>) => void;
  #filled = false;

  constructor(changed: (change: CacheChange<T>) => void) {
    this.#changed = changed;
  }

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  list(): T[] {
    return [...this.#objects.values()];
  }

  /** @throws Error if there is no such index: that is a bug. */
  byIndex(name: string, key: string): T[] {
    const index = this.#indexes.get(name);
    if (index === undefined) throw new Error(`the informer has no index "${name}"`);
    const found: T[] = [];
    for (const objectKey of index.keys.get(key) ?? []) {
      const object = this.#objects.get(objectKey);
      if (object !== undefined) found.push(object);
    }
    return found;
  }

  /** @throws Error if the name stands for another function already: that is a bug. */
  addIndex(name: string, indexOf: IndexFunction<T>): void {
    const known = this.#indexes.get(name);
    if (known !== undefined) {
      if (known.indexOf === indexOf) return;
      throw new Error(`two users of one informer give the index "${name}" different functions`);
    }
    const index: Index<T> = { indexOf, keys: new Map() };
    for (const [key, object] of this.#objects) link(index, key, object);
    this.#indexes.set(name, index);
  }

  /** Takes in one object as the server has it now. An older version than the known one is passed over. */
  upsert(object: T): void {
    const key = namespacedName(object);
    const old = this.#objects.get(key);
    if (old !== undefined && !isNews(object, old)) return;
    this.#set(key, object, old);
    this.#changed(
      old === undefined ? { type: "added", object, initial: !this.#filled } : { type: "updated", object, old },
    );
  }

  /** Takes an object out; `object` is its last state. */
  remove(object: T): void {
    const key = namespacedName(object);
    const old = this.#objects.get(key);
    // A late DELETED of an object that was made anew since.
    if (old === undefined || isOlderVersion(versionOf(object), versionOf(old))) return;
    this.#delete(key, old);
    this.#changed({ type: "deleted", object });
  }

  /** Becomes what a list says, whatever the versions: after a restore of the server's data they may have gone back. */
  replace(listed: ReadonlyMap<string, T>): void {
    for (const [key, old] of this.#objects) {
      if (listed.has(key)) continue;
      this.#delete(key, old);
      this.#changed({ type: "deleted", object: old });
    }
    for (const [key, object] of listed) {
      const old = this.#objects.get(key);
      if (old === undefined) {
        this.#set(key, object, undefined);
        this.#changed({ type: "added", object, initial: !this.#filled });
      } else if (!isSame(object, old)) {
        this.#set(key, object, old);
        this.#changed({ type: "updated", object, old });
      }
    }
    this.#filled = true;
  }

  #set(key: string, object: T, old: T | undefined): void {
    for (const index of this.#indexes.values()) {
      if (old !== undefined) unlink(index, key, old);
      link(index, key, object);
    }
    this.#objects.set(key, object);
  }

  #delete(key: string, old: T): void {
    for (const index of this.#indexes.values()) unlink(index, key, old);
    this.#objects.delete(key);
  }
}

interface Index<T> {
  readonly indexOf: IndexFunction<T>;
  readonly keys: Map<string, Set<string>>;
}

function link<T>(index: Index<T>, objectKey: string, object: T): void {
  for (const key of index.indexOf(object)) {
    const objectKeys = index.keys.get(key);
    if (objectKeys === undefined) index.keys.set(key, new Set([objectKey]));
    else objectKeys.add(objectKey);
  }
}

function unlink<T>(index: Index<T>, objectKey: string, object: T): void {
  for (const key of index.indexOf(object)) {
    const objectKeys = index.keys.get(key);
    objectKeys?.delete(objectKey);
    if (objectKeys?.size === 0) index.keys.delete(key);
  }
}

function versionOf(object: KubeObject): string {
  return object.metadata.resourceVersion ?? "";
}

function isSame(a: KubeObject, b: KubeObject): boolean {
  return versionOf(a) !== "" && versionOf(a) === versionOf(b) && a.metadata.uid === b.metadata.uid;
}

function isNews(object: KubeObject, old: KubeObject): boolean {
  return !isSame(object, old) && !isOlderVersion(versionOf(object), versionOf(old));
}
