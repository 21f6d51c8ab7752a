import type { SecretBytes } from "@tegata/bytes";
import { asTegataError, TegataError } from "@tegata/errors";
import type { RemoteRef } from "@tegata/stores";
import type {
  ExternalSecretData,
  ExternalSecretDataFrom,
  ExternalSecretRemoteRef,
  ExternalSecretSpec,
  SecretStoreRef,
} from "./api/external-secret.ts";
import type { EntryOutcome, EntryOutcomes } from "./assemble/assemble.ts";
import type { OpenStore } from "./stores/open-store.ts";

/** Gives the store that a reference names, opened for one ExternalSecret's namespace. @throws TegataError if it cannot be used */
export type ResolveStore = (ref: SecretStoreRef) => Promise<OpenStore>;

/**
 * Reads every entry of an ExternalSecret. The entries of one store are read together and all stores at the same time;
 * what fails, fails for its entry alone.
 */
export async function fetchEntries(
  spec: ExternalSecretSpec,
  resolveStore: ResolveStore,
  signal: AbortSignal,
): Promise<EntryOutcomes> {
  const stores = new StoreCache(spec.secretStoreRef ?? {}, resolveStore);
  const [data, dataFrom] = await Promise.all([
    fetchData(spec.data ?? [], stores, signal),
    Promise.all((spec.dataFrom ?? []).map((entry) => fetchDataFrom(entry, stores, signal))),
  ]);
  return { data, dataFrom };
}

/** Resolves each store once for all entries that name it. */
class StoreCache {
  readonly #default: SecretStoreRef;
  readonly #resolve: ResolveStore;
  readonly #opened = new Map<string, Promise<OpenStore>>();

  constructor(defaultRef: SecretStoreRef, resolve: ResolveStore) {
    this.#default = defaultRef;
    this.#resolve = resolve;
  }

  open(ref: SecretStoreRef | undefined): Promise<OpenStore> {
    const wanted = ref?.name === undefined || ref.name === "" ? this.#default : ref;
    const key = `${wanted.kind ?? "SecretStore"}/${wanted.name ?? ""}`;
    const known = this.#opened.get(key);
    if (known !== undefined) return known;
    const opened = this.#resolve(wanted);
    this.#opened.set(key, opened);
    return opened;
  }
}

async function fetchData(
  entries: readonly ExternalSecretData[],
  stores: StoreCache,
  signal: AbortSignal,
): Promise<EntryOutcome[]> {
  const outcomes: EntryOutcome[] = entries.map(() => ({ kind: "absent" }));
  const byStore = new Map<Promise<OpenStore>, number[]>();
  for (const [index, { sourceRef }] of entries.entries()) {
    const store = stores.open(sourceRef?.storeRef);
    byStore.set(store, [...(byStore.get(store) ?? []), index]);
  }
  await Promise.all(
    [...byStore].map(async ([store, indexes]) => {
      const results = await readTogether(
        store,
        indexes.map((index) => remoteRefOf(entries[index]?.remoteRef)),
        signal,
      );
      for (const [position, index] of indexes.entries()) {
        const result = results[position];
        const secretKey = entries[index]?.secretKey ?? "";
        if (result !== undefined)
          outcomes[index] =
            result instanceof TegataError ? { kind: "failed", error: result } : underKey(secretKey, result);
      }
    }),
  );
  return outcomes;
}

/** One value, `"absent"`, or the failure, for each reference. */
async function readTogether(
  opening: Promise<OpenStore>,
  refs: readonly RemoteRef[],
  signal: AbortSignal,
): Promise<readonly (SecretBytes | "absent" | TegataError)[]> {
  try {
    const store = await opening;
    const outcomes = await store.read(refs, signal);
    return outcomes.map((outcome) =>
      outcome.kind === "found" ? outcome.bytes : outcome.kind === "absent" ? "absent" : outcome.error,
    );
  } catch (error) {
    const failure = failureOf(error);
    return refs.map(() => failure);
  }
}

function underKey(secretKey: string, value: SecretBytes | "absent"): EntryOutcome {
  return value === "absent" ? { kind: "absent" } : { kind: "found", values: new Map([[secretKey, value]]) };
}

async function fetchDataFrom(
  entry: ExternalSecretDataFrom,
  stores: StoreCache,
  signal: AbortSignal,
): Promise<EntryOutcome> {
  try {
    if (entry.sourceRef?.generatorRef !== undefined) throw generatorsMissing(entry.sourceRef.generatorRef.kind);
    const store = await stores.open(entry.sourceRef?.storeRef);
    if (entry.extract !== undefined) return await store.extract(remoteRefOf(entry.extract), signal);
    const { path = "", name, tags = {} } = entry.find ?? {};
    return { kind: "found", values: await store.find({ path, nameRegexp: name?.regexp ?? "", tags }, signal) };
  } catch (error) {
    return { kind: "failed", error: failureOf(error) };
  }
}

function remoteRefOf(ref: ExternalSecretRemoteRef | undefined): RemoteRef {
  return {
    key: ref?.key ?? "",
    property: ref?.property ?? "",
    version: ref?.version ?? "",
    what: ref?.metadataPolicy === "Fetch" ? "metadata" : "value",
  };
}

/** A bug is thrown on: it must be seen in the log, not in a condition. */
function failureOf(error: unknown): TegataError {
  const failure = asTegataError(error);
  if (failure === undefined) throw error;
  return failure;
}

function generatorsMissing(kind: string): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "GENERATORS_NOT_SERVED",
    message: `generator "${kind}": this version of Tegata has no generators`,
    remedy: "Keep this ExternalSecret with External Secrets for now, by its store's controller class.",
  });
}
