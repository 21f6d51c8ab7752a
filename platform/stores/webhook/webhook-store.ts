import { decodeUtf8, encodeUtf8, SecretBytes } from "@tegata/bytes";
import { asTegataError, TegataError } from "@tegata/errors";
import { mapConcurrently } from "../concurrency.ts";
import { CALL_TIMEOUT_MS, type StoreContext } from "../context.ts";
import type { ExtractOutcome, ReadOutcome, RemoteRef, SecretStore } from "../contract.ts";
import { denyLinkLocal } from "../egress.ts";
import { HttpClient, type HttpResponse } from "../http/http-client.ts";
import { type JsonNode, parseJson } from "../json/json-node.ts";
import { extractNode, notAnObject } from "../json/json-secret.ts";
import { plainNumberBytes, valueBytes } from "../json/value-bytes.ts";
import { noMetrics } from "../metrics.ts";
import { throwIfAllFailed } from "../whole-secrets.ts";
import { followJsonPath } from "./json-path.ts";
import { webhookRefusal } from "./refusal.ts";
import type { WebhookSpec } from "./spec.ts";
import { queryEscape, splitUrl } from "./url.ts";

/** What templates see. */
type TemplateData = Readonly<Record<string, Readonly<Record<string, string>>>>;

const PROVIDER = "Webhook";
/** Requests under way for one read of many references. */
const READ_CONCURRENCY = 8;
/** The label without which a Secret's values are not shown to templates. */
const REQUIRED_LABEL = { name: "external-secrets.io/type", value: "webhook" };

/** Any HTTP service: the manifest says with templates what to ask for, and with a JSON path where the secret is in the answer. */
export class WebhookStore implements SecretStore {
  readonly provider = PROVIDER;
  readonly writer = {
    write: (ref: RemoteRef, bytes: SecretBytes, signal: AbortSignal) => this.#write(ref, bytes, signal),
    remove: (ref: RemoteRef, signal: AbortSignal) => this.#remove(ref, signal),
    exists: async (ref: RemoteRef, signal: AbortSignal) => (await this.#ask(ref, signal)) !== undefined,
  };
  readonly #spec: WebhookSpec;
  readonly #context: StoreContext;
  #http: Promise<HttpClient> | undefined;

  constructor(spec: WebhookSpec, context: StoreContext) {
    this.#spec = spec;
    this.#context = context;
  }

  async read(refs: readonly RemoteRef[], signal: AbortSignal): Promise<ReadOutcome[]> {
    signal.throwIfAborted();
    const outcomes = await mapConcurrently(refs, READ_CONCURRENCY, async (ref): Promise<ReadOutcome> => {
      try {
        return await this.#readOne(ref, signal);
      } catch (thrown) {
        const error = asTegataError(thrown);
        if (error === undefined) throw thrown;
        return { kind: "error", error };
      }
    });
    return throwIfAllFailed(outcomes);
  }

  async extract(ref: RemoteRef, signal: AbortSignal): Promise<ExtractOutcome> {
    const answer = await this.#ask(ref, signal);
    if (answer === undefined) return { kind: "absent" };
    if (this.#spec.jsonPath === "" && parseJson(answer) === undefined) throw notAnObject();
    return extractNode(this.#select(await this.#templateData(ref, "plain", signal), answer));
  }

  /** Whether the service works can be told by a read only. */
  async validate(): Promise<"valid" | "unknown"> {
    return "unknown";
  }

  async close(): Promise<void> {
    const http = await this.#http?.catch(() => undefined);
    this.#http = undefined;
    http?.close();
  }

  async #readOne(ref: RemoteRef, signal: AbortSignal): Promise<ReadOutcome> {
    const answer = await this.#ask(ref, signal);
    if (answer === undefined) return { kind: "absent" };
    const found = (bytes: Uint8Array): ReadOutcome => ({ kind: "found", bytes: new SecretBytes(bytes), version: "" });
    if (this.#spec.jsonPath === "") return found(answer);
    return found(singleValue(this.#select(await this.#templateData(ref, "plain", signal), answer)).slice());
  }

  /** The part of an answer that the JSON path leads to; of several values the first, as upstream keeps it. */
  #select(data: TemplateData, answer: Uint8Array): JsonNode {
    const root = parseJson(answer);
    if (root === undefined) throw this.#unexpected("is not JSON");
    const path = this.#render(this.#spec.jsonPath, data);
    if (path === "") return root;
    const result = followJsonPath(root, path);
    const node = result?.kind === "many" ? result.nodes[0] : result?.node;
    if (node === undefined) throw this.#unexpected(`has nothing at ${path}`);
    return node;
  }

  /** @returns the body, or `undefined` if the service says that the secret does not exist. */
  async #ask(ref: RemoteRef, signal: AbortSignal): Promise<Uint8Array | undefined> {
    const plain = await this.#templateData(ref, "plain", signal);
    const url = this.#render(this.#spec.url, await this.#templateData(ref, "escaped", signal));
    const body = this.#render(this.#spec.body, plain);
    const response = await this.#send(
      { method: this.#spec.method || "GET", url, body: encodeUtf8(body), data: plain },
      signal,
    );
    if (response.status === 404) return undefined;
    if (response.status >= 200 && response.status < 300) return response.body;
    throw webhookRefusal(response, this.#context.displayName, `reading "${ref.key}"`);
  }

  async #write(ref: RemoteRef, bytes: SecretBytes, signal: AbortSignal): Promise<void> {
    const value = decodeUtf8(bytes.reveal());
    const secrets = await this.#secrets(signal);
    const data = (escape: (text: string) => string): TemplateData => ({
      ...secrets,
      remoteRef: { remoteKey: escape(ref.key), [ref.key]: escape(value) },
    });
    const plain = data((text) => text);
    const url = this.#render(this.#spec.url, data(queryEscape));
    const body = this.#spec.body === "" ? bytes.reveal() : encodeUtf8(this.#render(this.#spec.body, plain));
    const response = await this.#send({ method: this.#spec.method || "POST", url, body, data: plain }, signal);
    if (response.status < 200 || response.status >= 300)
      throw webhookRefusal(response, this.#context.displayName, `writing "${ref.key}"`);
  }

  async #remove(ref: RemoteRef, signal: AbortSignal): Promise<void> {
    const data = { ...(await this.#secrets(signal)), remoteRef: { remoteKey: queryEscape(ref.key) } };
    const url = this.#render(this.#spec.url, data);
    const response = await this.#send({ method: "DELETE", url, body: new Uint8Array(), data }, signal);
    const isGone = response.status === 404 || (response.status >= 200 && response.status < 300);
    if (!isGone) throw webhookRefusal(response, this.#context.displayName, `deleting "${ref.key}"`);
  }

  async #send(
    request: { readonly method: string; readonly url: string; readonly body: Uint8Array; readonly data: TemplateData },
    signal: AbortSignal,
  ): Promise<HttpResponse> {
    const { metrics = noMetrics } = this.#context;
    const { origin, path } = splitUrl(request.url, this.#context.displayName);
    const headers = Object.entries(this.#spec.headers).map(([name, value]) => [
      name,
      this.#render(value, request.data),
    ]);
    try {
      const http = await this.#connect(signal);
      const body = request.body.length === 0 ? {} : { body: request.body };
      const response = await http.request(
        { method: request.method, origin, path, headers: Object.fromEntries(headers), ...body },
        signal,
      );
      metrics.apiCall(PROVIDER, "HTTPRequest", "success");
      return response;
    } catch (error) {
      metrics.apiCall(PROVIDER, "HTTPRequest", "error");
      // Its CA may have been replaced: the next request resolves it anew.
      if (asTegataError(error)?.code === "STORE_UNREACHABLE") await this.close();
      throw error;
    }
  }

  async #templateData(ref: RemoteRef, how: "plain" | "escaped", signal: AbortSignal): Promise<TemplateData> {
    const escape = how === "escaped" ? queryEscape : (text: string) => text;
    const { key, version, property } = ref;
    const remoteRef = {
      key: escape(key),
      version: escape(version),
      property: escape(property),
      namespace: this.#context.consumerNamespace ?? "",
    };
    return { ...(await this.#secrets(signal)), remoteRef };
  }

  async #secrets(signal: AbortSignal): Promise<TemplateData> {
    const shown = await Promise.all(
      this.#spec.secrets.map(async ({ name, secret }) => {
        const values = await this.#context.references.secret(secret, REQUIRED_LABEL, signal);
        return [
          name,
          Object.fromEntries([...values].map(([key, value]) => [key, decodeUtf8(value.reveal())])),
        ] as const;
      }),
    );
    return Object.fromEntries(shown);
  }

  #render(template: string, data: TemplateData): string {
    if (!template.includes("{{")) return template;
    if (this.#context.renderTemplate !== undefined) return this.#context.renderTemplate(template, data);
    throw new Error("a webhook store with templates was opened without a template renderer");
  }

  #connect(signal: AbortSignal): Promise<HttpClient> {
    if (this.#http === undefined) {
      const connecting = this.#open(signal);
      this.#http = connecting;
      connecting.catch(() => {
        if (this.#http === connecting) this.#http = undefined;
      });
    }
    return this.#http;
  }

  async #open(signal: AbortSignal): Promise<HttpClient> {
    const { displayName, references, egress = denyLinkLocal, callTimeoutMs = CALL_TIMEOUT_MS } = this.#context;
    const { caBundle, caProvider, timeoutMs = callTimeoutMs } = this.#spec;
    const ca = caBundle ?? (caProvider === undefined ? undefined : await references.caBundle(caProvider, signal));
    return new HttpClient({ displayName, tls: ca === undefined ? {} : { ca }, egress, timeoutMs });
  }

  #unexpected(why: string): TegataError {
    return new TegataError({
      kind: "unavailable",
      code: "STORE_ANSWER_UNEXPECTED",
      message: `${this.#context.displayName}: the service's answer ${why}`,
      remedy: "Compare the answer with spec.provider.webhook.result.jsonPath",
    });
  }
}

/** One value of a Secret; of a list the first. */
function singleValue(node: JsonNode): Uint8Array {
  const [first] = node.items;
  if (first !== undefined) return singleValue(first);
  return node.kind === "number" ? plainNumberBytes(node) : valueBytes(node);
}
