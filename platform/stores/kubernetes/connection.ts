import { asTegataError, TegataError } from "@tegata/errors";
import { createKubeClient, isKubeApiError, type KubeClient, secrets } from "@tegata/kube";
import type { Secret } from "@tegata/kube-types";
import type { StoreContext } from "../context.ts";
import { noMetrics } from "../metrics.ts";
import { accessOfKubeconfig, StoreAccess } from "./access.ts";
import type { KubernetesSpec } from "./spec.ts";

/** Counts of the calls, as `externalsecret_provider_api_calls_count{provider}` names them. */
export const KUBERNETES_PROVIDER = "Kubernetes";

/** The client of one store, made when it is first needed. */
export class KubernetesConnection {
  readonly #spec: KubernetesSpec;
  readonly #context: StoreContext;
  #client: Promise<KubeClient> | undefined;

  constructor(spec: KubernetesSpec, context: StoreContext) {
    this.#spec = spec;
    this.#context = context;
  }

  /**
   * Makes a call and counts it.
   *
   * @param name - e.g. `GetSecret`.
   * @throws TegataError with the store's name before what the client says
   */
  async call<T>(name: string, signal: AbortSignal, send: (client: KubeClient) => Promise<T>): Promise<T> {
    const { metrics = noMetrics, displayName } = this.#context;
    signal.throwIfAborted();
    try {
      const value = await send(await this.client(signal));
      metrics.apiCall(KUBERNETES_PROVIDER, name, "success");
      return value;
    } catch (thrown) {
      metrics.apiCall(KUBERNETES_PROVIDER, name, "error");
      signal.throwIfAborted();
      throw isKubeApiError(thrown) ? named(thrown, displayName) : thrown;
    }
  }

  /** A Secret of the store's namespace. */
  getSecret(name: string, signal: AbortSignal): Promise<Secret | undefined> {
    return this.call("GetSecret", signal, (client) => client.get(secrets, this.#spec.remoteNamespace, name, signal));
  }

  /** The client itself, for what takes longer than a call. */
  client(signal: AbortSignal): Promise<KubeClient> {
    if (this.#client === undefined) {
      const connecting = this.#open(signal);
      this.#client = connecting;
      connecting.catch(() => {
        if (this.#client === connecting) this.#client = undefined;
      });
    }
    return this.#client;
  }

  async close(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    this.#client = undefined;
    await client?.close();
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
