import { isDeepStrictEqual } from "node:util";
import type { JsonValue, KubeObject } from "@tegata/kube-types";
import { applyJsonPatch, PatchError } from "@tegata/kube-types/patch";
import { ApiError, badRequest } from "../http-errors.ts";
import type { ResourceDefinition } from "../registry/types.ts";
import { convertObject, decodeAnswer, encodeReview, type ReviewAnswer } from "./admission-review.ts";
import { matchesConditions } from "./match-conditions.ts";
import type { AdmissionAttributes, AdmissionController } from "./types.ts";
import { serviceEndpoints } from "./service-endpoints.ts";
import { WebhookCallError } from "./webhook-call-error.ts";
import { WebhookClient } from "./webhook-client.ts";
import { type MatchServices, matchWebhook } from "./webhook-match.ts";
import { type Webhook, WEBHOOK_COLLECTIONS, type WebhookConfiguration } from "./webhook-types.ts";

/** A webhook that a write is to be shown to. */
interface Call {
  readonly webhook: Webhook;
  readonly seenAs: ResourceDefinition;
}

/**
 * Asks the webhooks of the stored configurations. They are read for every write: a change of a webhook, its CA bundle
 * above all, counts for the next one. reference: k8s.io/apiserver `admission/plugin/webhook`
 */
export class WebhookAdmission implements AdmissionController {
  readonly #services: MatchServices;
  readonly #client: WebhookClient;

  constructor(services: MatchServices) {
    this.#services = services;
    this.#client = new WebhookClient(serviceEndpoints(services.store));
  }

  /** One webhook after the other; those that want it are asked again if the object changed after their turn. */
  async mutate(
    attributes: AdmissionAttributes,
    signal: AbortSignal,
  ): Promise<{ object: KubeObject | undefined; warnings: string[] }> {
    const warnings: string[] = [];
    let current = attributes;
    const asked: { readonly call: Call; readonly left: KubeObject | undefined }[] = [];
    for (const webhook of this.#webhooks("mutating")) {
      const call = this.#match(webhook, current);
      if (call === undefined) continue;
      current = await this.#mutateBy(call, current, warnings, signal);
      asked.push({ call, left: current.object });
    }
    for (const { call, left } of asked) {
      const isUnchanged = isDeepStrictEqual(left, current.object);
      if (call.webhook.reinvocationPolicy !== "IfNeeded" || isUnchanged) continue;
      const again = this.#match(call.webhook, current);
      if (again !== undefined) current = await this.#mutateBy(again, current, warnings, signal);
    }
    return { object: current.object, warnings };
  }

  /** All webhooks at once; all of them must allow the write. */
  async validate(attributes: AdmissionAttributes, signal: AbortSignal): Promise<string[]> {
    const calls = this.#webhooks("validating")
      .map((webhook) => this.#match(webhook, attributes))
      .filter((call) => call !== undefined);
    const answers = await Promise.all(calls.map((call) => this.#ask(call, attributes, signal)));
    return answers.flatMap((answer) => answer?.warnings ?? []);
  }

  /** Closes the connections to the webhooks. */
  close(): void {
    this.#client.close();
  }

  #webhooks(kind: keyof typeof WEBHOOK_COLLECTIONS): Webhook[] {
    const { revisions } = this.#services.store.list({ collection: WEBHOOK_COLLECTIONS[kind], prefix: "" });
    return revisions.flatMap(({ object }) => (object as WebhookConfiguration).webhooks ?? []);
  }

  #match(webhook: Webhook, attributes: AdmissionAttributes): Call | undefined {
    const seenAs = matchWebhook(webhook, attributes, this.#services);
    return seenAs === undefined ? undefined : { webhook, seenAs };
  }

  async #mutateBy(
    call: Call,
    attributes: AdmissionAttributes,
    warnings: string[],
    signal: AbortSignal,
  ): Promise<AdmissionAttributes> {
    const { resource } = attributes;
    const answer = await this.#ask(call, attributes, signal);
    warnings.push(...(answer?.warnings ?? []));
    if (answer?.patch === undefined || attributes.object === undefined) return attributes;
    const seen = await convertObject(attributes.object, resource, call.seenAs);
    const patched = patchObject(seen, answer.patch, call.webhook.name);
    const object = await convertObject(patched, call.seenAs, resource);
    return { ...attributes, object };
  }

  /** @returns `undefined` if the webhook does not want this write, or failed and may be ignored. */
  async #ask(
    { webhook, seenAs }: Call,
    attributes: AdmissionAttributes,
    signal: AbortSignal,
  ): Promise<ReviewAnswer | undefined> {
    const { resource, dryRun } = attributes;
    const seen = {
      ...attributes,
      object: await convertObject(attributes.object, resource, seenAs),
      oldObject: await convertObject(attributes.oldObject, resource, seenAs),
    };
    try {
      if (!matchesConditions(webhook, seen, seenAs)) return undefined;
      if (dryRun && webhook.sideEffects !== "None" && webhook.sideEffects !== "NoneOnDryRun")
        throw badRequest(`admission webhook ${JSON.stringify(webhook.name)} does not support dry run`);
      const { uid, body } = encodeReview(seen, seenAs);
      return decodeAnswer(await this.#client.post(webhook, body, signal), uid, webhook.name);
    } catch (error) {
      if (!(error instanceof WebhookCallError)) throw error;
      if (webhook.failurePolicy === "Ignore") return undefined;
      throw callFailed(webhook.name, error.message);
    }
  }
}

function patchObject(object: KubeObject | undefined, patch: JsonValue, webhookName: string): KubeObject {
  try {
    return applyJsonPatch(object as unknown as JsonValue, patch) as unknown as KubeObject;
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    throw callFailed(webhookName, `the patch cannot be applied: ${error.message}`);
  }
}

function callFailed(webhookName: string, why: string): ApiError {
  const message = `failed calling webhook ${JSON.stringify(webhookName)}: ${why}`;
  return new ApiError(500, "InternalError", `Internal error occurred: ${message}`, { causes: [{ message }] });
}
