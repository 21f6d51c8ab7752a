import type { SecretBytes } from "@tegata/bytes";
import { TegataError } from "@tegata/errors";
import type {
  ConversionStrategy,
  DecodingStrategy,
  DeletionPolicy,
  ExternalSecretRewrite,
  ExternalSecretSpec,
  NullBytePolicy,
} from "../api/external-secret.ts";
import { decodeValue } from "./decoding.ts";
import { checkKeys, convertKeys } from "./key-names.ts";
import { type RewriteEngines, rewriteKeys } from "./rewrite.ts";

/** What was read for one entry of `dataFrom` (several values) or `data` (one value, under its `secretKey`). */
export type EntryOutcome =
  | { readonly kind: "found"; readonly values: ReadonlyMap<string, SecretBytes> }
  | { readonly kind: "absent" }
  | { readonly kind: "failed"; readonly error: TegataError };

/** All entries of an ExternalSecret, in its order. */
export interface EntryOutcomes {
  readonly dataFrom: readonly EntryOutcome[];
  readonly data: readonly EntryOutcome[];
}

/** An entry that the store says does not exist. */
export interface MissingEntry {
  /** e.g. `data[1]`. */
  readonly entry: string;
  readonly key: string;
}

/** The values for the target, before templates. */
export interface Assembled {
  readonly values: ReadonlyMap<string, SecretBytes>;
  readonly missing: readonly MissingEntry[];
}

interface Treatment {
  readonly rewrite: readonly ExternalSecretRewrite[];
  readonly conversionStrategy: ConversionStrategy;
  readonly decodingStrategy: DecodingStrategy;
  readonly nullBytePolicy: NullBytePolicy;
}

/**
 * Lays the entries over each other: `dataFrom` in order, then `data` in order, the later winning. With
 * `deletionPolicy: Retain` an absent entry is an error; else it is left out and reported.
 *
 * @throws TegataError of the first entry that failed, with the entry's place in its message.
 * @see reference eso.md sections 2.1 (6), 2.4 and 2.6
 */
export function assemble(spec: ExternalSecretSpec, outcomes: EntryOutcomes, engines: RewriteEngines): Assembled {
  const values = new Map<string, SecretBytes>();
  const missing: MissingEntry[] = [];
  const deletionPolicy = spec.target?.deletionPolicy ?? "Retain";
  for (const [index, entry] of (spec.dataFrom ?? []).entries()) {
    const where = `dataFrom[${index}]`;
    const key = entry.extract?.key ?? "";
    const found = foundOrMissing(outcomes.dataFrom[index], { entry: where, key }, deletionPolicy, missing);
    if (found === undefined) continue;
    const { conversionStrategy, decodingStrategy, nullBytePolicy } = entry.extract ?? entry.find ?? {};
    const treated = treat(found, where, engines, {
      rewrite: entry.rewrite ?? [],
      conversionStrategy: conversionStrategy ?? "Default",
      decodingStrategy: decodingStrategy ?? "None",
      nullBytePolicy: nullBytePolicy ?? "Ignore",
    });
    for (const [name, value] of treated) values.set(name, value);
  }
  for (const [index, { secretKey, remoteRef }] of (spec.data ?? []).entries()) {
    const where = `data[${index}]`;
    const found = foundOrMissing(outcomes.data[index], { entry: where, key: remoteRef.key }, deletionPolicy, missing);
    const value = found?.get(secretKey);
    if (value === undefined) continue;
    const decoded = decodeValue(value, remoteRef.decodingStrategy ?? "None", `${where} (key "${remoteRef.key}")`);
    checkNullBytes(decoded, remoteRef.nullBytePolicy ?? "Ignore", `${where} (key "${remoteRef.key}")`);
    values.set(secretKey, decoded);
  }
  return { values, missing };
}

function foundOrMissing(
  outcome: EntryOutcome | undefined,
  entry: MissingEntry,
  deletionPolicy: DeletionPolicy,
  missing: MissingEntry[],
): ReadonlyMap<string, SecretBytes> | undefined {
  if (outcome?.kind === "found") return outcome.values;
  if (outcome?.kind === "failed") throw placed(outcome.error, entry);
  if (deletionPolicy === "Retain") throw absent(entry);
  missing.push(entry);
  return undefined;
}

function treat(
  found: ReadonlyMap<string, SecretBytes>,
  where: string,
  engines: RewriteEngines,
  { rewrite, conversionStrategy, decodingStrategy, nullBytePolicy }: Treatment,
): Map<string, SecretBytes> {
  const renamed =
    rewrite.length > 0 ? rewriteKeys(found, rewrite, engines, where) : convertKeys(found, conversionStrategy, where);
  const treated = new Map<string, SecretBytes>();
  for (const [name, value] of checkKeys(renamed, where)) {
    const decoded = decodeValue(value, decodingStrategy, `${where} key "${name}"`);
    checkNullBytes(decoded, nullBytePolicy, `${where} key "${name}"`);
    treated.set(name, decoded);
  }
  return treated;
}

function checkNullBytes(value: SecretBytes, policy: NullBytePolicy, where: string): void {
  if (policy !== "Fail" || !value.reveal().includes(0)) return;
  throw new TegataError({
    kind: "invalid-input",
    code: "SECRET_HAS_NULL_BYTE",
    message: `${where}: the value contains a NUL byte`,
    remedy:
      "Store it in a text-safe form such as PEM or base64, or leave nullBytePolicy unset if it is binary on purpose.",
  });
}

function placed(error: TegataError, { entry, key }: MissingEntry): TegataError {
  return new TegataError({
    kind: error.kind,
    code: error.code,
    message: `${entry}${key === "" ? "" : ` (key "${key}")`}: ${error.message}`,
    remedy: error.remedy,
    cause: error,
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
  });
}

function absent({ entry, key }: MissingEntry): TegataError {
  return new TegataError({
    kind: "not-ready",
    code: "REMOTE_SECRET_NOT_FOUND",
    message: `${entry}${key === "" ? "" : ` (key "${key}")`}: the store says that there is no such secret, version or property`,
    remedy:
      "Create it in the store, correct the key, or set target.deletionPolicy to Delete or Merge if it may be absent.",
  });
}
