import { Agent, request } from "node:https";
import { decodeBase64, tryDecodeUtf8 } from "@tegata/bytes";
import { DEFAULT_WEBHOOK_SECONDS } from "./webhook-validation.ts";
import type { Webhook, WebhookClientConfig } from "./webhook-types.ts";

/** Largest answer of a webhook that is read, in bytes; as large as an object may be. */
const MAX_ANSWER_BYTES = 3 * 1024 * 1024;

/** A webhook gave no usable answer. Its message goes to the client. */
export class WebhookCallError extends Error {
  override readonly name = "WebhookCallError";
}

/**
 * Sends JSON to webhooks. Connections are kept per server and CA bundle, so a rotated CA bundle counts from the next call
 * on, and redirects are not followed.
 */
export class WebhookClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64, timeout: 60_000 });

  /** @returns the answer's body. @throws WebhookCallError */
  async post(
    { clientConfig, timeoutSeconds = DEFAULT_WEBHOOK_SECONDS }: Webhook,
    body: string,
    signal: AbortSignal,
  ): Promise<string> {
    const url = webhookUrl(clientConfig, timeoutSeconds);
    const deadline = AbortSignal.timeout(timeoutSeconds * 1000);
    try {
      return await this.#exchange(url, caOf(clientConfig), body, AbortSignal.any([signal, deadline]));
    } catch (error) {
      if (error instanceof WebhookCallError) throw error;
      const why = deadline.aborted ? "context deadline exceeded" : networkReason(error);
      throw new WebhookCallError(`failed to call webhook: Post ${JSON.stringify(String(url))}: ${why}`);
    }
  }

  /** Closes idle connections. */
  close(): void {
    this.#agent.destroy();
  }

  #exchange(url: URL, ca: string | undefined, body: string, signal: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      const headers = {
        "content-type": "application/json",
        accept: "application/json",
        "content-length": Buffer.byteLength(body),
      };
      const options = { agent: this.#agent, method: "POST", headers, signal, ...(ca === undefined ? {} : { ca }) };
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

function webhookUrl({ url, service }: WebhookClientConfig, timeoutSeconds: number): URL {
  if (url === undefined) {
    const named = `${service?.namespace ?? ""}/${service?.name ?? ""}`;
    throw new WebhookCallError(
      `failed to call webhook: service "${named}" cannot be reached, because this API server has no cluster network; set clientConfig.url instead of clientConfig.service`,
    );
  }
  const parsed = URL.parse(url);
  if (parsed?.protocol !== "https:")
    throw new WebhookCallError("failed to call webhook: clientConfig.url is not an https URL");
  parsed.searchParams.set("timeout", `${timeoutSeconds}s`);
  return parsed;
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
