import { decodeBase64, encodeBase64 } from "@tegata/bytes";
import type { ObjectMeta, OwnerReference, Secret } from "@tegata/kube-types";
import { parseGroupVersion } from "@tegata/kube-types";
import { EXTERNAL_SECRETS_GROUP, EXTERNAL_SECRETS_VERSION, type ExternalSecret } from "./api/external-secret.ts";
import { managedKeys } from "./managed-keys.ts";
import { CREATED_BY_LABEL, DATA_HASH_ANNOTATION, fieldManagerOf, MANAGED_LABEL } from "./names.ts";
import { dataHash, ownerHash } from "./object-hash.ts";

/** What templates and remote values make of a target, before it is laid over the Secret that is there. */
export interface RenderedTarget {
  readonly data: ReadonlyMap<string, Uint8Array>;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly finalizers: readonly string[];
  /** `undefined`: the Secret keeps the type it has. */
  readonly type: string | undefined;
}

/** Name of the Secret that an ExternalSecret keeps. */
export function targetNameOf({ spec, metadata }: Pick<ExternalSecret, "spec" | "metadata">): string {
  return spec.target?.name ?? metadata.name ?? "";
}

/**
 * The Secret as it should be, made from the one that is there (or nothing). Equal to `existing` if nothing is to be
 * written. Keys, labels and annotations that this ExternalSecret wrote before and no longer wants go; what others wrote
 * into a merged Secret stays.
 *
 * @param existing - with its `managedFields`, if a key or label may have to go.
 * @see reference eso.md section 2.5
 */
export function buildTarget(
  externalSecret: ExternalSecret,
  existing: Secret | undefined,
  rendered: RenderedTarget,
): Secret {
  const { metadata: owner, spec } = externalSecret;
  const name = targetNameOf(externalSecret);
  const base: Secret = existing ?? {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, ...(owner.namespace === undefined ? {} : { namespace: owner.namespace }) },
  };
  const frozen = existing !== undefined && spec.target?.immutable === true;
  const former = managedKeys(base.metadata, fieldManagerOf(owner.name ?? ""));
  const data = frozen ? decodeData(base) : mergedData(externalSecret, decodeData(base), former.data, rendered.data);
  const labels = frozen
    ? { ...base.metadata.labels }
    : { ...without(base.metadata.labels, former.labels), ...rendered.labels };
  const annotations = frozen
    ? { ...base.metadata.annotations }
    : { ...without(base.metadata.annotations, former.annotations), ...rendered.annotations };
  labels[MANAGED_LABEL] = "true";
  annotations[DATA_HASH_ANNOTATION] = dataHash(data);
  const metadata = withOwnership(externalSecret, { ...base.metadata, labels, annotations });
  if (rendered.finalizers.length > 0 && metadata.deletionTimestamp === undefined) {
    metadata.finalizers = [...new Set([...(metadata.finalizers ?? []), ...rendered.finalizers])];
  }
  const type = frozen ? base.type : (rendered.type ?? base.type);
  return {
    ...base,
    metadata,
    ...(type === undefined ? {} : { type }),
    ...(spec.target?.immutable === true ? { immutable: true } : {}),
    data: Object.fromEntries([...data].map(([key, value]) => [key, encodeBase64(value)])),
  };
}

function mergedData(
  { spec }: ExternalSecret,
  existing: ReadonlyMap<string, Uint8Array>,
  formerKeys: ReadonlySet<string>,
  rendered: ReadonlyMap<string, Uint8Array>,
): Map<string, Uint8Array> {
  const policy = spec.target?.creationPolicy ?? "Owner";
  const keepsForeign = policy === "Merge" || policy === "CreateOrMerge";
  const kept = keepsForeign ? [...existing].filter(([key]) => !formerKeys.has(key)) : [];
  return new Map([...kept, ...rendered]);
}

function withOwnership({ metadata: owner, spec }: ExternalSecret, metadata: ObjectMeta): ObjectMeta {
  const labels = { ...metadata.labels };
  const others = (metadata.ownerReferences ?? []).filter((reference) => !isReferenceTo(reference, owner));
  if ((spec.target?.creationPolicy ?? "Owner") !== "Owner") {
    delete labels[CREATED_BY_LABEL];
    const { ownerReferences: _, ...rest } = metadata;
    return { ...rest, labels, ...(others.length === 0 ? {} : { ownerReferences: others }) };
  }
  labels[CREATED_BY_LABEL] = ownerHash(owner.namespace ?? "", owner.name ?? "");
  // An equal reference in another version stays as it is: rewriting it would cost a write per Secret on every take-over.
  const present = (metadata.ownerReferences ?? []).find(
    (reference) => isReferenceTo(reference, owner) && reference.uid === owner.uid && reference.controller === true,
  );
  if (present !== undefined) return { ...metadata, labels };
  return { ...metadata, labels, ownerReferences: [...others, ownerReferenceTo(owner)] };
}

function isReferenceTo(reference: OwnerReference, owner: ObjectMeta): boolean {
  return isExternalSecret(reference) && reference.name === owner.name;
}

function isExternalSecret({ apiVersion, kind }: OwnerReference): boolean {
  return kind === "ExternalSecret" && parseGroupVersion(apiVersion).group === EXTERNAL_SECRETS_GROUP;
}

function ownerReferenceTo(owner: ObjectMeta): OwnerReference {
  return {
    apiVersion: `${EXTERNAL_SECRETS_GROUP}/${EXTERNAL_SECRETS_VERSION}`,
    kind: "ExternalSecret",
    name: owner.name ?? "",
    uid: owner.uid ?? "",
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** Who else owns a Secret, so that this ExternalSecret may not write it. */
export interface ForeignOwner {
  /** `external-secret`: another ExternalSecret; `controller`: a controller of another kind (a problem for policy Owner only). */
  readonly by: "external-secret" | "controller";
  /** `Kind "name"`. */
  readonly owner: string;
}

/** @returns `undefined` if nothing forbids this ExternalSecret to write the Secret. */
export function foreignOwnerOf(externalSecret: ExternalSecret, secret: Secret): ForeignOwner | undefined {
  const controller = (secret.metadata.ownerReferences ?? []).find((reference) => reference.controller === true);
  if (controller === undefined || isReferenceTo(controller, externalSecret.metadata)) return undefined;
  const owner = `${controller.kind} "${controller.name}"`;
  if (isExternalSecret(controller)) return { by: "external-secret", owner };
  return (externalSecret.spec.target?.creationPolicy ?? "Owner") === "Owner" ? { by: "controller", owner } : undefined;
}

/** Whether the Secret has this ExternalSecret for its controller. */
export function isOwnedBy(externalSecret: ExternalSecret, secret: Secret): boolean {
  return (secret.metadata.ownerReferences ?? []).some(
    (reference) => reference.controller === true && isReferenceTo(reference, externalSecret.metadata),
  );
}

/**
 * Whether the target is there and holds what was last written.
 *
 * @param isThere - a Secret of that name is there, even if it is not at hand: it lost, or never had, the managed label.
 * @see reference eso.md section 2.3
 */
export function targetState(
  externalSecret: ExternalSecret,
  secret: Secret | undefined,
  isThere = secret !== undefined,
): "valid" | "changed" | "missing" {
  const policy = externalSecret.spec.target?.creationPolicy ?? "Owner";
  if (policy === "Orphan" || policy === "None") return "valid";
  if (secret === undefined && !isThere) return policy === "Merge" ? "valid" : "missing";
  if (secret === undefined) return "changed";
  if (secret.metadata.labels?.[MANAGED_LABEL] !== "true") return "changed";
  return secret.metadata.annotations?.[DATA_HASH_ANNOTATION] === dataHash(decodeData(secret)) ? "valid" : "changed";
}

/** A Secret's values as bytes. */
export function decodeData(secret: Secret): Map<string, Uint8Array> {
  return new Map(
    Object.entries(secret.data ?? {}).map(([key, value]) => [key, decodeBase64(value) ?? new Uint8Array()]),
  );
}

function without(map: Readonly<Record<string, string>> | undefined, keys: ReadonlySet<string>): Record<string, string> {
  return Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => !keys.has(key)));
}
