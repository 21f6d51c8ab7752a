import { createHash } from "node:crypto";

/** Annotation of a target: the hash of its data when it was last written. */
export const DATA_HASH_ANNOTATION = "reconcile.external-secrets.io/data-hash";
/** Label of every target. */
export const MANAGED_LABEL = "reconcile.external-secrets.io/managed";
/** Label of a target that an ExternalSecret owns: the hash of the owner's name. */
export const CREATED_BY_LABEL = "reconcile.external-secrets.io/created-by";
/** Finalizer that External Secrets puts on each ExternalSecret; Tegata sets none, and removes it when the object goes. */
export const ESO_FINALIZER = "externalsecrets.external-secrets.io/externalsecret-cleanup";

const FIELD_MANAGER_PREFIX = "externalsecrets.external-secrets.io";
const LONGEST_FIELD_MANAGER = 63;

/**
 * The field manager under which an ExternalSecret's target is written. The length of the whole text decides about the
 * short form, on writing and on reading alike: External Secrets compares the name alone in one place, and so never prunes
 * the labels of names of 28 to 63 characters (reference eso.md 10.3, defect a).
 *
 * @see reference eso.md section 1.3
 */
export function fieldManagerOf(name: string): string {
  const manager = `${FIELD_MANAGER_PREFIX}/${name}`;
  if (manager.length <= LONGEST_FIELD_MANAGER) return manager;
  return `${FIELD_MANAGER_PREFIX}/sha3/${createHash("sha3-224").update(name).digest("hex")}`;
}
