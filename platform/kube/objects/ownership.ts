import { TegataError } from "@tegata/errors";
import { type KubeObject, namespacedName, type OwnerReference, parseGroupVersion } from "@tegata/kube-types";

/**
 * A reference with which `owner` controls another object of its namespace: the object goes when the owner goes.
 *
 * @param owner - as read from the API server: with its uid, `apiVersion` and `kind`.
 */
export function controllerReference(owner: KubeObject): OwnerReference {
  const { apiVersion, kind, metadata } = owner;
  const { name = "", uid = "" } = metadata;
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** The owner that controls this object, if one does. */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find(({ controller }) => controller === true);
}

/** Whether `owner` is among the owners of the object, by uid. */
export function isOwnedBy(object: KubeObject, owner: KubeObject): boolean {
  return object.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) ?? false;
}

/**
 * The object's owner references with `owner` as the controlling one.
 *
 * @throws TegataError `KUBE_OWNED_BY_OTHER` if another owner controls the object.
 */
export function withControllerReference(object: KubeObject, owner: KubeObject): OwnerReference[] {
  const reference = controllerReference(owner);
  const current = controllerOf(object);
  if (current !== undefined && !sameOwner(current, reference)) throw ownedByOther(object, current);
  return [...(object.metadata.ownerReferences ?? []).filter((other) => !sameOwner(other, reference)), reference];
}

function sameOwner(a: OwnerReference, b: OwnerReference): boolean {
  const sameGroup = parseGroupVersion(a.apiVersion).group === parseGroupVersion(b.apiVersion).group;
  return sameGroup && a.kind === b.kind && a.name === b.name && a.uid === b.uid;
}

function ownedByOther(object: KubeObject, owner: OwnerReference): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "KUBE_OWNED_BY_OTHER",
    message: `${object.kind} "${namespacedName(object)}" is controlled by ${owner.kind} "${owner.name}" already`,
    remedy: "Choose another name for one of the two, or delete the owner that should not control it.",
  });
}
