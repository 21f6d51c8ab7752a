import { decodeBase64, decodeUtf8, encodeBase64, encodeUtf8 } from "@tegata/bytes";
import {
  type InformerFactory,
  isKubeApiError,
  type KubeClient,
  pause,
  type Runnable,
  secrets,
  systemClock,
} from "@tegata/kube";
import type { Secret } from "@tegata/kube-types";
import type { Logger } from "@tegata/telemetry";
import { renewCertificates, type WebhookCertificates } from "./certificates.ts";
import { type WebhookAddress, WEBHOOK_LABEL, webhookConfigurations, writeConfigurations } from "./configurations.ts";
import { startWebhookServer, type WebhookServer } from "./server.ts";

/** Secret with the webhook's certificates, in the operator's namespace. External Secrets' name. */
export const WEBHOOK_SECRET = "external-secrets-webhook";
/** Certificates and configurations are looked at this often, in milliseconds, and at once when either changes. */
const CHECK_INTERVAL_MS = 300_000;
/** After a check that failed. */
const RETRY_MS = 5_000;

/** Where the webhook listens, and how the API server gets there. */
export interface WebhookOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** The Service in front of it; without one the API server is told `https://HOST:PORT`. */
  readonly service?: { readonly name: string; readonly port: number };
}

/** What the webhook works with. */
export interface WebhookDependencies {
  readonly client: KubeClient;
  readonly informers: InformerFactory;
  readonly logger: Logger;
  /** Namespace of the Secret and the Service. */
  readonly namespace: string;
  readonly options: WebhookOptions;
  readonly now: () => Date;
}

/** The validating webhook with certificates that manage themselves. Every replica runs one; they share the certificates. */
export interface Webhook extends Runnable {
  /** Resolves when the first attempt to set it up has ended, well or not; later ones follow by themselves. */
  readonly attempted: Promise<void>;
  /** Answers what was asked, and stops listening. */
  close(): Promise<void>;
}

/**
 * Starts listening and sets the webhook up: certificates, then the configurations, so that the API server never calls with a
 * CA that is not the server's.
 *
 * @throws TegataError `WEBHOOK_PORT_UNAVAILABLE`
 */
export async function startWebhook(dependencies: WebhookDependencies): Promise<Webhook> {
  const { options, logger } = dependencies;
  const server = await startWebhookServer(options.host, options.port, logger);
  const keeper = new CertificateKeeper(dependencies, server);
  const setUp = new AbortController();
  return {
    name: "webhook",
    attempted: keeper.check(setUp.signal).then(() => undefined),
    run: (signal) => keeper.run(signal),
    close() {
      setUp.abort();
      return server.close();
    },
  };
}

class CertificateKeeper {
  readonly #dependencies: WebhookDependencies;
  readonly #server: WebhookServer;
  #served: WebhookCertificates | undefined;
  #wake = (): void => undefined;

  constructor(dependencies: WebhookDependencies, server: WebhookServer) {
    this.#dependencies = dependencies;
    this.#server = server;
    const { informers, namespace } = dependencies;
    const changed = (): void => this.#wake();
    const handler = { added: changed, updated: changed, deleted: changed };
    informers
      .informer(secrets, { namespace, fieldSelector: `metadata.name=${WEBHOOK_SECRET}`, metadataOnly: true })
      .onChange(handler);
    informers
      .informer(webhookConfigurations, { labelSelector: `${WEBHOOK_LABEL.name}=${WEBHOOK_LABEL.value}` })
      .onChange(handler);
  }

  /** Checks now and then, and when something changed, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => (this.#wake = resolve));
      const isDone = await this.check(signal);
      const waiting = new AbortController();
      const stop = AbortSignal.any([signal, waiting.signal]);
      await Promise.race([
        woken,
        pause(systemClock, isDone ? CHECK_INTERVAL_MS : RETRY_MS, stop).catch(() => undefined),
      ]);
      waiting.abort();
    }
  }

  /** @returns false if it must be tried again soon; the log says why. */
  async check(signal: AbortSignal): Promise<boolean> {
    const { client, logger } = this.#dependencies;
    try {
      const certificates = await this.#certificates(signal);
      // The API server trusts the new CA before the server uses it.
      await writeConfigurations(client, this.#address(), certificates["ca.crt"], signal);
      if (this.#served?.["tls.crt"] !== certificates["tls.crt"]) {
        this.#server.serveWith(certificates);
        logger.info("webhook certificate in use", { port: this.#server.port });
      }
      this.#served = certificates;
      return true;
    } catch (error) {
      if (signal.aborted) return true;
      logger.warn("webhook not set up; trying again", { error, retryMs: RETRY_MS });
      return false;
    }
  }

  /** The shared certificates; renewed and written if they are to be. A replica that loses the race takes the other's. */
  async #certificates(signal: AbortSignal): Promise<WebhookCertificates> {
    const { client, namespace, now } = this.#dependencies;
    const present = await client.get(secrets, namespace, WEBHOOK_SECRET, signal);
    const kept = readCertificates(present);
    const wanted = await renewCertificates(kept, this.#names(), now());
    if (wanted === kept) return wanted;
    const data = Object.fromEntries(Object.entries(wanted).map(([name, pem]) => [name, encodeBase64(encodeUtf8(pem))]));
    try {
      if (present === undefined) {
        const metadata = { namespace, name: WEBHOOK_SECRET, labels: { [WEBHOOK_LABEL.name]: WEBHOOK_LABEL.value } };
        await client.create(secrets, { apiVersion: "v1", kind: "Secret", metadata, data }, {}, signal);
      } else await client.update(secrets, { ...present, data: { ...present.data, ...data } }, {}, signal);
      return wanted;
    } catch (error) {
      if (!isKubeApiError(error, "Conflict", "AlreadyExists")) throw error;
      return await this.#certificates(signal);
    }
  }

  #address(): WebhookAddress {
    const { options, namespace } = this.#dependencies;
    if (options.service !== undefined) return { kind: "service", namespace, ...options.service };
    const host = options.host.includes(":") ? `[${options.host}]` : options.host;
    return { kind: "url", url: `https://${host}:${this.#server.port}` };
  }

  #names(): string[] {
    const { options, namespace } = this.#dependencies;
    if (options.service === undefined) return [options.host];
    const { name } = options.service;
    return [`${name}.${namespace}.svc`, `${name}.${namespace}`, `${name}.${namespace}.svc.cluster.local`];
  }
}

function readCertificates(secret: Secret | undefined): Partial<WebhookCertificates> {
  const texts = Object.entries(secret?.data ?? {}).map(([name, value]) => {
    const bytes = decodeBase64(value);
    return [name, bytes === undefined ? "" : decodeUtf8(bytes)] as const;
  });
  return Object.fromEntries(texts);
}
