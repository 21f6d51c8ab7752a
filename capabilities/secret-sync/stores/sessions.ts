import { TegataError } from "@tegata/errors";
import type { KubeClient } from "@tegata/kube";
import type { JsonObject } from "@tegata/kube-types";
import { openStore, type SecretStore, type StoreContext } from "@tegata/stores";
import type { SecretStoreObject, SecretStoreRef } from "../api/external-secret.ts";
import type { SecretSyncConfig } from "../config.ts";
import { findStore, type World } from "../world.ts";
import { namespaceMayUse } from "./conditions.ts";
import type { OpenStore } from "./open-store.ts";
import { createStoreReferences } from "./references.ts";

/** What sessions are opened with. */
export interface SessionDependencies {
  readonly client: KubeClient;
  readonly world: World;
  readonly config: SecretSyncConfig;
  /** What a store needs beside its references; see `StoreContext`. */
  readonly context: Omit<StoreContext, "displayName" | "references">;
}

interface Session {
  readonly store: SecretStore;
  readonly generation: number;
  lastSuccess: Date | undefined;
}

/** Open stores: one session for each store, generation and identity, shared by all who read through it. */
export class StoreSessions {
  readonly #dependencies: SessionDependencies;
  readonly #sessions = new Map<string, Promise<Session>>();
  /** By the store's uid; kept when opening fails, so that a Secret that appears later is noticed. */
  readonly #references = new Map<string, Set<string>>();

  constructor(dependencies: SessionDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * Opens the store that a reference names, for ExternalSecrets of one namespace.
   *
   * @throws TegataError `STORE_NOT_FOUND`, `STORE_NOT_READY` (`not-ready`), `STORE_FORBIDDEN_NAMESPACE` (`denied`)
   */
  async open(ref: SecretStoreRef, namespace: string): Promise<OpenStore> {
    const store = this.#usableStore(ref, namespace);
    const session = await this.session(store, namespace);
    const displayName = displayNameOf(store);
    const succeeded = (): void => {
      session.lastSuccess = this.#dependencies.config.now();
    };
    return {
      displayName,
      async read(refs, signal) {
        const outcomes = await session.store.read(refs, signal);
        succeeded();
        return outcomes;
      },
      async extract(remoteRef, signal) {
        const outcome = await session.store.extract(remoteRef, signal);
        succeeded();
        return outcome;
      },
      async find(query, signal) {
        if (session.store.lister === undefined) throw cannotFind(displayName);
        const found = await session.store.lister.find(query, signal);
        succeeded();
        return found;
      },
    };
  }

  /** The session of a store for one namespace's identity; opened if need be. */
  async session(store: SecretStoreObject, consumerNamespace: string): Promise<Session> {
    const key = sessionKey(store, consumerNamespace);
    const known = await this.#sessions.get(key);
    if (known !== undefined && known.generation === (store.metadata.generation ?? 0)) return known;
    const opening = this.#open(store, consumerNamespace);
    this.#sessions.set(key, opening);
    if (known !== undefined) await known.store.close();
    try {
      return await opening;
    } catch (error) {
      this.#sessions.delete(key);
      throw error;
    }
  }

  /** When something was last read through the store by anyone. */
  async lastSuccess(store: SecretStoreObject): Promise<Date | undefined> {
    const uses = await Promise.all(
      [...this.#sessions]
        .filter(([key]) => key.startsWith(`${store.metadata.uid ?? ""}/`))
        .map(([, session]) => session),
    );
    const times = uses.map(({ lastSuccess }) => lastSuccess?.getTime() ?? 0);
    const latest = Math.max(0, ...times);
    return latest === 0 ? undefined : new Date(latest);
  }

  /** `metadata.uid` of the stores that were, or were to be, opened with this Secret or ConfigMap (`Kind/namespace/name`). */
  storesUsing(reference: string): readonly string[] {
    return [...this.#references].filter(([, used]) => used.has(reference)).map(([uid]) => uid);
  }

  /** The store is gone, or what it signs in with has changed: its sessions end, and the next use opens new ones. */
  async forget(uid: string): Promise<void> {
    for (const key of [...this.#sessions.keys()].filter((candidate) => candidate.startsWith(`${uid}/`)))
      await this.#close(key);
  }

  /** Revokes every session. */
  async closeAll(): Promise<void> {
    await Promise.all([...this.#sessions.keys()].map((key) => this.#close(key)));
  }

  async #close(key: string): Promise<void> {
    const opening = this.#sessions.get(key);
    this.#sessions.delete(key);
    const session = await opening?.catch(() => undefined);
    await session?.store.close();
  }

  async #open(store: SecretStoreObject, consumerNamespace: string): Promise<Session> {
    const { client, context } = this.#dependencies;
    const uid = store.metadata.uid ?? "";
    const references = this.#references.get(uid) ?? new Set<string>();
    this.#references.set(uid, references);
    const opened = await openStore(store.spec.provider as JsonObject, {
      ...context,
      displayName: displayNameOf(store),
      references: createStoreReferences({
        client,
        store,
        consumerNamespace,
        onUse: (object) => references.add(object),
      }),
    });
    return { store: opened, generation: store.metadata.generation ?? 0, lastSuccess: undefined };
  }

  #usableStore(ref: SecretStoreRef, namespace: string): SecretStoreObject {
    const { world, config } = this.#dependencies;
    const store = findStore(world, ref, namespace);
    if (store === undefined) throw notFound(ref, namespace);
    if (store.kind === "ClusterSecretStore" && !namespaceMayUse(store.spec.conditions, this.#namespaceFacts(namespace)))
      throw forbidden(ref, namespace);
    const ready = store.status?.conditions?.find(({ type }) => type === "Ready");
    if (config.floodGate && ready?.status === "False") throw notReady(store, ready.message ?? "");
    return store;
  }

  #namespaceFacts(name: string): { name: string; labels: Record<string, string> } {
    return { name, labels: this.#dependencies.world.namespaces.get(name)?.metadata.labels ?? {} };
  }
}

/** How messages name a store, e.g. `SecretStore "shop/vault"`. */
export function displayNameOf({ kind, metadata }: SecretStoreObject): string {
  const { namespace = "", name = "" } = metadata;
  return `${kind} "${namespace === "" ? name : `${namespace}/${name}`}"`;
}

/** A ClusterSecretStore whose selectors name no namespace signs in as each reader's namespace: each has its own session. */
function sessionKey(store: SecretStoreObject, consumerNamespace: string): string {
  return `${store.metadata.uid ?? ""}/${store.kind === "ClusterSecretStore" && usesReferentAuth(store) ? consumerNamespace : ""}`;
}

/** Whether a ClusterSecretStore has a selector without a namespace, so that only a reader's namespace completes it. */
export function usesReferentAuth({ kind, spec }: SecretStoreObject): boolean {
  return kind === "ClusterSecretStore" && hasOpenSelector(Object.values(spec.provider)[0], "");
}

function hasOpenSelector(value: unknown, key: string): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some((item) => hasOpenSelector(item, key));
  const entries = Object.entries(value);
  const isSelector = /(Ref|Secret|clientCert|clientKey|bearerToken|serviceAccount)$/.test(key) && "name" in value;
  if (isSelector && !("namespace" in value)) return true;
  return entries.some(([name, item]) => hasOpenSelector(item, name));
}

function notFound({ name = "", kind = "SecretStore" }: SecretStoreRef, namespace: string): TegataError {
  const display = kind === "ClusterSecretStore" ? `ClusterSecretStore "${name}"` : `SecretStore "${namespace}/${name}"`;
  return new TegataError({
    kind: "not-ready",
    code: "STORE_NOT_FOUND",
    message: `${display} is not there`,
    remedy:
      kind === "ClusterSecretStore"
        ? "Create it, or correct secretStoreRef."
        : "Create it in this namespace, or refer to a ClusterSecretStore.",
  });
}

function notReady(store: SecretStoreObject, why: string): TegataError {
  return new TegataError({
    kind: "not-ready",
    code: "STORE_NOT_READY",
    message: `${displayNameOf(store)} is not ready: ${why.replace(/\.$/, "")}`,
    remedy: "The sync follows as soon as the store is ready.",
  });
}

function forbidden({ name = "" }: SecretStoreRef, namespace: string): TegataError {
  return new TegataError({
    kind: "denied",
    code: "STORE_FORBIDDEN_NAMESPACE",
    message: `using ClusterSecretStore "${name}" is not allowed from namespace "${namespace}": denied by spec.condition`,
    remedy: "Have the store's conditions include the namespace, or use another store.",
  });
}

function cannotFind(display: string): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "STORE_CANNOT_FIND",
    message: `${display} has no search, so dataFrom.find cannot be used with it`,
    remedy: "Name the secrets with data or dataFrom.extract.",
  });
}
