import { encodeUtf8, SecretBytes } from "@tegata/bytes";
import { TegataError } from "@tegata/errors";
import type { JsonObject } from "@tegata/kube-types";
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
import { TextSecret } from "../json/text-secret.ts";
import { compileNamePattern } from "../name-pattern.ts";
import { SpecFields } from "../spec-fields.ts";
import { extractWhole, readWhole } from "../whole-secrets.ts";

interface FakeSpec {
  readonly data: readonly { readonly key: string; readonly value: string; readonly version: string }[];
  readonly validationResult: number;
}

/** Checks `spec.provider.fake`. @throws TegataError `STORE_SPEC_INVALID` */
export function checkSpec(spec: JsonObject): void {
  parseFakeSpec(spec);
}

/** Opens a store whose secrets stand in its own manifest: for trials and tests. @throws TegataError `STORE_SPEC_INVALID` */
export function openStore(spec: JsonObject, context: StoreContext): SecretStore {
  return new FakeStore(parseFakeSpec(spec), context.displayName);
}

function parseFakeSpec(spec: JsonObject): FakeSpec {
  const fields = new SpecFields(spec, "spec.provider.fake");
  return {
    data: fields.objects("data").map((entry) => ({
      key: entry.requiredText("key"),
      value: entry.requiredText("value"),
      version: entry.text("version") ?? "",
    })),
    validationResult: fields.integer("validationResult") ?? 0,
  };
}

class FakeStore implements SecretStore {
  readonly provider = "Fake";
  readonly whole = {
    batchSize: 1000,
    fetch: (ids: readonly SecretId[], signal: AbortSignal) => this.#fetch(ids, signal),
  };
  readonly lister = { find: (query: FindQuery) => this.#find(query) };
  readonly writer = {
    write: (ref: RemoteRef, bytes: SecretBytes) => this.#write(ref, bytes),
    // As upstream: what is pushed stays for the life of the process.
    remove: () => Promise.resolve(),
    exists: (ref: RemoteRef) => Promise.resolve(this.#secrets.has(entryKey(ref.key, ""))),
  };
  readonly #spec: FakeSpec;
  readonly #displayName: string;
  /** By key and version. */
  readonly #secrets: Map<
    string,
    { readonly key: string; readonly version: string; readonly bytes: Uint8Array; readonly pushed: boolean }
  >;

  constructor(spec: FakeSpec, displayName: string) {
    this.#spec = spec;
    this.#displayName = displayName;
    this.#secrets = new Map(
      spec.data.map(({ key, value, version }) => [
        entryKey(key, version),
        { key, version, bytes: encodeUtf8(value), pushed: false },
      ]),
    );
  }

  read(refs: readonly RemoteRef[], signal: AbortSignal): Promise<ReadOutcome[]> {
    return readWhole(this.whole, refs, signal);
  }

  extract(ref: RemoteRef, signal: AbortSignal): Promise<ExtractOutcome> {
    return extractWhole(this.whole, ref, signal);
  }

  async validate(): Promise<"valid" | "unknown"> {
    if (this.#spec.validationResult === 0) return "valid";
    throw new TegataError({
      kind: "invalid-input",
      code: "STORE_SPEC_INVALID",
      message: `${this.#displayName}: its spec says validationResult ${this.#spec.validationResult}`,
      remedy: "Remove validationResult",
    });
  }

  async close(): Promise<void> {}

  async #fetch(ids: readonly SecretId[], signal: AbortSignal): Promise<FetchOutcome[]> {
    signal.throwIfAborted();
    return ids.map((id): FetchOutcome => {
      const secret = id.what === "value" ? this.#secrets.get(entryKey(id.key, id.version)) : undefined;
      if (secret === undefined) return { kind: "absent" };
      return { kind: "found", secret: new TextSecret(secret.bytes, secret.version) };
    });
  }

  async #find({ nameRegexp, tags }: FindQuery): Promise<Map<string, SecretBytes>> {
    if (Object.keys(tags).length > 0) {
      throw new TegataError({
        kind: "invalid-input",
        code: "STORE_FIND_UNSUPPORTED",
        message: `${this.#displayName}: a fake store has no tags to find by`,
        remedy: "Find by name",
      });
    }
    const matches = compileNamePattern(nameRegexp);
    const newest = new Map<string, { version: string; bytes: Uint8Array }>();
    for (const { key, version, bytes } of this.#secrets.values()) {
      const known = newest.get(key);
      if (matches(key) && (known === undefined || known.version < version)) newest.set(key, { version, bytes });
    }
    return new Map([...newest].map(([key, { bytes }]) => [key, new SecretBytes(bytes.slice())]));
  }

  async #write(ref: RemoteRef, bytes: SecretBytes): Promise<void> {
    const key = entryKey(ref.key, "");
    if (this.#secrets.get(key)?.pushed === false) {
      throw new TegataError({
        kind: "denied",
        code: "STORE_SECRET_FOREIGN",
        message: `${this.#displayName}: "${ref.key}" stands in the store's manifest, so it is not overwritten`,
        remedy: "Push to another key",
      });
    }
    this.#secrets.set(key, { key: ref.key, version: "", bytes: bytes.reveal().slice(), pushed: true });
  }
}

function entryKey(key: string, version: string): string {
  return JSON.stringify([key, version]);
}
