import type { JsonArray, JsonObject, KubeObject } from "@tegata/kube-types";
import { applyJsonPatch, applyMergePatch } from "@tegata/kube-types/patch";
import { isJsonObject } from "@tegata/kube-types/schema";
import { ApiError, badRequest } from "../http-errors.ts";
import type { RequestContext, RestAnswer, RestServices, Target } from "./context.ts";
import { decodeObject } from "./decode.ts";
import { updateObject } from "./update.ts";
import { parseWriteOptions } from "./write-options.ts";

const JSON_PATCH = "application/json-patch+json";
const MERGE_PATCH = "application/merge-patch+json";
const STRATEGIC_PATCH = "application/strategic-merge-patch+json";
const APPLY_PATCH = "application/apply-patch+yaml";

/** One PATCH. */
export interface PatchRequest {
  readonly target: Target;
  readonly query: URLSearchParams;
  readonly context: RequestContext;
  readonly mediaType: string;
  readonly patch: JsonObject | JsonArray;
  /** Paths of the members that occur twice in the same object. */
  readonly duplicates: readonly string[];
}

/** Serves PATCH of an object, or of its `status` or `scale`. */
export async function patchObject(services: RestServices, request: PatchRequest): Promise<RestAnswer> {
  const { target, query, context, mediaType } = request;
  checkMediaType(target, mediaType);
  const options = parseWriteOptions("PatchOptions", query, context, mediaType === APPLY_PATCH);
  return updateObject(services, {
    target,
    options,
    context,
    transform: (current) => {
      const value = patched(current, request);
      return decodeObject(target, { value, duplicates: request.duplicates }, options.fieldValidation, context);
    },
  });
}

/** Custom resources have no strategic merge patch. @throws ApiError 415 */
function checkMediaType({ definition }: Target, mediaType: string): void {
  const accepted = [JSON_PATCH, MERGE_PATCH, ...(definition.isCustom ? [] : [STRATEGIC_PATCH]), APPLY_PATCH];
  if (accepted.includes(mediaType)) return;
  throw new ApiError(
    415,
    "UnsupportedMediaType",
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(", ")}`,
  );
}

function patched(current: KubeObject, { mediaType, patch }: PatchRequest): JsonObject {
  const document = current as unknown as JsonObject;
  switch (mediaType) {
    case JSON_PATCH:
      return objectOf(applyJsonPatch(document, patch));
    default:
      return objectOf(applyMergePatch(document, patch));
  }
}

function objectOf(value: unknown): JsonObject {
  if (isJsonObject(value as JsonObject)) return value as JsonObject;
  throw badRequest("error decoding patch: the result is not an object");
}
