import type { FieldError, JsonArray, JsonObject, KubeObject } from "@tegata/kube-types";
import { applyConfiguration } from "@tegata/kube-types/apply";
import { applyJsonPatch, applyMergePatch, applyStrategicMergePatch } from "@tegata/kube-types/patch";
import { isJsonObject, type Schema } from "@tegata/kube-types/schema";
import { badRequest, invalid, unsupportedMediaType } from "../http-errors.ts";
import type { RequestContext, RestAnswer, RestServices, Target } from "./context.ts";
import { createObject } from "./create.ts";
import { decodeObject, StrictDecodingError } from "./decode.ts";
import { ownershipRequest } from "./ownership.ts";
import { SCALE_SCHEMA, scaleSubresource, updateScale } from "./scale.ts";
import { updateObject } from "./update.ts";
import { parseWriteOptions, type WriteOptions } from "./write-options.ts";

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
  if (scaleSubresource(target)) {
    const transform = (scale: JsonObject): JsonObject => patched(scale, request, SCALE_SCHEMA);
    return updateScale(services, target, transform, options, context);
  }
  if (mediaType === APPLY_PATCH) return applyObject(services, request, options);
  return updateObject(services, {
    target,
    options,
    context,
    transform: (current) => {
      const value = patched(current as unknown as JsonObject, request, target.definition.schema);
      return decodePatched(request, value, options);
    },
  });
}

/** @throws ApiError 422 about the patch for fields that the kind does not know. The patch is not quoted: it may hold secrets. */
function decodePatched(
  { target, context, duplicates }: PatchRequest,
  value: JsonObject,
  { fieldValidation }: WriteOptions,
): KubeObject {
  try {
    return decodeObject(target, { value, duplicates }, fieldValidation, context);
  } catch (error) {
    if (!(error instanceof StrictDecodingError)) throw error;
    const cause: FieldError = { type: "FieldValueInvalid", field: "patch", message: `Invalid value: ${error.why}` };
    throw invalid(target.definition, target.name, [cause]);
  }
}

/** Serves a server-side apply, which creates what is not there. */
function applyObject(
  services: RestServices,
  { target, context, patch }: PatchRequest,
  options: WriteOptions,
): Promise<RestAnswer> {
  const apply = (live: KubeObject | undefined): KubeObject => {
    const request = { ...ownershipRequest(target, options, context.now), force: options.force };
    const { object } = applyConfiguration(live, configurationOf(target, patch), request);
    return decodeObject(
      target,
      { value: object as unknown as JsonObject, duplicates: [] },
      options.fieldValidation,
      context,
    );
  };
  const update = { target, options, context, transform: apply, ownershipTracked: true };
  if (target.subresource !== "") return updateObject(services, update);
  const ifMissing = () => createObject(services, target, apply(undefined), options, context, true);
  return updateObject(services, { ...update, ifMissing });
}

/** The configuration names its object, or the path does. @throws ApiError 400 */
function configurationOf({ namespace, name }: Target, patch: JsonObject | JsonArray): KubeObject {
  if (!isJsonObject(patch)) throw badRequest("error decoding patch: the configuration is not an object");
  const metadata = isJsonObject(patch.metadata ?? null) ? (patch.metadata as JsonObject) : {};
  const { name: given = name, namespace: givenNamespace = namespace } = metadata;
  if (given !== name) {
    throw badRequest(`the name of the object (${JSON.stringify(given)}) does not match the name on the URL (${name})`);
  }
  const place = namespace === "" ? { name } : { name, namespace: givenNamespace };
  return { ...patch, metadata: { ...metadata, ...place } } as unknown as KubeObject;
}

/** Custom resources have no strategic merge patch. @throws ApiError 415 */
function checkMediaType({ definition }: Target, mediaType: string): void {
  const accepted = [JSON_PATCH, MERGE_PATCH, ...(definition.isCustom ? [] : [STRATEGIC_PATCH]), APPLY_PATCH];
  if (accepted.includes(mediaType)) return;
  throw unsupportedMediaType(accepted);
}

function patched(current: JsonObject, { mediaType, patch }: PatchRequest, schema: Schema | undefined): JsonObject {
  if (mediaType === JSON_PATCH) return objectOf(applyJsonPatch(current, patch));
  if (!isJsonObject(patch)) throw badRequest("error decoding patch: the patch is not an object");
  if (mediaType === STRATEGIC_PATCH) return applyStrategicMergePatch(current, patch, schema);
  return objectOf(applyMergePatch(current, patch));
}

function objectOf(value: JsonObject[string]): JsonObject {
  if (isJsonObject(value)) return value;
  throw badRequest("error decoding patch: the result is not an object");
}
