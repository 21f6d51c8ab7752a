import type { JsonObject, KubeObject, KubeStatus } from "@tegata/kube-types";
import { conflict, notFound, unlessRefused } from "../http-errors.ts";
import { type EncodedObject, type ObjectKey, type Revision, StaleVersionError } from "../store/index.ts";
import { encodeLazily, type RequestContext, type RestAnswer, type RestServices, type Target } from "./context.ts";
import { fromStorage, toStorage } from "./conversion.ts";
import { type DeleteOptions, parseDeleteOptions, type PropagationPolicy } from "./delete-options.ts";
import { formatInstant } from "./instants.ts";
import { listObjects } from "./read.ts";
import { collectionOf, keyOf } from "./resource-registry.ts";
import { isReleased } from "./update.ts";

/** Keeps an object until its dependents are gone. */
export const FOREGROUND_FINALIZER = "foregroundDeletion";
/** Keeps an object until its dependents no longer refer to it. */
export const ORPHAN_FINALIZER = "orphan";

/** Objects of a collection that are deleted at a time. */
const DELETIONS_AT_ONCE = 64;

/** Serves DELETE of one object. */
export async function deleteFromBody(
  services: RestServices,
  target: Target,
  query: URLSearchParams,
  body: JsonObject | undefined,
  context: RequestContext,
): Promise<RestAnswer> {
  return deleteObject(services, target, parseDeleteOptions(query, body), context);
}

/**
 * Deletes an object, or begins to: while it has finalizers it stays, with a `deletionTimestamp`.
 *
 * @returns the object if it stays, else a Status that names what was removed.
 * @throws ApiError 404, 409 for a precondition that does not hold.
 */
export async function deleteObject(
  services: RestServices,
  target: Target,
  options: DeleteOptions,
  context: RequestContext,
): Promise<RestAnswer> {
  const { definition, namespace, name } = target;
  const place = { collection: collectionOf(definition), key: keyOf(definition, namespace, name) };
  for (;;) {
    const head = services.store.head(place);
    if (head === undefined) throw notFound(definition, name);
    try {
      return await tryDelete(services, { target, options, context }, place, head);
    } catch (error) {
      if (!(error instanceof StaleVersionError)) throw error;
    }
  }
}

/** Serves DELETE of a collection. @returns the list of what was deleted. */
export async function deleteCollection(
  services: RestServices,
  target: Target,
  query: URLSearchParams,
  body: JsonObject | undefined,
  context: RequestContext,
): Promise<RestAnswer> {
  const options = parseDeleteOptions(query, body);
  const answer = await listObjects(services, target, query, context);
  if (answer.kind !== "list") return answer;
  const remove = ({ object: { metadata } }: EncodedObject): Promise<void> => {
    const { namespace = "", name = "" } = metadata;
    return unlessRefused(deleteObject(services, { ...target, namespace, name }, options, context), 404);
  };
  const { items } = answer.list;
  // Together, so that they share the disk's time; not all at once, so that others get theirs.
  for (let i = 0; i < items.length; i += DELETIONS_AT_ONCE) {
    await Promise.all(items.slice(i, i + DELETIONS_AT_ONCE).map(remove));
  }
  return answer;
}

interface Deletion {
  readonly target: Target;
  readonly options: DeleteOptions;
  readonly context: RequestContext;
}

async function tryDelete(
  services: RestServices,
  deletion: Deletion,
  place: ObjectKey,
  head: Revision,
): Promise<RestAnswer> {
  const { target, options } = deletion;
  const { definition } = target;
  const old = (await fromStorage(definition, head)).object;
  checkDeletePreconditions(target, options, old);
  const object = beginDeletion(deletion, old);
  await admit(services, deletion, old);
  if (isReleased(object)) {
    if (!options.dryRun) await services.store.commit({ ...place, expectedVersion: head.version, object: undefined });
    return { kind: "status", status: deleted(target, object) };
  }
  const isBegun = old.metadata.deletionTimestamp !== undefined && sameFinalizers(object, old);
  if (isBegun) await services.store.settled(head);
  if (isBegun || options.dryRun) return { kind: "object", code: 200, definition, object: encodeLazily(object) };
  const stored = await toStorage(definition, object);
  const revision = await services.store.commit({ ...place, expectedVersion: head.version, object: stored });
  return { kind: "object", code: 200, definition, object: await fromStorage(definition, revision) };
}

function beginDeletion({ target, options, context }: Deletion, old: KubeObject): KubeObject {
  const { strategy } = target.definition;
  const object = structuredClone(old);
  const { metadata } = object;
  const finalizers = gcFinalizers(metadata.finalizers ?? [], options.propagation ?? strategy.defaultPropagation);
  if (finalizers.length === 0) delete metadata.finalizers;
  else metadata.finalizers = finalizers;
  if (metadata.deletionTimestamp !== undefined) return object;
  metadata.deletionTimestamp = formatInstant(context.now);
  metadata.deletionGracePeriodSeconds = 0;
  if (metadata.generation !== undefined) metadata.generation += 1;
  strategy.prepareForDelete?.(object, { user: context.user, now: context.now, dryRun: options.dryRun });
  return object;
}

/** The finalizers that make the garbage collector do what the policy says. Without a policy they stay as they are. */
function gcFinalizers(finalizers: readonly string[], policy: PropagationPolicy | undefined): string[] {
  if (policy === undefined) return [...finalizers];
  const others = finalizers.filter((finalizer) => finalizer !== FOREGROUND_FINALIZER && finalizer !== ORPHAN_FINALIZER);
  if (policy === "Foreground") return [...others, FOREGROUND_FINALIZER];
  return policy === "Orphan" ? [...others, ORPHAN_FINALIZER] : others;
}

function checkDeletePreconditions(
  { definition, name }: Target,
  { preconditions }: DeleteOptions,
  old: KubeObject,
): void {
  const { uid = "", resourceVersion = "" } = old.metadata;
  // Here, unlike in other conflicts, the details name the kind in the place of the plural.
  const subject = { group: definition.group, plural: definition.kind, kind: definition.kind };
  if (preconditions.uid !== undefined && preconditions.uid !== uid) {
    throw conflict(
      subject,
      name,
      `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    );
  }
  if (preconditions.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion) {
    throw conflict(
      subject,
      name,
      `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
    );
  }
}

async function admit(
  { admission }: RestServices,
  { target, options, context }: Deletion,
  old: KubeObject,
): Promise<void> {
  const attributes = {
    operation: "DELETE",
    resource: target.definition,
    subresource: "",
    namespace: target.namespace,
    name: target.name,
    object: undefined,
    oldObject: old,
    options: { ...options },
    dryRun: options.dryRun,
    user: context.user,
  } as const;
  const { warnings } = await admission.mutate(attributes, context.signal);
  for (const text of [...warnings, ...(await admission.validate(attributes, context.signal))]) context.warn(text);
}

function deleted({ definition, name }: Target, { metadata }: KubeObject): KubeStatus {
  const { group, plural } = definition;
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    details: {
      name,
      ...(group === "" ? {} : { group }),
      kind: plural,
      ...(metadata.uid === undefined ? {} : { uid: metadata.uid }),
    },
  };
}

function sameFinalizers(a: KubeObject, b: KubeObject): boolean {
  return (a.metadata.finalizers ?? []).join() === (b.metadata.finalizers ?? []).join();
}
