import { serviceAccountUsername } from "../authn/service-account-user.ts";
import type { UserInfo } from "../registry/types.ts";
import type { Revision, Store } from "../store/index.ts";
import { RBAC_COLLECTIONS, type RoleBinding, type Subject } from "./rbac-objects.ts";

/** One way in which a binding reaches a user. */
export interface Grant {
  readonly binding: RoleBinding;
  readonly subject: Subject;
}

/** Scope of the bindings that hold everywhere. Namespaces are never empty. */
const CLUSTER = "";

/**
 * Which bindings name which user or group, by namespace. It follows the store's watch, which delivers before the write is
 * acknowledged: who has been answered that a binding is gone is not allowed anything by it any more.
 */
export class BindingIndex {
  /** Scope, then user or group, then the binding's name. */
  readonly #grants = new Map<string, Map<string, Map<string, Grant>>>();
  /** What was indexed, by scope and name. */
  readonly #indexed = new Map<string, RoleBinding>();
  readonly #stops: (() => void)[] = [];

  constructor(store: Pick<Store, "list" | "watch">) {
    for (const collection of [RBAC_COLLECTIONS.clusterRoleBindings, RBAC_COLLECTIONS.roleBindings]) {
      const { revisions, version } = store.list({ collection, prefix: "" });
      for (const revision of revisions) this.#follow(revision);
      const range = { collection, prefix: "", fromVersion: version };
      this.#stops.push(store.watch(range, (changes) => changes.forEach((change) => this.#follow(change))));
    }
  }

  /** The bindings that name the user or one of its groups: those of the cluster, then those of the namespace. */
  *grants(user: UserInfo, namespace: string): Generator<Grant> {
    for (const scope of namespace === CLUSTER ? [CLUSTER] : [CLUSTER, namespace]) {
      const ofScope = this.#grants.get(scope);
      if (ofScope === undefined) continue;
      yield* ofScope.get(userKey(user.username))?.values() ?? [];
      for (const group of user.groups) yield* ofScope.get(groupKey(group))?.values() ?? [];
    }
  }

  /** Ends the watches. */
  stop(): void {
    for (const stop of this.#stops) stop();
  }

  #follow({ collection, key, deleted, object }: Revision): void {
    const indexedAs = `${collection}/${key}`;
    const old = this.#indexed.get(indexedAs);
    if (old !== undefined) this.#remove(old);
    this.#indexed.delete(indexedAs);
    if (deleted) return;
    this.#indexed.set(indexedAs, object as RoleBinding);
    this.#add(object as RoleBinding);
  }

  #add(binding: RoleBinding): void {
    const { name = "", namespace = CLUSTER } = binding.metadata;
    const ofScope = this.#grants.get(namespace) ?? new Map<string, Map<string, Grant>>();
    this.#grants.set(namespace, ofScope);
    for (const subject of binding.subjects ?? []) {
      const key = subjectKey(subject, namespace);
      const ofSubject = ofScope.get(key) ?? new Map<string, Grant>();
      if (!ofSubject.has(name)) ofSubject.set(name, { binding, subject });
      ofScope.set(key, ofSubject);
    }
  }

  #remove(binding: RoleBinding): void {
    const { name = "", namespace = CLUSTER } = binding.metadata;
    const ofScope = this.#grants.get(namespace);
    for (const subject of binding.subjects ?? []) {
      const key = subjectKey(subject, namespace);
      ofScope?.get(key)?.delete(name);
      if (ofScope?.get(key)?.size === 0) ofScope.delete(key);
    }
    if (ofScope?.size === 0) this.#grants.delete(namespace);
  }
}

function subjectKey({ kind, name, namespace }: Subject, bindingNamespace: string): string {
  if (kind === "Group") return groupKey(name);
  // A ServiceAccount without a namespace is taken from the binding's own, as old objects in etcd have it.
  return userKey(kind === "User" ? name : serviceAccountUsername(namespace ?? bindingNamespace, name));
}

function userKey(name: string): string {
  return `user ${name}`;
}

function groupKey(name: string): string {
  return `group ${name}`;
}
