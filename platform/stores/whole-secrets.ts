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
      const outcomes = await whole.fetch(batch, signal);
      for (const [i, outcome] of outcomes.entries())
        fetched.set(secretIdKey(batch[i] ?? { key: "", version: "", what: "value" }), outcome);
    }),
  );
  return refs.map((ref) => pick(fetched.get(secretIdKey(ref)), (secret) => secret.read(ref.property)));
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
