import { encodeUtf8, SecretBytes } from "@tegata/bytes";
import { TegataError } from "@tegata/errors";
import type { ExternalSecretRewrite } from "../api/external-secret.ts";
import { compareBytewise } from "../object-hash.ts";
import { jsonMembers } from "./json-values.ts";
import { collision } from "./key-names.ts";

type MergeRewrite = NonNullable<ExternalSecretRewrite["merge"]>;

/** The two engines that rewriting needs; both are RE2- and Go-compatible and bounded. */
export interface RewriteEngines {
  /** Go's `Regexp.ReplaceAllString`. @throws TegataError if `pattern` is not RE2. */
  replaceAll(pattern: string, text: string, replacement: string): string;
  /** Renders a template over `.value`. */
  renderKey(template: string, key: string): string;
}

/**
 * Applies `dataFrom[].rewrite` in order.
 *
 * @param where - the entry, for errors, e.g. `dataFrom[0]`.
 * @throws TegataError `SECRET_KEYS_COLLIDE`, `SECRET_MERGE_FAILED`, or what the engines throw.
 * @see reference eso.md section 1.1 (`…regexp`, `…transform`, `…merge`) and 2.4
 */
export function rewriteKeys(
  values: ReadonlyMap<string, SecretBytes>,
  rewrites: readonly ExternalSecretRewrite[],
  engines: RewriteEngines,
  where: string,
): Map<string, SecretBytes> {
  let current = new Map(values);
  for (const [index, { regexp, transform, merge }] of rewrites.entries()) {
    const at = `${where}.rewrite[${index}]`;
    if (regexp !== undefined)
      current = rename(current, (key) => engines.replaceAll(regexp.source, key, regexp.target), at);
    else if (transform !== undefined)
      current = rename(current, (key) => engines.renderKey(transform.template, key), at);
    else if (merge !== undefined) current = mergeValues(current, merge, at);
  }
  return current;
}

function rename(
  values: ReadonlyMap<string, SecretBytes>,
  newName: (key: string) => string,
  where: string,
): Map<string, SecretBytes> {
  const renamed = new Map<string, SecretBytes>();
  for (const [key, value] of values) {
    const name = newName(key);
    if (renamed.has(name)) throw collision(name, where);
    renamed.set(name, value);
  }
  return renamed;
}

function mergeValues(
  values: ReadonlyMap<string, SecretBytes>,
  merge: MergeRewrite,
  where: string,
): Map<string, SecretBytes> {
  const merged = new Map<string, SecretBytes>();
  for (const key of mergeOrder(values, merge, where)) {
    const value = values.get(key);
    if (value === undefined) continue;
    const members = jsonMembers(value);
    if (members === undefined)
      throw mergeFailure(
        where,
        `the value of "${key}" is not a JSON object`,
        "Merge only secrets that hold a JSON object.",
      );
    const isPriority = merge.priority?.includes(key) ?? false;
    for (const [name, member] of members) {
      if (merged.has(name) && !isPriority && (merge.conflictPolicy ?? "Error") === "Error") {
        throw mergeFailure(
          where,
          `"${name}" is in two of the secrets`,
          "Name the one that wins in priority, or set conflictPolicy: Ignore.",
        );
      }
      merged.set(name, member);
    }
  }
  return merge.strategy === "JSON" ? intoOneJson(merged, values, merge, where) : merged;
}

/** Names without priority in sorted order, then the priority list: the last one wins. */
function mergeOrder(values: ReadonlyMap<string, SecretBytes>, merge: MergeRewrite, where: string): string[] {
  const priority = merge.priority ?? [];
  const missing = priority.find((key) => !values.has(key));
  if (missing !== undefined && (merge.priorityPolicy ?? "Strict") === "Strict") {
    throw mergeFailure(
      where,
      `the priority key "${missing}" was not found`,
      "Correct the name, or set priorityPolicy: IgnoreNotFound.",
    );
  }
  const others = [...values.keys()].filter((key) => !priority.includes(key)).sort(compareBytewise);
  return [...others, ...priority];
}

function intoOneJson(
  merged: ReadonlyMap<string, SecretBytes>,
  values: ReadonlyMap<string, SecretBytes>,
  merge: MergeRewrite,
  where: string,
): Map<string, SecretBytes> {
  const into = merge.into ?? "";
  if (into === "")
    throw mergeFailure(where, 'strategy JSON needs "into"', "Set into to the key that gets the merged JSON.");
  // The members are taken from the JSON again, so that numbers and nested values keep their types.
  const raw: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const key of mergeOrder(values, merge, where)) {
    const value = values.get(key);
    if (value === undefined) continue;
    const parsed: unknown = JSON.parse(new TextDecoder().decode(value.reveal()));
    for (const [name, member] of Object.entries(parsed as object)) raw[name] = member;
  }
  const sorted = Object.fromEntries([...merged.keys()].sort(compareBytewise).map((name) => [name, raw[name]]));
  return new Map([[into, new SecretBytes(encodeUtf8(JSON.stringify(sorted)))]]);
}

function mergeFailure(where: string, why: string, remedy: string): TegataError {
  return new TegataError({ kind: "invalid-input", code: "SECRET_MERGE_FAILED", message: `${where}: ${why}`, remedy });
}
