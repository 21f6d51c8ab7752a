import {
  formatGroupVersion,
  type JsonObject,
  type JsonValue,
  type KubeObject,
  type ObjectMeta,
} from "@tegata/kube-types";
import { defaultObject, isJsonObject, pruneObject, unknownFieldText, validateValue } from "@tegata/kube-types/schema";
import { ApiError, badRequest } from "../http-errors.ts";
import type { RequestContext, Target } from "./context.ts";
import { metadataTypeProblem, pruneMetadata } from "./metadata-schema.ts";
import type { ResourceDefinition } from "./types.ts";
import type { FieldValidation } from "./write-options.ts";

/** A body as it was parsed. */
export interface Body {
  readonly value: JsonObject;
  /** Paths of the members that occur twice in the same object, which JSON allows and a strict reading does not. */
  readonly duplicates: readonly string[];
}

/**
 * Makes an object of a request's body: the right kind, without unknown fields, with the schema's defaults.
 *
 * @throws ApiError 400 if the body is of another kind, or has unknown or duplicate fields under strict field validation.
 */
export function decodeObject(
  target: Target,
  body: Body,
  validation: FieldValidation,
  context: RequestContext,
): KubeObject {
  const { object, unknownMetadata } = typed(target.definition, body.value);
  const unknown = [...unknownMetadata, ...settleFields(target.definition, object)];
  checkTypes(target.definition, object);
  const problems = [...body.duplicates.map(duplicateFieldText), ...unknown.map(unknownFieldText)];
  reportFields(target.definition, problems, validation, context);
  checkPlace(target, object.metadata);
  return object;
}

/** What Go could not decode into a built-in kind's struct is no object of that kind. @throws ApiError 400 */
function checkTypes({ schema, isCustom, kind, version }: ResourceDefinition, object: KubeObject): void {
  if (schema === undefined || isCustom) return;
  const error = validateValue(object as unknown as JsonObject, schema).find(
    ({ type }) => type === "FieldValueTypeInvalid",
  );
  if (error === undefined) return;
  throw badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${error.field}: ${error.message}`);
}

/** Removes fields that the schema does not know and fills in defaults, in place. @returns the paths of unknown fields. */
export function settleFields({ schema }: ResourceDefinition, object: KubeObject): string[] {
  if (schema === undefined) return [];
  const unknown = pruneObject(object, schema);
  defaultObject(object, schema);
  return unknown;
}

/** The text with which a member that occurs twice is reported. */
function duplicateFieldText(path: string): string {
  return `duplicate field "${path}"`;
}

/** Refuses or warns of fields that the kind does not know, as the request asks. @throws ApiError 400 */
function reportFields(
  { kind, version }: ResourceDefinition,
  problems: readonly string[],
  validation: FieldValidation,
  context: RequestContext,
): void {
  if (problems.length === 0 || validation === "Ignore") return;
  if (validation === "Strict") {
    throw new StrictDecodingError(kind, version, problems);
  }
  for (const problem of problems) context.warn(problem);
}

/** 400 for fields that the kind does not know, where the client wants to hear of them. */
export class StrictDecodingError extends ApiError {
  /** e.g. `strict decoding error: unknown field "spec.nope"` */
  readonly why: string;

  constructor(kind: string, version: string, problems: readonly string[]) {
    const why = `strict decoding error: ${problems.join(", ")}`;
    super(400, "BadRequest", `${kind} in version "${version}" cannot be handled as a ${kind}: ${why}`);
    this.why = why;
  }
}

/** Built-in kinds need not say what they are: the path says it. */
function typed(definition: ResourceDefinition, value: JsonObject): { object: KubeObject; unknownMetadata: string[] } {
  const { group, version, kind, isCustom } = definition;
  const apiVersion = formatGroupVersion({ group, version });
  if (isCustom && !value.kind) throw badRequest("Object 'Kind' is missing in the body");
  if (isCustom && !value.apiVersion) throw badRequest("Object 'apiVersion' is missing in the body");
  const given = { apiVersion: value.apiVersion || apiVersion, kind: value.kind || kind };
  if (given.apiVersion !== apiVersion || given.kind !== kind) {
    throw badRequest(
      `the API version in the data (${textOf(given.apiVersion)}, Kind=${textOf(given.kind)}) ` +
        `does not match the expected API version (${apiVersion}, Kind=${kind})`,
    );
  }
  const { apiVersion: _apiVersion, kind: _kind, metadata: givenMetadata, ...rest } = value;
  const { metadata, unknown } = parseMetadata(definition, givenMetadata ?? {});
  return { object: { apiVersion, kind, metadata, ...rest }, unknownMetadata: unknown };
}

function textOf(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Null means "not set" in every field of the metadata. */
function parseMetadata(
  { kind, version }: ResourceDefinition,
  value: JsonValue,
): { metadata: ObjectMeta; unknown: string[] } {
  const problem = isJsonObject(value) ? undefined : "metadata must be an object";
  const metadata = isJsonObject(value) ? withoutNulls(value) : {};
  const unknown = pruneMetadata(metadata);
  const why = problem ?? metadataTypeProblem(metadata);
  if (why !== undefined) throw badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${why}`);
  return { metadata, unknown };
}

function withoutNulls(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));
}

/** The body must not contradict the path. @throws ApiError 400 */
function checkPlace({ definition, namespace, name }: Target, metadata: ObjectMeta): void {
  if (definition.namespaced) {
    if (metadata.namespace && metadata.namespace !== namespace) {
      throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
    }
    metadata.namespace = namespace;
  } else {
    delete metadata.namespace;
  }
  if (name === "" || metadata.name === undefined || metadata.name === "" || metadata.name === name) return;
  throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
}
