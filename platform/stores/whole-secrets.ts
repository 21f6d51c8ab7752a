import { asTegataError } from "@tegata/errors";
import type {
  ExtractOutcome,
  FetchOutcome,
  ReadOutcome,
  RemoteRef,
  RemoteSecret,
  SecretId,
  WholeSecretReader,
} from "./contract.ts";

/** `SecretReader.read` of a store that returns whole secrets: each secret is fetched once, whatever is wanted of it. */
export async function readWhole(
  whole: WholeSecretReader,
  refs: readonly RemoteRef[],
  signal: AbortSignal,
): Promise<ReadOutcome[]> {
  const wanted = new Map(refs.map((ref) => [secretIdKey(ref), ref]));
  const fetched = new Map<string, FetchOutcome>();
  const ids = [...wanted.values()];
  const batches: SecretId[][] = [];
  while (ids.length > 0) batches.push(ids.splice(0, whole.batchSize));
  await Promise.all(
    batches.map(async (batch) => {
      const outcomes = await fetchBatch(whole, batch, signal);
      for (const [i, id] of batch.entries()) {
        const outcome = outcomes[i];
        if (outcome !== undefined) fetched.set(secretIdKey(id), outcome);
      }
    }),
  );
  return throwIfAllFailed(
    refs.map((ref) => pick(fetched.get(secretIdKey(ref)), (secret) => secret.read(ref.property))),
  );
}

/** Nothing can be said of any reference: the contract of `SecretReader` wants that thrown. */
export function throwIfAllFailed(outcomes: ReadOutcome[]): ReadOutcome[] {
  const [first] = outcomes;
  if (first?.kind === "error" && outcomes.every(({ kind }) => kind === "error")) throw first.error;
  return outcomes;
}

async function fetchBatch(
  whole: WholeSecretReader,
  batch: readonly SecretId[],
  signal: AbortSignal,
): Promise<readonly FetchOutcome[]> {
  try {
    return await whole.fetch(batch, signal);
  } catch (thrown) {
    const error = asTegataError(thrown);
    if (error === undefined) throw thrown;
    return batch.map(() => ({ kind: "error", error }));
  }
}

/** `SecretExtractor.extract` of a store that returns whole secrets. */
export async function extractWhole(
  whole: WholeSecretReader,
  ref: RemoteRef,
  signal: AbortSignal,
): Promise<ExtractOutcome> {
  const [outcome] = await whole.fetch([ref], signal);
  const extracted = pick(outcome, (secret) => secret.extract(ref.property));
  if (extracted.kind === "error") throw extracted.error;
  return extracted;
}

/** A text that is the same for equal ids and only for those. */
export function secretIdKey(id: SecretId): string {
  return JSON.stringify([id.key, id.version, id.what]);
}

/** Applies `take` to a secret that was found; what was not found stays what it is. */
export function pick<T>(
  outcome: FetchOutcome | undefined,
  take: (secret: RemoteSecret) => T,
): T | Exclude<FetchOutcome, { kind: "found" }> {
  if (outcome === undefined) throw new Error("a store returned fewer outcomes than it was asked for");
  return outcome.kind === "found" ? take(outcome.secret) : outcome;
}
