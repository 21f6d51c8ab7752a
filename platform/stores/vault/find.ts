import { encodeUtf8, SecretBytes } from "@tegata/bytes";
import { TegataError } from "@tegata/errors";
import type { FindQuery } from "../contract.ts";
import { mapConcurrently } from "../concurrency.ts";
import { findMember, stringBytes } from "../json/json-node.ts";
import { compileNamePattern } from "../name-pattern.ts";
import { member, text } from "./api.ts";
import { metadataPath } from "./paths.ts";
import { metadataObject, saysAbsent } from "./answers.ts";
import type { VaultStore } from "./vault-store.ts";

/** Secrets read and folders listed at a time during a search. */
const FIND_CONCURRENCY = 8;

/**
 * Searches below a path: by name, or else by custom metadata. Names are relative to the mount. A secret that vanishes
 * between the listing and the read is not a match.
 *
 * @throws TegataError `STORE_FIND_UNSUPPORTED` for tags in KV version 1, and as reads do
 */
export async function findInVault(
  store: VaultStore,
  { path, nameRegexp, tags }: FindQuery,
  signal: AbortSignal,
): Promise<Map<string, SecretBytes>> {
  const byTags = nameRegexp === "" && Object.keys(tags).length > 0;
  if (byTags && store.spec.kvVersion === 1) {
    throw new TegataError({
      kind: "invalid-input",
      code: "STORE_FIND_UNSUPPORTED",
      message: `${store.displayName}: find by tags needs custom metadata, which KV version 1 does not have`,
      remedy: "Find by name, or use a secrets engine of version 2",
    });
  }
  const matches = compileNamePattern(nameRegexp);
  const names = await listRecursively(store, path === "" ? "" : `${path.replace(/\/+$/, "")}/`, signal);
  const found = await mapConcurrently(names.filter(matches), FIND_CONCURRENCY, async (name) => {
    if (byTags && !(await hasTags(store, name, tags, signal))) return undefined;
    const outcome = await store.fetch({ key: name, version: "", what: "value" }, signal);
    if (outcome.kind !== "found") return undefined;
    const value = outcome.secret.read("");
    return value.kind === "found" ? ([name, value.bytes] as const) : undefined;
  });
  return new Map(found.filter((pair) => pair !== undefined));
}

async function listRecursively(store: VaultStore, folder: string, signal: AbortSignal): Promise<string[]> {
  const path = folder === "" ? rootPath(store) : metadataPath(store.spec, folder);
  const answer = await store.session.call("ListSecrets", { method: "LIST", path }, signal);
  if (saysAbsent(answer)) return [];
  const keys = member(member(answer.json, "data"), "keys");
  if (answer.status !== 200 || keys?.kind !== "array") {
    throw store.api.refusal(
      answer,
      `listing "${path}"`,
      `Check that the policy of the store's role grants list on "${path}"`,
    );
  }
  const names = keys.items.map((key) => folder + (text(key) ?? ""));
  const nested = await mapConcurrently(names, FIND_CONCURRENCY, async (name) =>
    name.endsWith("/") ? listRecursively(store, name, signal) : [name],
  );
  return nested.flat();
}

function rootPath({ spec, displayName }: VaultStore): string {
  if (spec.mount !== "") return spec.kvVersion === 2 ? `${spec.mount}/metadata/` : `${spec.mount}/`;
  throw new TegataError({
    kind: "invalid-input",
    code: "STORE_KEY_INVALID",
    message: `${displayName}: find without a path needs the store's path (its mount)`,
    remedy: "Set spec.provider.vault.path, or find.path",
  });
}

async function hasTags(
  store: VaultStore,
  name: string,
  tags: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<boolean> {
  const data = await store.readMetadata(name, signal);
  if (data === undefined) return false;
  const metadata = metadataObject(data);
  return Object.entries(tags).every(([tag, wanted]) => {
    const value = findMember(metadata, encodeUtf8(tag));
    return value !== undefined && Buffer.from(stringBytes(value)).toString("utf8") === wanted;
  });
}
