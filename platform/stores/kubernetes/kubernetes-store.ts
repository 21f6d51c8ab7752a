import { encodeBase64, SecretBytes } from "@tegata/bytes";
import { asTegataError, TegataError } from "@tegata/errors";
import {
  createInformer,
  createKubeClient,
  defineResource,
  isKubeApiError,
  type KubeClient,
  secrets,
} from "@tegata/kube";
import type { KubeObject, Secret } from "@tegata/kube-types";
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
import { parseJson, stringBytes } from "../json/json-node.ts";
import { notAnObject } from "../json/json-secret.ts";
import { valueBytes } from "../json/value-bytes.ts";
import { noMetrics } from "../metrics.ts";
import { compileNamePattern } from "../name-pattern.ts";
import { extractWhole, readWhole } from "../whole-secrets.ts";
import { accessOfKubeconfig, StoreAccess } from "./access.ts";
import { KubeSecret, KubeSecretMetadata, valuesOf, wholeJson } from "./kube-secret.ts";
import type { KubernetesSpec } from "./spec.ts";

const PROVIDER = "Kubernetes";

interface RulesReview extends KubeObject {
  spec: { namespace: string };
  status?: { resourceRules?: { verbs?: string[]; apiGroups?: string[]; resources?: string[] }[] };
}

const rulesReviews = defineResource<RulesReview>({
  apiVersion: "authorization.k8s.io/v1",
  kind: "SelfSubjectRulesReview",
  plural: "selfsubjectrulesreviews",
  namespaced: false,
});

/** The Secrets of one namespace of a cluster. The key of a reference is the Secret's name; versions are not kept. */
export class KubernetesStore implements SecretStore {
  readonly provider = PROVIDER;
  readonly whole = {
    batchSize: 1,
    fetch: (ids: readonly SecretId[], signal: AbortSignal) => Promise.all(ids.map((id) => this.#fetch(id, signal))),
  };
  readonly lister = { find: (query: FindQuery, signal: AbortSignal) => this.#find(query, signal) };
  readonly writer = {
    write: (ref: RemoteRef, bytes: SecretBytes, signal: AbortSignal) => this.#write(ref, bytes, signal),
    remove: (ref: RemoteRef, signal: AbortSignal) => this.#remove(ref, signal),
    exists: (ref: RemoteRef, signal: AbortSignal) => this.#exists(ref, signal),
  };
  readonly watcher = { watch: (onChange: (key: string) => void, signal: AbortSignal) => this.#watch(onChange, signal) };
  readonly #spec: KubernetesSpec;
  readonly #context: StoreContext;
  #client: Promise<KubeClient> | undefined;

  constructor(spec: KubernetesSpec, context: StoreContext) {
    this.#spec = spec;
    this.#context = context;
  }

  read(refs: readonly RemoteRef[], signal: AbortSignal): Promise<ReadOutcome[]> {
    return readWhole(this.whole, refs, signal);
  }

  extract(ref: RemoteRef, signal: AbortSignal): Promise<ExtractOutcome> {
    return extractWhole(this.whole, ref, signal);
  }

  /** Asks the cluster whether Secrets of the namespace may be read. */
  async validate(signal: AbortSignal): Promise<"valid" | "unknown"> {
    const namespace = this.#spec.remoteNamespace;
    const body: RulesReview = {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectRulesReview",
      metadata: {},
      spec: { namespace },
    };
    const review = await this.#call("CreateSelfSubjectRulesReview", signal, (client) =>
      client.post(rulesReviews, body, {}, signal),
    );
    const mayRead = review.status?.resourceRules?.some(
      ({ verbs = [], apiGroups = [], resources = [] }) =>
        includesAny(verbs, ["get", "*"]) &&
        includesAny(apiGroups, ["", "*"]) &&
        includesAny(resources, ["secrets", "*"]),
    );
    if (mayRead === true) return "valid";
    throw new TegataError({
      kind: "denied",
      code: "STORE_ACCESS_DENIED",
      message: `${this.#context.displayName}: the store's identity may not get Secrets in namespace "${namespace}" of ${this.#spec.server}`,
      remedy: "Bind a Role with verbs get, list, watch on secrets to it",
    });
  }

  async close(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    this.#client = undefined;
    await client?.close();
  }

  async #fetch({ key, what }: SecretId, signal: AbortSignal): Promise<FetchOutcome> {
    const secret = await this.#get(key, signal);
    if (secret === undefined) return { kind: "absent" };
    return {
      kind: "found",
      secret: what === "metadata" ? new KubeSecretMetadata(secret.metadata) : new KubeSecret(secret),
    };
  }

  async #find({ nameRegexp, tags }: FindQuery, signal: AbortSignal): Promise<Map<string, SecretBytes>> {
    const matches = compileNamePattern(nameRegexp);
    const labelSelector = Object.entries(tags)
      .map(([name, value]) => `${name}=${value}`)
      .join(",");
    const options = { namespace: this.#spec.remoteNamespace, ...(labelSelector === "" ? {} : { labelSelector }) };
    const { items } = await this.#call("ListSecrets", signal, (client) => client.list(secrets, options, signal));
    return new Map(
      items
        .filter(({ metadata }) => matches(metadata.name ?? ""))
        .map((secret) => [secret.metadata.name ?? "", new SecretBytes(wholeJson(valuesOf(secret)))]),
    );
  }

  /** Without a property, `bytes` must be a JSON object, whose members become all of the Secret's keys. */
  async #write(ref: RemoteRef, bytes: SecretBytes, signal: AbortSignal): Promise<void> {
    const current = await this.#get(ref.key, signal);
    const data =
      ref.property === "" ? dataOf(bytes) : { ...current?.data, [ref.property]: encodeBase64(bytes.reveal()) };
    if (current === undefined) {
      const { remoteNamespace: namespace } = this.#spec;
      const secret: Secret = {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: ref.key, namespace },
        type: "Opaque",
        data,
      };
      await this.#call("CreateSecret", signal, (client) => client.create(secrets, secret, {}, signal));
    } else if (!sameData(current.data ?? {}, data)) {
      await this.#call("UpdateSecret", signal, (client) => client.update(secrets, { ...current, data }, {}, signal));
    }
  }

  /** Removes one key, or, without a property or when it was the last, the Secret. */
  async #remove(ref: RemoteRef, signal: AbortSignal): Promise<void> {
    const current = await this.#get(ref.key, signal);
    if (current === undefined || (ref.property !== "" && current.data?.[ref.property] === undefined)) return;
    const { [ref.property]: _, ...data } = current.data ?? {};
    if (ref.property !== "" && Object.keys(data).length > 0) {
      await this.#call("UpdateSecret", signal, (client) => client.update(secrets, { ...current, data }, {}, signal));
      return;
    }
    const { uid } = current.metadata;
    const precondition = uid === undefined ? {} : { uid };
    await this.#call("DeleteSecret", signal, (client) =>
      client.delete(secrets, this.#spec.remoteNamespace, ref.key, precondition, signal),
    );
  }

  async #exists(ref: RemoteRef, signal: AbortSignal): Promise<boolean> {
    const secret = await this.#get(ref.key, signal);
    return secret !== undefined && (ref.property === "" || secret.data?.[ref.property] !== undefined);
  }

  /** Only names and versions are asked for and kept, never values. */
  async #watch(onChange: (key: string) => void, signal: AbortSignal): Promise<void> {
    const client = await this.#connect(signal);
    const informer = createInformer(client, secrets, { namespace: this.#spec.remoteNamespace, metadataOnly: true });
    const tell = ({ metadata }: Secret) => onChange(metadata.name ?? "");
    informer.onChange({
      // What is there at the beginning has not changed.
      added: (secret, initial) => initial || tell(secret),
      updated: tell,
      deleted: tell,
    });
    await informer.run(signal);
  }

  #get(name: string, signal: AbortSignal): Promise<Secret | undefined> {
    return this.#call("GetSecret", signal, (client) => client.get(secrets, this.#spec.remoteNamespace, name, signal));
  }

  async #call<T>(name: string, signal: AbortSignal, send: (client: KubeClient) => Promise<T>): Promise<T> {
    const { metrics = noMetrics, displayName } = this.#context;
    signal.throwIfAborted();
    try {
      const value = await send(await this.#connect(signal));
      metrics.apiCall(PROVIDER, name, "success");
      return value;
    } catch (thrown) {
      metrics.apiCall(PROVIDER, name, "error");
      signal.throwIfAborted();
      throw isKubeApiError(thrown) ? named(thrown, displayName) : thrown;
    }
  }

  #connect(signal: AbortSignal): Promise<KubeClient> {
    if (this.#client === undefined) {
      const connecting = this.#open(signal);
      this.#client = connecting;
      connecting.catch(() => {
        if (this.#client === connecting) this.#client = undefined;
      });
    }
    return this.#client;
  }

  async #open(signal: AbortSignal): Promise<KubeClient> {
    const { auth } = this.#spec;
    const { callTimeoutMs, references } = this.#context;
    const access =
      auth.method === "kubeconfig"
        ? await accessOfKubeconfig(await references.secretKey(auth.kubeconfig, signal), this.#context)
        : new StoreAccess(this.#spec, this.#context);
    return createKubeClient(access, callTimeoutMs === undefined ? {} : { timeoutMs: callTimeoutMs });
  }
}

/** The client's own error with the store's name before it. */
function named(thrown: unknown, displayName: string): unknown {
  const error = asTegataError(thrown);
  if (error === undefined) return thrown;
  const { kind, code, message, remedy, retryAfterMs } = error;
  const retry = retryAfterMs === undefined ? {} : { retryAfterMs };
  return new TegataError({ kind, code, message: `${displayName}: ${message}`, remedy, cause: error, ...retry });
}

function dataOf(bytes: SecretBytes): Record<string, string> {
  const object = parseJson(bytes.reveal());
  if (object?.kind !== "object") throw notAnObject();
  return Object.fromEntries(
    object.members.map(({ key, value }) => [
      Buffer.from(stringBytes(key)).toString("utf8"),
      encodeBase64(valueBytes(value)),
    ]),
  );
}

function sameData(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

function includesAny(list: readonly string[], wanted: readonly string[]): boolean {
  return wanted.some((item) => list.includes(item));
}
