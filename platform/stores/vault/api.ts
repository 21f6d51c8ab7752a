import { decodeUtf8, encodeUtf8 } from "@tegata/bytes";
import { TegataError } from "@tegata/errors";
import type { JsonValue } from "@tegata/kube-types";
import type { HttpClient, HttpResponse } from "../http/http-client.ts";
import { parseRetryAfterMs } from "../http/retry-after.ts";
import { findMember, type JsonNode, parseJson, stringBytes } from "../json/json-node.ts";
import type { VaultSpec } from "./spec.ts";

/** One request to Vault. */
export interface VaultCall {
  readonly method: "GET" | "LIST" | "POST" | "PUT" | "DELETE";
  /** Below `/v1/`, not percent-encoded, e.g. `secret/data/app`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly token?: string;
  readonly namespace: string;
  readonly body?: JsonValue | Uint8Array;
}

/** What Vault said. */
export interface VaultAnswer {
  readonly status: number;
  /** The body, if it is JSON. */
  readonly json: JsonNode | undefined;
  /** `errors` of the body; `undefined` if it has no such list, and so is perhaps not Vault's. */
  readonly errors: readonly string[] | undefined;
  readonly retryAfterMs: number | undefined;
}

/** Sends requests to one Vault server and turns its refusals into errors. */
export class VaultApi {
  readonly #spec: VaultSpec;
  readonly #displayName: string;
  /** Of the last write; a read that carries it is not answered from an older state (`readYourWrites`). */
  #index: string | undefined;

  constructor(spec: VaultSpec, displayName: string) {
    this.#spec = spec;
    this.#displayName = displayName;
  }

  /** @throws TegataError if there is no answer; every answer, also a refusal, is returned. */
  async send(http: HttpClient, call: VaultCall, signal: AbortSignal): Promise<VaultAnswer> {
    const body =
      call.body === undefined || call.body instanceof Uint8Array ? call.body : encodeUtf8(JSON.stringify(call.body));
    const response = await http.request(
      {
        // Every server takes this form of LIST; proxies and WAFs often refuse the verb itself.
        method: call.method === "LIST" ? "GET" : call.method,
        origin: this.#spec.server,
        path: this.#requestPath(call),
        headers: this.#headers(call),
        ...(body === undefined ? {} : { body }),
      },
      signal,
    );
    const index = response.headers["x-vault-index"];
    if (this.#spec.readYourWrites && typeof index === "string") this.#index = index;
    return parseAnswer(response);
  }

  /**
   * The error for an answer that is not the one hoped for.
   *
   * @param doing - what was tried, e.g. `login as role "payments"`.
   * @param remedy - what to check when Vault refuses (400, 403).
   */
  refusal(answer: VaultAnswer, doing: string, remedy: string): TegataError {
    const { status, retryAfterMs } = answer;
    const said = answer.errors?.length ? `: ${answer.errors.join("; ").slice(0, 300)}` : "";
    const message = `${this.#displayName}: ${doing} was refused (HTTP ${status} from ${this.#spec.server.origin}${said})`;
    const retry = retryAfterMs === undefined ? {} : { retryAfterMs };
    if (status === 403 || status === 401)
      return new TegataError({ kind: "denied", code: "STORE_ACCESS_DENIED", message, remedy });
    if (status === 429) {
      const wait = "Raise the server's quota, or lower the number of refreshes";
      return new TegataError({
        kind: "unavailable",
        code: "STORE_THROTTLED",
        message,
        remedy: wait,
        retryAfterMs: retryAfterMs ?? 1000,
      });
    }
    if (status >= 300 && status < 400) {
      const target = "Set server to the address of the active node or of the load balancer; redirects are not followed";
      return new TegataError({ kind: "unavailable", code: "STORE_REDIRECTED", message, remedy: target });
    }
    if (status === 404 || status >= 500 || status === 412 || status < 300) {
      return new TegataError({
        kind: "unavailable",
        code: status >= 500 || status === 412 ? "STORE_FAILED" : "STORE_ANSWER_UNEXPECTED",
        message,
        remedy: unavailableRemedy(answer),
        ...retry,
      });
    }
    return new TegataError({ kind: "invalid-input", code: "STORE_REQUEST_REFUSED", message, remedy });
  }

  #requestPath(call: VaultCall): string {
    const base = this.#spec.server.pathname.replace(/\/+$/, "");
    const parameters = call.method === "LIST" ? { ...call.query, list: "true" } : call.query;
    const query = parameters === undefined ? "" : `?${new URLSearchParams(parameters).toString()}`;
    return `${base}/v1/${call.path.split("/").map(encodeURIComponent).join("/")}${query}`;
  }

  #headers(call: VaultCall): Record<string, string> {
    const { readYourWrites, forwardInconsistent } = this.#spec;
    return {
      ...this.#spec.headers,
      "X-Vault-Request": "true",
      ...(call.token === undefined ? {} : { "X-Vault-Token": call.token }),
      ...(call.namespace === "" ? {} : { "X-Vault-Namespace": call.namespace }),
      ...(this.#index === undefined ? {} : { "X-Vault-Index": this.#index }),
      ...(readYourWrites && forwardInconsistent ? { "X-Vault-Inconsistent": "forward-active-node" } : {}),
      ...(call.body === undefined ? {} : { "Content-Type": "application/json" }),
    };
  }
}

/** A member of an object node by its ASCII name. */
export function member(node: JsonNode | undefined, name: string): JsonNode | undefined {
  return node?.kind === "object" ? findMember(node, encodeUtf8(name)) : undefined;
}

/** The text of a string node; `undefined` for anything else. */
export function text(node: JsonNode | undefined): string | undefined {
  return node?.kind === "string" ? decodeUtf8(stringBytes(node)) : undefined;
}

/** The value of a number node; `undefined` for anything else. */
export function number(node: JsonNode | undefined): number | undefined {
  return node?.kind === "number" ? Number(decodeUtf8(node.source.subarray(node.start, node.end))) : undefined;
}

function parseAnswer(response: HttpResponse): VaultAnswer {
  const json = parseJson(response.body);
  const errors = member(json, "errors");
  return {
    status: response.status,
    json,
    errors: errors?.kind === "array" ? errors.items.map((item) => text(item) ?? "") : undefined,
    retryAfterMs: parseRetryAfterMs(response.headers["retry-after"], new Date()),
  };
}

function unavailableRemedy({ status, errors }: VaultAnswer): string {
  if (errors?.some((error) => error.startsWith("no handler for route"))) {
    return "Enable a key/value secrets engine at this path, or correct the store's path";
  }
  if (status === 503) return "Unseal the server, or wait until it is back";
  return status < 500 && status !== 412
    ? "Check that the store's server, path and version name a Vault server and its key/value secrets engine"
    : "Check the server's log";
}
