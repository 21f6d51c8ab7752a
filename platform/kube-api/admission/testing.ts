import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";
import { decodeUtf8, encodeBase64, encodeUtf8 } from "@tegata/bytes";
import { exportPkcs8Pem, generateSigner } from "@tegata/keys";
import type { KubeObject } from "@tegata/kube-types";
import {
  distinguishedName,
  formatCertificatePem,
  leafTemplate,
  parseCertificate,
  rootTemplate,
  serialNumberFrom,
  signCertificate,
  type Signer,
} from "@tegata/pki";
import type { Webhook } from "./webhook-types.ts";

/** What a webhook is asked, as far as the tests look at it. */
export interface Review {
  readonly request: {
    readonly uid: string;
    readonly operation: string;
    readonly object: KubeObject | null;
    readonly oldObject: KubeObject | null;
    readonly dryRun: boolean;
    readonly userInfo: { readonly username: string };
  };
}
/** The `response` of a webhook, without `uid`. */
export type Answer = Record<string, unknown>;

/** A CA that issues serving certificates for webhooks. */
export class WebhookCa {
  readonly #signer: Signer;
  readonly #der: Uint8Array;

  private constructor(signer: Signer, der: Uint8Array) {
    this.#signer = signer;
    this.#der = der;
  }

  static async create(name: string): Promise<WebhookCa> {
    const signer = await generateSigner("ec-p256");
    const subject = distinguishedName([["commonName", name]]);
    const request = { subject, serialNumber: 1n, publicKeySpki: signer.publicKeySpki, lifetimeMs: 3_600_000 };
    return new WebhookCa(signer, await signCertificate(rootTemplate(request, new Date()), signer));
  }

  /** `caBundle` of a webhook's configuration. */
  get bundle(): string {
    return encodeBase64(encodeUtf8(formatCertificatePem(this.#der)));
  }

  /** A new serving certificate for 127.0.0.1 and the Service shop/hook, PEM. */
  async serving(): Promise<{ key: string; cert: string }> {
    const key = await generateSigner("ec-p256");
    const template = leafTemplate(
      {
        subject: distinguishedName([["commonName", "webhook"]]),
        serialNumber: serialNumberFrom(randomBytes(16)),
        publicKeySpki: key.publicKeySpki,
        lifetimeMs: 3_600_000,
        issuer: parseCertificate(this.#der),
        usages: ["serverAuth"],
        subjectAltNames: [
          { type: "ip", value: "127.0.0.1" },
          { type: "dns", value: "hook.shop.svc" },
        ],
      },
      new Date(),
    );
    const cert = formatCertificatePem(await signCertificate(template, this.#signer));
    return { key: decodeUtf8(exportPkcs8Pem(key).reveal()), cert };
  }
}

/** Starts a webhook on a loopback port; it ends with the test. */
export async function startWebhook(
  t: TestContext,
  authority: WebhookCa,
  answer: (review: Review) => Answer | Promise<Answer>,
) {
  const seen: Review[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const review = JSON.parse(await text(request)) as Review;
    seen.push(review);
    const body = { uid: review.request.uid, ...(await answer(review)) };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ kind: "AdmissionReview", apiVersion: "admission.k8s.io/v1", response: body }));
  };
  const server = createServer(await authority.serving(), (request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.closeAllConnections());
  t.after(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `https://127.0.0.1:${port}/admit`, seen };
}

/** An answer that allows the write with a JSON patch. */
export function patch(...operations: object[]): Answer {
  return { allowed: true, patchType: "JSONPatch", patch: encodeBase64(encodeUtf8(JSON.stringify(operations))) };
}

/** A webhook that sees every write of ConfigMaps. */
export function webhook(url: string, caBundle: string, rest: Partial<Webhook> = {}): Webhook {
  return {
    name: "a.tegata.dev",
    clientConfig: { url, caBundle },
    rules: [{ operations: ["*"], apiGroups: [""], apiVersions: ["v1"], resources: ["configmaps"] }],
    sideEffects: "None",
    admissionReviewVersions: ["v1"],
    timeoutSeconds: 5,
    ...rest,
  };
}
