import { TegataError } from "@tegata/errors";
import type { StoreContext } from "../context.ts";
import type {
  ExtractOutcome,
  FetchOutcome,
  FindQuery,
  ReadOutcome,
  RemoteRef,
  SecretId,
  SecretStore,
} from "../contract.ts";
import { type JsonNode, rawBytes } from "../json/json-node.ts";
import { JsonSecret } from "../json/json-secret.ts";
import { extractWhole, readWhole } from "../whole-secrets.ts";
import { member, text, VaultApi, type VaultAnswer } from "./api.ts";
import { metadataObject, saysAbsent } from "./answers.ts";
import { findInVault } from "./find.ts";
import { dataPath, metadataPath } from "./paths.ts";
import { VAULT_PROVIDER, VaultSession } from "./session.ts";
import type { VaultSpec } from "./spec.ts";
import { checkMount } from "./validate.ts";
import { VaultWriter } from "./writer.ts";

/** A HashiCorp Vault or OpenBao server: KV version 1 or 2. */
export class VaultStore implements SecretStore {
  readonly provider = VAULT_PROVIDER;
  readonly whole = {
    batchSize: 1,
    fetch: (ids: readonly SecretId[], signal: AbortSignal) => Promise.all(ids.map((id) => this.fetch(id, signal))),
  };
  readonly lister = { find: (query: FindQuery, signal: AbortSignal) => findInVault(this, query, signal) };
  readonly writer: VaultWriter;
  readonly spec: VaultSpec;
  readonly session: VaultSession;
  readonly api: VaultApi;
  readonly #context: StoreContext;

  constructor(spec: VaultSpec, context: StoreContext) {
    this.spec = spec;
    this.#context = context;
    this.api = new VaultApi(spec, context.displayName);
    this.session = new VaultSession(spec, this.api, context);
    this.writer = new VaultWriter(this);
  }

  get displayName(): string {
    return this.#context.displayName;
  }

  read(refs: readonly RemoteRef[], signal: AbortSignal): Promise<ReadOutcome[]> {
    return readWhole(this.whole, refs, signal);
  }

  extract(ref: RemoteRef, signal: AbortSignal): Promise<ExtractOutcome> {
    return extractWhole(this.whole, ref, signal);
  }

  async validate(signal: AbortSignal): Promise<"valid" | "unknown"> {
    await checkMount(this, signal);
    return "valid";
  }

  close(): Promise<void> {
    return this.session.close();
  }

  /** @throws TegataError if the store gave no answer */
  async fetch(id: SecretId, signal: AbortSignal): Promise<FetchOutcome> {
    return id.what === "metadata" ? this.#fetchMetadata(id.key, signal) : this.#fetchData(id, signal);
  }

  /** KV v2 metadata as one object of strings. */
  async readMetadata(key: string, signal: AbortSignal): Promise<JsonNode | undefined> {
    const path = metadataPath(this.spec, key);
    const answer = await this.session.call("ReadSecretData", { method: "GET", path }, signal);
    const data = member(answer.json, "data");
    if (answer.status === 200 && data?.kind === "object") return data;
    if (saysAbsent(answer)) return undefined;
    throw this.readRefusal(answer, path);
  }

  /** The error for a refused read of a path. */
  readRefusal(answer: VaultAnswer, path: string): TegataError {
    return this.api.refusal(
      answer,
      `reading "${path}"`,
      `Check that the policy of the store's role grants read on "${path}"`,
    );
  }

  async #fetchData({ key, version }: SecretId, signal: AbortSignal): Promise<FetchOutcome> {
    const path = dataPath(this.spec, key);
    const query = version === "" ? {} : { query: { version } };
    const answer = await this.session.call("ReadSecretData", { method: "GET", path, ...query }, signal);
    const data = member(answer.json, "data");
    if (answer.status === 200 && data?.kind === "object") {
      return this.spec.kvVersion === 1 ? found(data, "") : this.#unwrap(data, path, answer);
    }
    if (saysAbsent(answer)) return { kind: "absent" };
    throw this.readRefusal(answer, path);
  }

  /** KV v2 keeps the secret in `data` beside its `metadata`. */
  #unwrap(data: JsonNode, path: string, answer: VaultAnswer): FetchOutcome {
    const secret = member(data, "data");
    const version = member(member(data, "metadata"), "version");
    if (secret?.kind === "object")
      return found(secret, version === undefined ? "" : Buffer.from(rawBytes(version)).toString());
    if (secret?.kind === "null") return { kind: "absent" };
    throw this.api.refusal(
      answer,
      `reading "${path}" as KV version 2`,
      "Set version: v1 if the secrets engine has version 1",
    );
  }

  async #fetchMetadata(key: string, signal: AbortSignal): Promise<FetchOutcome> {
    if (this.spec.kvVersion === 1) {
      throw new TegataError({
        kind: "invalid-input",
        code: "STORE_METADATA_UNSUPPORTED",
        message: `${this.displayName}: metadata of "${key}" was asked for, and KV version 1 has none`,
        remedy: "Use metadataPolicy: None, or a secrets engine of version 2",
      });
    }
    const data = await this.readMetadata(key, signal);
    if (data === undefined) return { kind: "absent" };
    return found(metadataObject(data), text(member(data, "current_version")) ?? "");
  }
}

function found(object: JsonNode, version: string): FetchOutcome {
  return { kind: "found", secret: new JsonSecret(object, version) };
}
