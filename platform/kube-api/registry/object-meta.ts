import type { FieldError, KubeObject, ObjectMeta } from "@tegata/kube-types";
import { forbiddenError, invalidError, requiredError } from "@tegata/kube-types/schema";
import { checkLabelKey, checkLabelValue } from "@tegata/kube-types/selectors";
import { checkPathSegment, checkSubdomain } from "./names.ts";
import type { ResourceDefinition } from "./types.ts";

/** All annotations of an object together may have this many bytes. */
const MAX_ANNOTATIONS_BYTES = 256 * 1024;

/** Checks the metadata of an object that is about to be created. reference: k8s.io/apimachinery `ValidateObjectMeta` */
export function checkObjectMeta(definition: ResourceDefinition, { metadata }: KubeObject): FieldError[] {
  return [
    ...checkName(definition, metadata),
    ...checkLabels(metadata.labels ?? {}),
    ...checkAnnotations(metadata.annotations ?? {}),
    ...checkOwnerReferences(metadata),
    ...checkFinalizers(metadata.finalizers ?? []),
  ];
}

/** Checks the metadata of an object against what is stored. reference: `ValidateObjectMetaUpdate` */
export function checkObjectMetaUpdate(
  definition: ResourceDefinition,
  object: KubeObject,
  old: KubeObject,
): FieldError[] {
  return [...checkObjectMeta(definition, object), ...checkAddedFinalizers(object.metadata, old.metadata)];
}

function checkName(definition: ResourceDefinition, { name = "" }: ObjectMeta): FieldError[] {
  if (name === "") return [requiredError("metadata.name", "name or generateName is required")];
  // The built-in kinds have rules of their own, from path segments (roles) to labels (namespaces), in their strategies.
  const problems = definition.isCustom ? checkSubdomain(name) : checkPathSegment(name);
  return problems.map((problem) => invalidError("metadata.name", name, problem));
}

function checkLabels(labels: Readonly<Record<string, string>>): FieldError[] {
  return Object.entries(labels).flatMap(([key, value]) => {
    const badKey = checkLabelKey(key);
    const badValue = checkLabelValue(value);
    return [
      ...(badKey === undefined ? [] : [invalidError("metadata.labels", key, badKey)]),
      ...(badValue === undefined ? [] : [invalidError("metadata.labels", value, badValue)]),
    ];
  });
}

function checkAnnotations(annotations: Readonly<Record<string, string>>): FieldError[] {
  const errors: FieldError[] = [];
  let bytes = 0;
  for (const [key, value] of Object.entries(annotations)) {
    const badKey = checkLabelKey(key.toLowerCase());
    if (badKey !== undefined) errors.push(invalidError("metadata.annotations", key, badKey));
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (bytes > MAX_ANNOTATIONS_BYTES) {
    const message = `Too long: may not be more than ${MAX_ANNOTATIONS_BYTES} bytes`;
    errors.push({ type: "FieldValueTooLong", field: "metadata.annotations", message });
  }
  return errors;
}

function checkOwnerReferences({ ownerReferences = [] }: ObjectMeta): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, { apiVersion, kind, name, uid }] of ownerReferences.entries()) {
    const field = `metadata.ownerReferences[${i}]`;
    if (!apiVersion) errors.push(invalidError(`${field}.apiVersion`, apiVersion ?? "", "version must not be empty"));
    if (!kind) errors.push(invalidError(`${field}.kind`, kind ?? "", "must not be empty"));
    if (!name) errors.push(invalidError(`${field}.name`, name ?? "", "must not be empty"));
    if (!uid) errors.push(invalidError(`${field}.uid`, uid ?? "", "must not be empty"));
  }
  const controllers = ownerReferences.filter(({ controller }) => controller === true);
  if (controllers.length > 1) {
    const [first, second] = controllers.map(({ kind, name }) => `${kind}/${name}`);
    const why = `Only one reference can have Controller set to true. Found "true" in references for ${first} and ${second}`;
    errors.push({ type: "FieldValueInvalid", field: "metadata.ownerReferences", message: `Invalid value: ${why}` });
  }
  return errors;
}

function checkFinalizers(finalizers: readonly string[]): FieldError[] {
  const errors = finalizers.flatMap((finalizer) => {
    const problem = checkLabelKey(finalizer);
    return problem === undefined ? [] : [invalidError("metadata.finalizers", finalizer, problem)];
  });
  if (finalizers.includes("orphan") && finalizers.includes("foregroundDeletion")) {
    const why = "finalizer orphan and foregroundDeletion cannot be both set";
    errors.push(invalidError("metadata.finalizers", [...finalizers], why));
  }
  return errors;
}

/** What is being deleted may lose finalizers, but gain none. */
function checkAddedFinalizers(metadata: ObjectMeta, old: ObjectMeta): FieldError[] {
  if (old.deletionTimestamp === undefined) return [];
  const added = (metadata.finalizers ?? []).filter((finalizer) => !(old.finalizers ?? []).includes(finalizer));
  if (added.length === 0) return [];
  const list = added.map((finalizer) => JSON.stringify(finalizer)).join(", ");
  const why = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`;
  return [forbiddenError("metadata.finalizers", why)];
}
