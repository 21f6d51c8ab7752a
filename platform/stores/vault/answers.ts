import { encodeGoJsonString, encodeGoObject } from "../json/go-json.ts";
import { type JsonNode, parseJson, rawBytes, stringBytes } from "../json/json-node.ts";
import { member, type VaultAnswer } from "./api.ts";

/** Members of KV v2 metadata that `metadataPolicy: Fetch` returns beside `custom_metadata`. */
const SYSTEM_METADATA = ["created_time", "current_version", "delete_version_after"];

/**
 * Vault says "does not exist" with a 404 and either an empty list of errors or a version whose data is null. A 404 of
 * any other form (a missing mount, a proxy's page, a warning) says nothing of the secret.
 */
export function saysAbsent({ status, errors, json }: VaultAnswer): boolean {
  if (status !== 404) return false;
  if (member(member(json, "data"), "data")?.kind === "null") return true;
  // A path of the wrong version gets an empty list of errors, too, and the truth as a warning.
  return errors?.length === 0 && (member(json, "warnings")?.items.length ?? 0) === 0;
}

/** Custom metadata and a few of the system's, as one object of strings. */
export function metadataObject(data: JsonNode): JsonNode {
  const values = new Map<string, Uint8Array>();
  for (const name of SYSTEM_METADATA) {
    const value = member(data, name);
    if (value !== undefined && value.kind !== "null") values.set(name, scalarBytes(value));
  }
  for (const { key, value } of member(data, "custom_metadata")?.members ?? []) {
    values.set(Buffer.from(stringBytes(key)).toString("utf8"), scalarBytes(value));
  }
  const members = [...values].map(([key, value]) => [key, encodeGoJsonString(value)] as const);
  const object = parseJson(encodeGoObject(new Map(members)));
  if (object === undefined) throw new Error("the metadata object was encoded wrongly");
  return object;
}

function scalarBytes(node: JsonNode): Uint8Array {
  return node.kind === "string" ? stringBytes(node) : rawBytes(node);
}
