import { SecretBytes } from "@tegata/bytes";
import { TegataError } from "@tegata/errors";
import { createInformer, defineResource, secrets } from "@tegata/kube";
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
import { compileNamePattern } from "../name-pattern.ts";
import { extractWhole, readWhole } from "../whole-secrets.ts";
import { KUBERNETES_PROVIDER, KubernetesConnection } from "./connection.ts";
import { KubeSecret, KubeSecretMetadata, valuesOf, wholeJson } from "./kube-secret.ts";
import type { KubernetesSpec } from "./spec.ts";
import { KubernetesWriter } from "./writer.ts";

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
  readonly provider = KUBERNETES_PROVIDER;
  readonly whole = {
    batchSize: 1,
    fetch: (ids: readonly SecretId[], signal: AbortSignal) => Promise.all(ids.map((id) => this.#fetch(id, signal))),
  };
  readonly lister = { find: (query: FindQuery, signal: AbortSignal) => this.#find(query, signal) };
  readonly writer: KubernetesWriter;
  readonly watcher = { watch: (onChange: (key: string) => void, signal: AbortSignal) => this.#watch(onChange, signal) };
  readonly #spec: KubernetesSpec;
  readonly #context: StoreContext;
  readonly #connection: KubernetesConnection;

  constructor(spec: KubernetesSpec, context: StoreContext) {
    this.#spec = spec;
    this.#context = context;
    this.#connection = new KubernetesConnection(spec, context);
    this.writer = new KubernetesWriter(this.#connection, spec.remoteNamespace);
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
    const review = await this.#connection.call("CreateSelfSubjectRulesReview", signal, (client) =>
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

  close(): Promise<void> {
    return this.#connection.close();
  }

  async #fetch({ key, what }: SecretId, signal: AbortSignal): Promise<FetchOutcome> {
    const secret = await this.#connection.getSecret(key, signal);
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
    const { items } = await this.#connection.call("ListSecrets", signal, (client) =>
      client.list(secrets, options, signal),
    );
    return new Map(
      items
        .filter(({ metadata }) => matches(metadata.name ?? ""))
        .map((secret) => [secret.metadata.name ?? "", new SecretBytes(wholeJson(valuesOf(secret)))]),
    );
  }

  /** Only names and versions are asked for and kept, never values. */
  async #watch(onChange: (key: string) => void, signal: AbortSignal): Promise<void> {
    const client = await this.#connection.client(signal);
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
}

function includesAny(list: readonly string[], wanted: readonly string[]): boolean {
  return wanted.some((item) => list.includes(item));
}
