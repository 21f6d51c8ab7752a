import { Agent, request } from "node:https";
import { decodeBase64, tryDecodeUtf8 } from "@tegata/bytes";
import type { ServiceResolver } from "./service-endpoints.ts";
import { WebhookCallError } from "./webhook-call-error.ts";
import { DEFAULT_WEBHOOK_SECONDS } from "./webhook-validation.ts";
import type { Webhook, WebhookClientConfig } from "./webhook-types.ts";

/** Largest answer of a webhook that is read, in bytes; as large as an object may be. */
const MAX_ANSWER_BYTES = 3 * 1024 * 1024;

/** Where to connect, and what is to be asked for there. */
interface WebhookTarget {
  readonly url: URL;
  /** Set for a Service: the connection goes to its endpoint, the certificate must name the Service. */
  readonly connection: { readonly hostname?: string; readonly port?: number; readonly servername?: string };
}

/**
 * Sends JSON to webhooks. Connections are kept per server and CA bundle, so a rotated CA bundle counts from the next call
 * on, and redirects are not followed.
 */
export class WebhookClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64, timeout: 60_000 });
  readonly #resolve: ServiceResolver;

  constructor(resolve: ServiceResolver) {
    this.#resolve = resolve;
  }

  /** @returns the answer's body. @throws WebhookCallError */
  async post(
    { clientConfig, timeoutSeconds = DEFAULT_WEBHOOK_SECONDS }: Webhook,
    body: string,
    signal: AbortSignal,
  ): Promise<string> {
    const target = this.#target(clientConfig);
    target.url.searchParams.set("timeout", `${timeoutSeconds}s`);
    const deadline = AbortSignal.timeout(timeoutSeconds * 1000);
    try {
      return await this.#exchange(target, caOf(clientConfig), body, AbortSignal.any([signal, deadline]));
    } catch (error) {
      if (error instanceof WebhookCallError) throw error;
      const why = deadline.aborted ? "context deadline exceeded" : networkReason(error);
      throw new WebhookCallError(`failed to call webhook: Post ${JSON.stringify(String(target.url))}: ${why}`);
    }
  }

  /** Closes idle connections. */
  close(): void {
    this.#agent.destroy();
  }

  #target({ url, service }: WebhookClientConfig): WebhookTarget {
    if (url === undefined) {
      const { namespace = "", name = "", path = "", port = 443 } = service ?? {};
      const servername = `${name}.${namespace}.svc`;
      const asked = new URL(`https://${servername}:${port}/`);
      asked.pathname = path;
      const endpoint = this.#resolve(service ?? {});
      return { url: asked, connection: { hostname: endpoint.host, port: endpoint.port, servername } };
    }
    const parsed = URL.parse(url);
    if (parsed?.protocol !== "https:")
      throw new WebhookCallError("failed to call webhook: clientConfig.url is not an https URL");
    return { url: parsed, connection: {} };
  }

  #exchange(
    { url, connection }: WebhookTarget,
    ca: string | undefined,
    body: string,
    signal: AbortSignal,
  ): Promise<string> {
    return new Promise((resolve, reject) => {
      const headers = {
        "content-type": "application/json",
        accept: "application/json",
        "content-length": Buffer.byteLength(body),
      };
      const trust = ca === undefined ? {} : { ca };
      const options = { agent: this.#agent, method: "POST", headers, signal, ...trust, ...connection };
      const outgoing = request(url, options, (incoming) => {
        const chunks: Buffer[] = [];
        let length = 0;
        incoming.on("data", (chunk: Buffer) => {
          length += chunk.length;
          if (length > MAX_ANSWER_BYTES) outgoing.destroy(new WebhookCallError("the webhook's answer is too large"));
          else chunks.push(chunk);
        });
        incoming.on("error", reject);
        incoming.on("end", () => {
          const { statusCode = 0 } = incoming;
          if (statusCode === 200) resolve(Buffer.concat(chunks).toString());
          else reject(new WebhookCallError(`failed to call webhook: the server answered with status ${statusCode}`));
        });
      });
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  }
}

/** PEM text of the CA bundle; `undefined` for the system's roots. */
function caOf({ caBundle = "" }: WebhookClientConfig): string | undefined {
  if (caBundle === "") return undefined;
  const bytes = decodeBase64(caBundle);
  const text = bytes && tryDecodeUtf8(bytes);
  if (text?.includes("-----BEGIN CERTIFICATE-----") !== true)
    throw new WebhookCallError(
      "failed to call webhook: unable to load root certificates: clientConfig.caBundle holds no PEM certificate",
    );
  return text;
}

/** What to tell of a failed connection: OpenSSL's and the system's codes are safe and say enough. */
function networkReason(error: unknown): string {
  if (!(error instanceof Error)) return "connection failed";
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined || error.message.includes(code) ? error.message : `${error.message} (${code})`;
}
