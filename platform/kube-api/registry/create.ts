import { randomBytes, randomUUID } from "node:crypto";
import type { KubeObject } from "@tegata/kube-types";
import { ApiError, alreadyExists } from "../http-errors.ts";
import { StaleVersionError } from "../store/index.ts";
import { encodeLazily, type RequestContext, type RestAnswer, type RestServices, type Target } from "./context.ts";
import { fromStorage, toStorage } from "./conversion.ts";
import { type Body, decodeObject, settleFields } from "./decode.ts";
import { tracksGeneration } from "./generation.ts";
import { formatInstant } from "./instants.ts";
import { generatedName } from "./names.ts";
import { checkNamespaceOpen } from "./namespaces.ts";
import { withOwnership } from "./ownership.ts";
import { collectionOf, keyOf } from "./resource-registry.ts";
import type { WriteContext } from "./types.ts";
import { checkNewObject } from "./validate.ts";
import { parseWriteOptions, type WriteOptions } from "./write-options.ts";

/** Serves POST to a collection. */
export async function createFromBody(
  services: RestServices,
  target: Target,
  query: URLSearchParams,
  body: Body,
  context: RequestContext,
): Promise<RestAnswer> {
  const options = parseWriteOptions("CreateOptions", query, context);
  const object = decodeObject(target, body, options.fieldValidation, context);
  return createObject(services, { ...target, name: object.metadata.name ?? "" }, object, options, context);
}

/**
 * Creates an object: fills in what the server decides, passes it through admission, checks and stores it.
 *
 * @param object - taken over and changed.
 * @param applied - it comes from a server-side apply, which has recorded the field owners already.
 * @throws ApiError 409 `AlreadyExists` if the name is taken, 422 if the object is not valid, 404 or 403 for its namespace.
 */
export async function createObject(
  services: RestServices,
  target: Target,
  object: KubeObject,
  options: WriteOptions,
  context: RequestContext,
  applied = false,
): Promise<RestAnswer> {
  const { definition } = target;
  if (object.metadata.resourceVersion !== undefined && object.metadata.resourceVersion !== "") {
    throw new ApiError(500, "", "resourceVersion should not be set on objects to be created");
  }
  checkNamespaceOpen(services, target, object.metadata.name ?? "");
  fillSystemMetadata(object, context.now);
  const admitted = await mutate(services, target, object, options, context);
  prepare(target, admitted, options, context);
  checkNewObject(definition, admitted);
  await validate(services, target, admitted, options, context);
  for (const text of definition.strategy.warnings?.(admitted) ?? []) context.warn(text);
  const owned = applied ? admitted : withOwnership(target, admitted, undefined, options, context.now);
  return store(services, target, owned, options);
}

function fillSystemMetadata({ metadata }: KubeObject, now: Date): void {
  metadata.uid = randomUUID();
  metadata.creationTimestamp = formatInstant(now);
  for (const field of ["deletionTimestamp", "deletionGracePeriodSeconds", "generation", "resourceVersion"] as const) {
    delete metadata[field];
  }
  if (!metadata.name && metadata.generateName) metadata.name = generatedName(metadata.generateName, randomBytes(5));
}

function prepare({ definition }: Target, object: KubeObject, options: WriteOptions, context: RequestContext): void {
  const { strategy, hasStatus } = definition;
  if (hasStatus && strategy.keepsStatusOnCreate !== true) delete (object as { status?: unknown }).status;
  if (tracksGeneration(definition)) object.metadata.generation = 1;
  strategy.prepareForCreate?.(object, writeContext(options, context));
}

/** What the strategies of kinds may know of a write. */
export function writeContext(options: WriteOptions, context: RequestContext, subresource = ""): WriteContext {
  const { user, now } = context;
  return { user, now, dryRun: options.dryRun, ...(subresource === "" ? {} : { subresource }) };
}

async function mutate(
  { admission }: RestServices,
  target: Target,
  object: KubeObject,
  options: WriteOptions,
  context: RequestContext,
): Promise<KubeObject> {
  const attributes = attributesOf(target, object, options, context);
  const { object: mutated, warnings } = await admission.mutate(attributes, context.signal);
  for (const text of warnings) context.warn(text);
  if (mutated === undefined) return object;
  settleFields(target.definition, mutated);
  return mutated;
}

async function validate(
  { admission }: RestServices,
  target: Target,
  object: KubeObject,
  options: WriteOptions,
  context: RequestContext,
): Promise<void> {
  const attributes = attributesOf(target, object, options, context);
  for (const text of await admission.validate(attributes, context.signal)) context.warn(text);
}

function attributesOf(target: Target, object: KubeObject, options: WriteOptions, { user }: RequestContext) {
  return {
    operation: "CREATE",
    resource: target.definition,
    subresource: "",
    namespace: target.namespace,
    name: object.metadata.name ?? "",
    object,
    oldObject: undefined,
    options: { ...options },
    dryRun: options.dryRun,
    user,
  } as const;
}

async function store(
  services: RestServices,
  target: Target,
  object: KubeObject,
  { dryRun }: WriteOptions,
): Promise<RestAnswer> {
  const { definition, namespace } = target;
  const name = object.metadata.name ?? "";
  const place = { collection: collectionOf(definition), key: keyOf(definition, namespace, name) };
  if (dryRun) {
    if (services.store.head(place) !== undefined) throw alreadyExists(definition, name);
    return { kind: "object", code: 201, definition, object: encodeLazily(object) };
  }
  try {
    const stored = await toStorage(definition, object);
    // Webhooks may have taken their time, in which the namespace was closed and emptied.
    checkNamespaceOpen(services, target, name);
    const revision = await services.store.commit({ ...place, expectedVersion: 0, object: stored });
    return { kind: "object", code: 201, definition, object: await fromStorage(definition, revision) };
  } catch (error) {
    if (error instanceof StaleVersionError) throw alreadyExists(definition, name);
    throw error;
  }
}
