import { isDeepStrictEqual } from "node:util";
import type { FieldError, KubeObject } from "@tegata/kube-types";
import { invalidError } from "@tegata/kube-types/schema";
import { ApiError, badRequest, conflict, invalid, notFound, staleVersion } from "../http-errors.ts";
import { type ObjectKey, type Revision, StaleVersionError } from "../store/index.ts";
import { encodeLazily, type RequestContext, type RestAnswer, type RestServices, type Target } from "./context.ts";
import { fromStorage, toStorage } from "./conversion.ts";
import { createObject, writeContext } from "./create.ts";
import { type Body, decodeObject, settleFields } from "./decode.ts";
import { changesGeneration, tracksGeneration } from "./generation.ts";
import { withOwnership } from "./ownership.ts";
import { namespaceFinalizers } from "./namespaces.ts";
import { collectionOf, keyOf } from "./resource-registry.ts";
import { checkChangedObject } from "./validate.ts";
import { parseWriteOptions, type WriteOptions } from "./write-options.ts";

/** One change to an object that exists. */
export interface Update {
  readonly target: Target;
  readonly options: WriteOptions;
  readonly context: RequestContext;
  /** Makes the wanted object of a copy of the current one, which it may change. Called again if the write must be repeated. */
  readonly transform: (current: KubeObject) => KubeObject | Promise<KubeObject>;
  /** What to do if there is no such object. @defaultValue 404 */
  readonly ifMissing?: () => Promise<RestAnswer>;
  /** The field owners are already recorded in what `transform` returns (server-side apply). @defaultValue false */
  readonly ownershipTracked?: boolean;
}

/** How often a write that names no `resourceVersion` is repeated when others get ahead of it. */
const MAX_ATTEMPTS = 100;

/** Serves PUT of an object, or of its `status`. */
export async function updateFromBody(
  services: RestServices,
  target: Target,
  query: URLSearchParams,
  body: Body,
  context: RequestContext,
): Promise<RestAnswer> {
  const options = parseWriteOptions("UpdateOptions", query, context);
  const object = decodeObject(target, body, options.fieldValidation, context);
  if (!object.metadata.name) throw badRequest("the name of the object () does not match the name on the URL");
  const create = () => createObject(services, target, structuredClone(object), options, context);
  return updateObject(services, {
    target,
    options,
    context,
    transform: () => {
      checkVersionGiven(target, object);
      return structuredClone(object);
    },
    ...(target.definition.strategy.allowCreateOnUpdate === true && target.subresource === ""
      ? { ifMissing: create }
      : {}),
  });
}

/**
 * Changes an object: optimistically, so the change is made again when another write got ahead. A change that says against
 * which `resourceVersion` it was made is then refused. A change that changes nothing is not written.
 *
 * @throws ApiError 404, 409 `Conflict`, 422
 */
export async function updateObject(services: RestServices, update: Update): Promise<RestAnswer> {
  const { definition, namespace, name } = update.target;
  const place = { collection: collectionOf(definition), key: keyOf(definition, namespace, name) };
  for (let attempt = 1; ; attempt++) {
    const head = services.store.head(place);
    const answer = head === undefined ? await createMissing(update) : await tryUpdate(services, update, place, head);
    if (answer !== undefined) return answer;
    if (attempt === MAX_ATTEMPTS) throw staleVersion(definition, name);
  }
}

/** @returns undefined if somebody else has created it meanwhile. @throws ApiError 404 if the update does not create. */
async function createMissing({ target, ifMissing }: Update): Promise<RestAnswer | undefined> {
  if (ifMissing === undefined) throw notFound(target.definition, target.name);
  try {
    return await ifMissing();
  } catch (error) {
    if (error instanceof ApiError && error.reason === "AlreadyExists") return undefined;
    throw error;
  }
}

/** @returns undefined if another write got ahead and this one is to be repeated. */
async function tryUpdate(
  services: RestServices,
  update: Update,
  place: ObjectKey,
  head: Revision,
): Promise<RestAnswer | undefined> {
  const { target, options } = update;
  const { definition } = target;
  const old = (await fromStorage(definition, head)).object;
  const wanted = await update.transform(structuredClone(old));
  checkPreconditions(target, wanted, old);
  const object = await prepareUpdate(services, update, wanted, old);
  if (isDeepStrictEqual(object, old)) return unchanged(services, target, head);
  try {
    if (options.dryRun) return { kind: "object", code: 200, definition, object: encodeLazily(object) };
    if (isReleased(object)) return await remove(services, place, target, head, object);
    const stored = await toStorage(definition, object);
    const revision = await services.store.commit({ ...place, expectedVersion: head.version, object: stored });
    return { kind: "object", code: 200, definition, object: await fromStorage(definition, revision) };
  } catch (error) {
    if (error instanceof StaleVersionError) return undefined;
    throw error;
  }
}

/** Whether an object that is being deleted has lost its last finalizer, so that it goes now. */
export function isReleased(object: KubeObject): boolean {
  const { deletionTimestamp, finalizers = [] } = object.metadata;
  const waitsForNamespace = object.kind === "Namespace" && namespaceFinalizers(object).length > 0;
  return deletionTimestamp !== undefined && finalizers.length === 0 && !waitsForNamespace;
}

async function remove(
  { store }: RestServices,
  place: ObjectKey,
  { definition }: Target,
  head: Revision,
  object: KubeObject,
): Promise<RestAnswer> {
  await store.commit({ ...place, expectedVersion: head.version, object: undefined });
  return { kind: "object", code: 200, definition, object: encodeLazily(object) };
}

async function unchanged({ store }: RestServices, { definition }: Target, head: Revision): Promise<RestAnswer> {
  await store.settled(head);
  return { kind: "object", code: 200, definition, object: await fromStorage(definition, head) };
}

function checkPreconditions({ definition, name }: Target, { metadata }: KubeObject, old: KubeObject): void {
  if (metadata.name !== undefined && metadata.name !== name) {
    throw badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  }
  if (metadata.uid && metadata.uid !== old.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${metadata.uid}, UID in object meta: ${old.metadata.uid ?? ""}`;
    throw conflict(definition, name, why);
  }
  if (metadata.resourceVersion && metadata.resourceVersion !== old.metadata.resourceVersion) {
    throw staleVersion(definition, name);
  }
}

/** Custom resources cannot be overwritten blindly. */
function checkVersionGiven({ definition, name }: Target, { metadata }: KubeObject): void {
  if (metadata.resourceVersion || definition.strategy.allowUnconditionalUpdate === true) return;
  const error: FieldError = invalidError("metadata.resourceVersion", 0, "must be specified for an update");
  throw invalid(definition, name, [error]);
}

/** Brings a wanted object into the form in which it may be stored, and passes it through admission and the checks. */
async function prepareUpdate(
  services: RestServices,
  { target, options, context, ownershipTracked }: Update,
  wanted: KubeObject,
  old: KubeObject,
): Promise<KubeObject> {
  const { definition, subresource } = target;
  const restricted = restrictToEndpoint(target, wanted, old);
  keepSystemMetadata(restricted, old);
  const attributes = {
    operation: "UPDATE",
    resource: definition,
    subresource,
    namespace: target.namespace,
    name: target.name,
    oldObject: old,
    options: { ...options },
    dryRun: options.dryRun,
    user: context.user,
  } as const;
  const mutation = await services.admission.mutate({ ...attributes, object: restricted }, context.signal);
  const object = restrictToEndpoint(target, mutation.object ?? restricted, old);
  keepSystemMetadata(object, old);
  for (const text of mutation.warnings) context.warn(text);
  settleFields(definition, object);
  definition.strategy.prepareForUpdate?.(object, old, writeContext(options, context, subresource));
  const isCounted = tracksGeneration(definition) && subresource !== "status";
  if (isCounted && changesGeneration(definition, object, old)) {
    object.metadata.generation = (old.metadata.generation ?? 0) + 1;
  }
  checkChangedObject(definition, object, old);
  for (const text of await services.admission.validate({ ...attributes, object }, context.signal)) context.warn(text);
  return ownershipTracked === true ? object : withOwnership(target, object, old, options, context.now);
}

/** Each endpoint changes its own part: `status` the status, the object's own endpoint everything else. */
function restrictToEndpoint({ definition, subresource }: Target, wanted: KubeObject, old: KubeObject): KubeObject {
  if (!definition.hasStatus) return wanted;
  const { status: wantedStatus, ...rest } = wanted as KubeObject & { status?: unknown };
  const { status: oldStatus, ...oldRest } = old as KubeObject & { status?: unknown };
  if (subresource !== "status") return withStatus(rest, oldStatus);
  const metadata = { ...structuredClone(old.metadata), ...managedFieldsOf(wanted) };
  return withStatus({ ...structuredClone(oldRest), metadata }, wantedStatus);
}

function withStatus(object: KubeObject, status: unknown): KubeObject {
  return status === undefined ? object : ({ ...object, status } as KubeObject);
}

function managedFieldsOf({ metadata }: KubeObject): Pick<KubeObject["metadata"], "managedFields"> {
  return metadata.managedFields === undefined ? {} : { managedFields: metadata.managedFields };
}

/** What only the server decides stays as it is. */
function keepSystemMetadata(object: KubeObject, { metadata: old }: KubeObject): void {
  const { metadata } = object;
  metadata.name = old.name ?? "";
  for (const field of ["namespace", "uid", "resourceVersion", "creationTimestamp", "deletionTimestamp"] as const) {
    if (old[field] === undefined) delete metadata[field];
    else metadata[field] = old[field];
  }
  for (const field of ["generation", "deletionGracePeriodSeconds"] as const) {
    if (old[field] === undefined) delete metadata[field];
    else metadata[field] = old[field];
  }
}
