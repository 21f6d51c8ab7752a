import { randomUUID } from "node:crypto";
import { formatGroupVersion, type JsonValue, type KubeObject } from "@tegata/kube-types";
import { isJsonObject } from "@tegata/kube-types/schema";
import type { WebhookClient } from "../admission/webhook-client.ts";
import { ApiError } from "../http-errors.ts";
import type { Convert } from "./resource-definitions.ts";
import type { CustomResourceDefinition } from "./types.ts";

/** How long a conversion webhook may take, in seconds. */
const CONVERSION_TIMEOUT_SECONDS = 30;

/**
 * Converts objects by the CRD's webhook; undefined for the strategy `None`. The webhook's CA is read with the CRD, so a CA that
 * was rotated is trusted from the next write of the CRD on.
 *
 * @see Kubernetes, "Versions in CustomResourceDefinitions", webhook conversion
 */
export function converterOf({ spec }: CustomResourceDefinition, webhooks: WebhookClient): Convert | undefined {
  const webhook = spec.conversion?.strategy === "Webhook" ? spec.conversion.webhook : undefined;
  const clientConfig = webhook?.clientConfig;
  if (clientConfig === undefined) return undefined;
  const call = (review: string): Promise<string> =>
    webhooks.post({ name: spec.names.plural, clientConfig, timeoutSeconds: CONVERSION_TIMEOUT_SECONDS }, review, NEVER);
  const reviewVersion =
    webhook?.conversionReviewVersions?.find((version) => version === "v1" || version === "v1beta1") ?? "v1";
  return async (object, toVersion) => {
    const desired = formatGroupVersion({ group: spec.group, version: toVersion });
    if (object.apiVersion === desired) return object;
    try {
      return await convert(object, { desired, call, reviewVersion });
    } catch (error) {
      const why = error instanceof Error ? error.message : "unknown error";
      throw new ApiError(
        500,
        "InternalError",
        `conversion webhook for ${object.apiVersion}, Kind=${object.kind} failed: ${why}`,
      );
    }
  };
}

/** A conversion belongs to no single request, so nothing but its deadline ends it. */
const NEVER = new AbortController().signal;

interface Conversion {
  /** The wanted `apiVersion`. */
  readonly desired: string;
  /** Sends a review and gives the answer's text. */
  readonly call: (review: string) => Promise<string>;
  readonly reviewVersion: string;
}

async function convert(object: KubeObject, { desired, call, reviewVersion }: Conversion): Promise<KubeObject> {
  const uid = randomUUID();
  const apiVersion = `apiextensions.k8s.io/${reviewVersion}`;
  const review = {
    apiVersion,
    kind: "ConversionReview",
    request: { uid, desiredAPIVersion: desired, objects: [object as unknown as JsonValue] },
  };
  const answer = parseAnswer(await call(JSON.stringify(review)));
  const converted = convertedObject(answer, uid);
  if (converted.apiVersion !== desired) {
    throw new Error(
      `returned invalid object at index 0: invalid groupVersion (expected ${desired}, received ${String(converted.apiVersion)})`,
    );
  }
  checkSameObject(object, converted);
  return { ...converted, metadata: { ...object.metadata, ...labelsOf(converted) } };
}

function convertedObject(answer: JsonValue, uid: string): KubeObject {
  const response = isJsonObject(answer) ? answer.response : undefined;
  if (!isJsonObject(response)) throw new Error("no response provided");
  if (response.uid !== uid)
    throw new Error(`expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(response.uid ?? "")}`);
  const result = isJsonObject(response.result) ? response.result : {};
  const { status = "", message = "" } = result;
  if (status !== "Success") {
    const text = typeof message === "string" && message !== "" ? message : undefined;
    throw new Error(text ?? `response.result.status was '${JSON.stringify(status)}', not 'Success'`);
  }
  const objects = Array.isArray(response.convertedObjects) ? response.convertedObjects : [];
  const [only] = objects;
  if (objects.length !== 1 || !isJsonObject(only)) throw new Error(`returned ${objects.length} objects, expected 1`);
  return only as unknown as KubeObject;
}

/** A webhook may change the labels and annotations, and nothing else of the metadata. */
function checkSameObject(object: KubeObject, converted: KubeObject): void {
  if (converted.kind !== object.kind)
    throw new Error(`must have the same kind: ${object.kind} != ${String(converted.kind)}`);
  for (const field of ["name", "namespace", "uid"] as const) {
    const [before, after] = [object.metadata[field] ?? "", converted.metadata?.[field] ?? ""];
    if (before !== after) throw new Error(`must have the same ${field}: ${before} != ${after}`);
  }
}

function labelsOf({ metadata }: KubeObject): Pick<KubeObject["metadata"], "labels" | "annotations"> {
  return {
    ...(metadata.labels === undefined ? {} : { labels: metadata.labels }),
    ...(metadata.annotations === undefined ? {} : { annotations: metadata.annotations }),
  };
}

function parseAnswer(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw new Error("the answer is not JSON");
  }
}
