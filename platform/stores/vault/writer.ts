import { decodeUtf8, encodeUtf8, type SecretBytes } from "@tegata/bytes";
import { TegataError } from "@tegata/errors";
import type { RemoteRef, SecretWriter } from "../contract.ts";
import { encodeGoJson, encodeGoJsonString, encodeGoObject } from "../json/go-json.ts";
import { type JsonNode, parseJson, rawBytes, stringBytes } from "../json/json-node.ts";
import { member, text } from "./api.ts";
import { dataPath, metadataPath } from "./paths.ts";
import { saysAbsent } from "./answers.ts";
import type { VaultStore } from "./vault-store.ts";

/** The mark of secrets that may be overwritten: custom metadata in version 2, a member of the data in version 1. */
const MANAGED_BY = "managed-by";
const MANAGER = "external-secrets";
const CUSTOM_METADATA = "custom_metadata";

/** Members of a secret, encoded, by name. */
type Members = Map<string, Uint8Array>;

/**
 * Writes to KV secrets engines. A secret that exists without the mark `managed-by=external-secrets` is never changed;
 * what is equal already is not written again. Metadata goes before data, so that a half-done push can be taken up.
 */
export class VaultWriter implements SecretWriter {
  readonly #store: VaultStore;

  constructor(store: VaultStore) {
    this.#store = store;
  }

  /** Without a property, `bytes` must be a JSON object. @throws TegataError `STORE_SECRET_FOREIGN`, `SECRET_NOT_AN_OBJECT` */
  async write(ref: RemoteRef, bytes: SecretBytes, signal: AbortSignal): Promise<void> {
    const { kvVersion } = this.#store.spec;
    const current = await this.#read(ref.key, signal);
    if (current !== undefined) await this.#checkManaged(ref.key, current.data, signal);
    const old = current === undefined ? undefined : toMembers(current.data);
    if (kvVersion === 1) old?.delete(CUSTOM_METADATA);
    const wanted = ref.property === "" ? wholeMembers(bytes, ref.key) : withProperty(old, ref.property, bytes);
    if (old !== undefined && encodeMembers(old).equals(encodeMembers(wanted))) return;
    if (kvVersion === 1) {
      wanted.set(CUSTOM_METADATA, encodeUtf8(JSON.stringify({ [MANAGED_BY]: MANAGER })));
      await this.#send("POST", dataPath(this.#store.spec, ref.key), encodeMembers(wanted), signal);
      return;
    }
    if (current === undefined) {
      const mark = encodeUtf8(JSON.stringify({ [CUSTOM_METADATA]: { [MANAGED_BY]: MANAGER } }));
      await this.#send("POST", metadataPath(this.#store.spec, ref.key), mark, signal);
    }
    const cas = this.#store.spec.checkAndSet ? `,"options":{"cas":${current?.version ?? 0}}` : "";
    const body = Buffer.concat([encodeUtf8('{"data":'), encodeMembers(wanted), encodeUtf8(`${cas}}`)]);
    await this.#send("POST", dataPath(this.#store.spec, ref.key), body, signal);
  }

  /** Removes one property, or, without a property or when it was the last, the secret. A foreign secret is left alone. */
  async remove(ref: RemoteRef, signal: AbortSignal): Promise<void> {
    const { spec } = this.#store;
    const current = await this.#read(ref.key, signal);
    if (current === undefined || !(await this.#isManaged(ref.key, current.data, signal))) return;
    const rest = toMembers(current.data);
    rest.delete(ref.property);
    const left = spec.kvVersion === 1 ? [...rest.keys()].filter((name) => name !== CUSTOM_METADATA) : [...rest.keys()];
    if (ref.property !== "" && left.length > 0) {
      const data = encodeMembers(rest);
      const body = spec.kvVersion === 1 ? data : Buffer.concat([encodeUtf8('{"data":'), data, encodeUtf8("}")]);
      return this.#send("POST", dataPath(spec, ref.key), body, signal);
    }
    await this.#send("DELETE", dataPath(spec, ref.key), undefined, signal);
    if (spec.kvVersion === 2) await this.#send("DELETE", metadataPath(spec, ref.key), undefined, signal);
  }

  async exists(ref: RemoteRef, signal: AbortSignal): Promise<boolean> {
    const outcome = await this.#store.fetch({ key: ref.key, version: "", what: "value" }, signal);
    return outcome.kind === "found" && outcome.secret.read(ref.property).kind === "found";
  }

  async #read(key: string, signal: AbortSignal): Promise<{ data: JsonNode; version: string } | undefined> {
    const { session, spec } = this.#store;
    const path = dataPath(spec, key);
    const answer = await session.call("ReadSecretData", { method: "GET", path }, signal);
    if (saysAbsent(answer)) return undefined;
    const body = member(answer.json, "data");
    const data = spec.kvVersion === 1 ? body : member(body, "data");
    if (answer.status !== 200 || data?.kind !== "object") throw this.#store.readRefusal(answer, path);
    const version = member(member(body, "metadata"), "version");
    return { data, version: version === undefined ? "" : Buffer.from(rawBytes(version)).toString() };
  }

  async #isManaged(key: string, data: JsonNode, signal: AbortSignal): Promise<boolean> {
    const holder = this.#store.spec.kvVersion === 1 ? data : await this.#store.readMetadata(key, signal);
    return text(member(member(holder, CUSTOM_METADATA), MANAGED_BY)) === MANAGER;
  }

  async #checkManaged(key: string, data: JsonNode, signal: AbortSignal): Promise<void> {
    if (await this.#isManaged(key, data, signal)) return;
    throw new TegataError({
      kind: "denied",
      code: "STORE_SECRET_FOREIGN",
      message: `${this.#store.displayName}: "${key}" exists and was not made by a PushSecret, so it is not overwritten`,
      remedy: `Push to another key, or give the secret the custom metadata ${MANAGED_BY}=${MANAGER}`,
    });
  }

  async #send(
    method: "POST" | "DELETE",
    path: string,
    body: Uint8Array | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const name = method === "POST" ? "WriteSecretData" : "DeleteSecret";
    const answer = await this.#store.session.call(
      name,
      { method, path, ...(body === undefined ? {} : { body }) },
      signal,
    );
    if (answer.status === 200 || answer.status === 204) return;
    const verb = method === "POST" ? "writing" : "deleting";
    throw this.#store.api.refusal(
      answer,
      `${verb} "${path}"`,
      `Check that the policy of the store's role grants it on "${path}"`,
    );
  }
}

function toMembers(object: JsonNode): Members {
  return new Map(object.members.map(({ key, value }) => [decodeUtf8(stringBytes(key)), encodeGoJson(value)]));
}

function wholeMembers(bytes: SecretBytes, key: string): Members {
  const object = parseJson(bytes.reveal());
  if (object?.kind === "object") return toMembers(object);
  throw new TegataError({
    kind: "invalid-input",
    code: "SECRET_NOT_AN_OBJECT",
    message: `the value to push to "${key}" is not a JSON object, which a Vault secret is`,
    remedy: "Set remoteRef.property, or push a JSON object",
  });
}

function withProperty(old: Members | undefined, property: string, bytes: SecretBytes): Members {
  return new Map(old).set(property, encodeGoJsonString(bytes.reveal()));
}

function encodeMembers(members: Members): Buffer {
  return Buffer.from(encodeGoObject(members));
}
