import type { KubeObject } from "@tegata/kube-types";
import type { KubeClient, Resource } from "../client-types.ts";
import type { Informer, InformerOptions } from "../informer-types.ts";
import { apiVersionOf, qualifiedPlural } from "../resources.ts";
import { createInformer, type InformerEnvironment, type SharedInformer } from "./informer.ts";

/** Hands out informers: users that want the same objects get the same one, so that there is one watch for all of them. */
export interface InformerFactory {
  /**
   * The informer for these objects. It starts with the factory, or at once if the factory runs already.
   *
   * @throws Error if a shared informer has an index of that name with another function: that is a bug.
   */
  informer<T extends KubeObject>(resource: Resource<T>, options?: InformerOptions<T>): Informer<T>;
  /** Runs all informers until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** Resolves when every informer has its first list. @throws as {@link Informer.waitForSync} */
  waitForSync(signal: AbortSignal, timeoutMs?: number): Promise<void>;
  /** Which kinds have no first list yet, and why, one line each; empty once all have. For readiness. */
  notSynced(): string[];
}

/** Makes a factory whose informers all use this client. */
export function createInformerFactory(client: KubeClient, environment: InformerEnvironment = {}): InformerFactory {
  return new SharedInformerFactory(client, environment);
}

interface Shared {
  started: boolean;
  readonly name: string;
  readonly informer: SharedInformer<KubeObject>;
  readonly transform: unknown;
  running: Promise<void>;
}

class SharedInformerFactory implements InformerFactory {
  readonly #client: KubeClient;
  readonly #environment: InformerEnvironment;
  readonly #shared = new Map<string, Shared[]>();
  #signal: AbortSignal | undefined;

  constructor(client: KubeClient, environment: InformerEnvironment) {
    this.#client = client;
    this.#environment = environment;
  }

  informer<T extends KubeObject>(resource: Resource<T>, options: InformerOptions<T> = {}): Informer<T> {
    const key = shareKey(resource, options);
    const candidates = this.#shared.get(key) ?? [];
    const known = candidates.find(({ transform }) => transform === options.transform);
    // The key holds the resource, so that the informer found under it has objects of its type.
    const informer = (known?.informer as SharedInformer<T> | undefined) ?? this.#make(key, resource, options);
    informer.addIndexes(options.indexes ?? {});
    return informer;
  }

  async run(signal: AbortSignal): Promise<void> {
    this.#signal = signal;
    for (const shared of this.#all()) this.#start(shared, signal);
    // Informers that are asked for later run as long as the others.
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    await Promise.all(this.#all().map(({ running }) => running));
  }

  async waitForSync(signal: AbortSignal, timeoutMs?: number): Promise<void> {
    await Promise.all(this.#all().map(({ informer }) => informer.waitForSync(signal, timeoutMs)));
  }

  notSynced(): string[] {
    const missing = this.#all().filter(({ informer }) => !informer.hasSynced());
    return missing.map(({ name, informer }) => `${name}: ${informer.failure() ?? "not listed yet"}`);
  }

  #all(): Shared[] {
    return [...this.#shared.values()].flat();
  }

  #make<T extends KubeObject>(key: string, resource: Resource<T>, options: InformerOptions<T>): SharedInformer<T> {
    const informer = createInformer(this.#client, resource, options, this.#environment);
    const shared: Shared = {
      name: qualifiedPlural(resource),
      informer: informer as unknown as SharedInformer<KubeObject>,
      transform: options.transform,
      running: Promise.resolve(),
      started: false,
    };
    this.#shared.set(key, [...(this.#shared.get(key) ?? []), shared]);
    if (this.#signal !== undefined) this.#start(shared, this.#signal);
    return informer;
  }

  #start(shared: Shared, signal: AbortSignal): void {
    if (shared.started) return;
    shared.started = true;
    shared.running = shared.informer.run(signal);
  }
}

function shareKey<T extends KubeObject>(resource: Resource<T>, options: InformerOptions<T>): string {
  const { namespace = "", labelSelector = "", fieldSelector = "", metadataOnly = false } = options;
  const { keepManagedFields = false, watchSilenceSeconds = 0 } = options;
  return JSON.stringify([
    apiVersionOf(resource),
    resource.plural,
    namespace,
    labelSelector,
    fieldSelector,
    metadataOnly,
    keepManagedFields,
    watchSilenceSeconds,
  ]);
}
