import { randomUUID } from "node:crypto";
import { decodeBase64, tryDecodeUtf8 } from "@tegata/bytes";
import { formatGroupVersion, type JsonValue, type KubeObject, type StatusReason } from "@tegata/kube-types";
import { ApiError } from "../http-errors.ts";
import type { ResourceDefinition } from "../registry/types.ts";
import type { AdmissionAttributes, AdmissionOperation } from "./types.ts";
import { WebhookCallError } from "./webhook-call-error.ts";

/** What a webhook is asked. `admission.k8s.io/v1` `AdmissionReview` */
export interface ReviewRequest {
  readonly uid: string;
  readonly body: string;
}

/** The answer of a webhook that allows the write. */
export interface ReviewAnswer {
  readonly warnings: readonly string[];
  /** A JSON patch. */
  readonly patch: JsonValue | undefined;
}

const OPTION_KINDS: Readonly<Record<AdmissionOperation, string>> = {
  CREATE: "CreateOptions",
  UPDATE: "UpdateOptions",
  DELETE: "DeleteOptions",
  CONNECT: "PodProxyOptions",
};

/**
 * The `request` of an AdmissionReview, which is also what match conditions see.
 *
 * @param seenAs - the resource in the version in which the webhook sees the objects.
 */
export function admissionRequest(
  attributes: AdmissionAttributes,
  seenAs: ResourceDefinition,
  uid: string,
): Record<string, unknown> {
  const { resource, subresource, name, namespace, operation, user, dryRun } = attributes;
  const fieldManager = attributes.options["fieldManager"];
  return {
    uid,
    kind: kindOf(seenAs),
    resource: resourceOf(seenAs),
    ...(subresource === "" ? {} : { subResource: subresource }),
    requestKind: kindOf(resource),
    requestResource: resourceOf(resource),
    ...(subresource === "" ? {} : { requestSubResource: subresource }),
    ...(name === "" ? {} : { name }),
    ...(namespace === "" ? {} : { namespace }),
    operation,
    userInfo: user,
    object: attributes.object ?? null,
    oldObject: attributes.oldObject ?? null,
    dryRun,
    options: {
      kind: OPTION_KINDS[operation],
      apiVersion: "meta.k8s.io/v1",
      ...(dryRun ? { dryRun: ["All"] } : {}),
      ...(typeof fieldManager === "string" ? { fieldManager } : {}),
    },
  };
}

/** The question to a webhook, under a new UID. */
export function encodeReview(attributes: AdmissionAttributes, seenAs: ResourceDefinition): ReviewRequest {
  const uid = randomUUID();
  const request = admissionRequest(attributes, seenAs, uid);
  return { uid, body: JSON.stringify({ kind: "AdmissionReview", apiVersion: "admission.k8s.io/v1", request }) };
}

/**
 * Reads a webhook's answer.
 *
 * @throws WebhookCallError if it is not an answer to this question.
 * @throws ApiError with the webhook's own code and message if it refuses.
 */
export function decodeAnswer(text: string, uid: string, webhookName: string): ReviewAnswer {
  const review = parseObject(text);
  const response = objectOf(review?.["response"]);
  if (
    review?.["kind"] !== "AdmissionReview" ||
    review["apiVersion"] !== "admission.k8s.io/v1" ||
    response === undefined
  )
    throw new WebhookCallError(
      "received invalid webhook response: expected admission.k8s.io/v1 AdmissionReview with a response",
    );
  if (response["uid"] !== uid)
    throw new WebhookCallError(`received invalid webhook response: expected response.uid=${JSON.stringify(uid)}`);
  const warnings = Array.isArray(response["warnings"])
    ? response["warnings"].filter((warning) => typeof warning === "string")
    : [];
  if (response["allowed"] !== true) throw refusal(objectOf(response["status"]), webhookName);
  return { warnings, patch: decodePatch(response) };
}

function refusal(status: Record<string, JsonValue> | undefined, webhookName: string): ApiError {
  const { message, reason, code, details } = status ?? {};
  const why = [message, reason].find((text) => typeof text === "string" && text !== "");
  const denied = `admission webhook ${JSON.stringify(webhookName)} denied the request`;
  const text = typeof why === "string" ? `${denied}: ${why}` : `${denied} without explanation`;
  const answerCode = typeof code === "number" && code >= 400 && code < 600 ? code : 400;
  const answerReason = (typeof reason === "string" ? reason : "") as StatusReason;
  return new ApiError(answerCode, answerReason, text, objectOf(details));
}

function decodePatch({ patch, patchType }: Record<string, JsonValue>): JsonValue | undefined {
  if (patch === undefined || patch === null || patch === "") return undefined;
  if (patchType !== "JSONPatch")
    throw new WebhookCallError("webhook returned response.patch but not response.patchType=JSONPatch");
  const bytes = typeof patch === "string" ? decodeBase64(patch) : undefined;
  const text = bytes && tryDecodeUtf8(bytes);
  if (text === undefined)
    throw new WebhookCallError("webhook returned a response.patch that is not base64 of UTF-8 text");
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw new WebhookCallError("webhook returned a response.patch that is not JSON");
  }
}

function parseObject(text: string): Record<string, JsonValue> | undefined {
  try {
    return objectOf(JSON.parse(text) as JsonValue);
  } catch {
    return undefined;
  }
}

function objectOf(value: JsonValue | undefined): Record<string, JsonValue> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
}

function kindOf({ group, version, kind }: ResourceDefinition): Record<string, string> {
  return { group, version, kind };
}

function resourceOf({ group, version, plural }: ResourceDefinition): Record<string, string> {
  return { group, version, resource: plural };
}

/** The object in another version of its resource. */
export async function convertObject(
  object: KubeObject | undefined,
  from: ResourceDefinition,
  to: ResourceDefinition,
): Promise<KubeObject | undefined> {
  if (object === undefined || from.version === to.version) return object;
  if (from.convert !== undefined) return from.convert(structuredClone(object), to.version);
  return { ...object, apiVersion: formatGroupVersion(to) };
}
