import { TegataError } from "@tegata/errors";
import type { KubeClient } from "@tegata/kube";
import type { JsonObject } from "@tegata/kube-types";
import { openStore, type SecretStore, type SharedStore, type StoreContext, StoreReader } from "@tegata/stores";
import type { SecretStoreObject, SecretStoreRef } from "../api/external-secret.ts";
import type { SecretSyncConfig } from "../config.ts";
import { findStore, isOpenTo, type World } from "../world.ts";
import type { OpenStore } from "./open-store.ts";
import { createStoreReferences } from "./references.ts";

/**
 * How long a value that was read may be given to others, in milliseconds, if they need none newer: as long as the first sync
 * of a large cluster takes. Nothing is kept for longer.
 */
const KEPT_MS = 60_000;

/** What sessions are opened with. */
export interface SessionDependencies {
  readonly client: KubeClient;
  readonly world: World;
  readonly config: SecretSyncConfig;
  /** What a store needs beside its references; see `StoreContext`. */
  readonly context: Omit<StoreContext, "displayName" | "references">;
}

/** Open stores, all of them behind the one reader: one session for each store and identity, shared by all who read through it. */
export class StoreSessions {
  readonly #dependencies: SessionDependencies;
  readonly #reader: StoreReader;
  /** What each store was, or was to be, opened with (`Kind/namespace/name`), by the store's uid. Kept when opening fails. */
  readonly #references = new Map<string, Set<string>>();
  /** Counts up when something that the store signs in with changes, so that it is opened anew. */
  readonly #credentialVersions = new Map<string, number>();
  readonly #lastSuccess = new Map<string, Date>();
  /** The reader's keys of each store, by the store's uid: one, or one for each namespace that reads. */
  readonly #keys = new Map<string, Set<string>>();

  constructor(dependencies: SessionDependencies) {
    this.#dependencies = dependencies;
    const { metrics, clock } = dependencies.context;
    this.#reader = new StoreReader({
      freshnessMs: KEPT_MS,
      callsPerSecond: dependencies.config.storeCallsPerSecond,
      burst: 2 * dependencies.config.storeCallsPerSecond,
      ...(metrics === undefined ? {} : { metrics }),
      ...(clock === undefined ? {} : { clock }),
    });
  }

  /** The clock that `notBeforeMs` is told by. */
  nowMs(): number {
    return this.#reader.nowMs();
  }

  /**
   * Opens the store that a reference names, for ExternalSecrets of one namespace.
   *
   * @param notBeforeMs - values that were read for others since then, by {@link nowMs}, are good enough.
   * @throws TegataError `STORE_NOT_FOUND`, `STORE_NOT_READY` (`not-ready`), `STORE_FORBIDDEN_NAMESPACE` (`denied`)
   */
  async open(ref: SecretStoreRef, namespace: string, notBeforeMs: number): Promise<OpenStore> {
    const store = this.#usableStore(ref, namespace);
    const shared = await this.use(store, namespace);
    const displayName = displayNameOf(store);
    const noting = async <T>(reading: Promise<T>): Promise<T> => {
      const result = await reading;
      this.#lastSuccess.set(store.metadata.uid ?? "", this.#dependencies.config.now());
      return result;
    };
    return {
      displayName,
      read: (refs, signal) => noting(shared.read(refs, signal, { notBeforeMs })),
      extract: (remoteRef, signal) => noting(shared.extract(remoteRef, signal, { notBeforeMs })),
      async find(query, signal) {
        if (shared.lister === undefined) throw cannotFind(displayName);
        return await noting(shared.lister.find(query, signal));
      },
    };
  }

  /** A store behind the reader, for one namespace's identity. @throws TegataError if its spec or its references are wrong */
  use(store: SecretStoreObject, consumerNamespace: string): Promise<SharedStore> {
    const { uid = "", generation = 0 } = store.metadata;
    const key = sessionKey(store, consumerNamespace);
    this.#keys.set(uid, (this.#keys.get(uid) ?? new Set()).add(key));
    return this.#reader.use(
      {
        key,
        revision: `${generation}.${this.#credentialVersions.get(uid) ?? 0}`,
        displayName: displayNameOf(store),
      },
      () => this.#open(store, consumerNamespace),
    );
  }

  /** When something was last read through the store by anyone. */
  lastSuccess(store: SecretStoreObject): Date | undefined {
    return this.#lastSuccess.get(store.metadata.uid ?? "");
  }

  /** `metadata.uid` of the stores that were, or were to be, opened with this Secret or ConfigMap (`Kind/namespace/name`). */
  storesUsing(reference: string): readonly string[] {
    return [...this.#references].filter(([, used]) => used.has(reference)).map(([uid]) => uid);
  }

  /** What a store signs in with has changed: the next use opens it anew. */
  credentialsChanged(uid: string): void {
    this.#credentialVersions.set(uid, (this.#credentialVersions.get(uid) ?? 0) + 1);
    this.#lastSuccess.delete(uid);
  }

  /** The store is gone. */
  async forget(uid: string): Promise<void> {
    this.#references.delete(uid);
    this.#credentialVersions.delete(uid);
    this.#lastSuccess.delete(uid);
    const keys = [...(this.#keys.get(uid) ?? [])];
    this.#keys.delete(uid);
    await Promise.all(keys.map((key) => this.#reader.release(key)));
  }

  /** Revokes every session. */
  closeAll(): Promise<void> {
    return this.#reader.close();
  }

  async #open(store: SecretStoreObject, consumerNamespace: string): Promise<SecretStore> {
    const { client, context } = this.#dependencies;
    const uid = store.metadata.uid ?? "";
    const references = this.#references.get(uid) ?? new Set<string>();
    this.#references.set(uid, references);
    return await openStore(store.spec.provider as JsonObject, {
      ...context,
      displayName: displayNameOf(store),
      consumerNamespace,
      references: createStoreReferences({
        client,
        store,
        consumerNamespace,
        onUse: (object) => references.add(object),
      }),
    });
  }

  #usableStore(ref: SecretStoreRef, namespace: string): SecretStoreObject {
    const { world, config } = this.#dependencies;
    const store = findStore(world, ref, namespace);
    if (store === undefined) throw notFound(ref, namespace);
    if (!isOpenTo(world, store, namespace)) throw forbidden(ref, namespace);
    const ready = store.status?.conditions?.find(({ type }) => type === "Ready");
    if (config.floodGate && ready?.status === "False") throw notReady(store, ready.message ?? "");
    return store;
  }
}

/** How messages name a store, e.g. `SecretStore "shop/vault"`. */
export function displayNameOf({ kind, metadata }: SecretStoreObject): string {
  const { namespace = "", name = "" } = metadata;
  return `${kind} "${namespace === "" ? name : `${namespace}/${name}`}"`;
}

/** A ClusterSecretStore whose selectors name no namespace signs in as each reader's namespace: each has its own session. */
function sessionKey(store: SecretStoreObject, consumerNamespace: string): string {
  const isPerNamespace = usesReferentAuth(store) || rendersNamespace(store);
  return `${store.metadata.uid ?? ""}/${isPerNamespace ? consumerNamespace : ""}`;
}

/** A ClusterSecretStore of kind `webhook` whose templates may ask who reads: an answer to one must not serve another. */
function rendersNamespace({ kind, spec }: SecretStoreObject): boolean {
  return kind === "ClusterSecretStore" && spec.provider["webhook"] !== undefined;
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
