import type { FieldError, JsonValue, KubeObject } from "@tegata/kube-types";
import { type Schema, unrecognizedFormats, validateValue } from "@tegata/kube-types/schema";
import type { Strategy, WriteContext } from "../registry/types.ts";
import { setCondition } from "./conditions.ts";
import { CRD_SHAPE } from "./shape.ts";
import { asCrd, type CrdSpec, type CustomResourceDefinition } from "./types.ts";
import { checkCrd, checkCrdUpdate } from "./validate.ts";

/** Holds a CRD that is being deleted until its objects are gone. */
export const CLEANUP_FINALIZER = "customresourcecleanup.apiextensions.k8s.io";

/**
 * What the kind CustomResourceDefinition does on its own: completes names, remembers which versions were ever stored, checks
 * itself, and stays until its objects are gone.
 *
 * @see k8s.io/apiextensions-apiserver/pkg/registry/customresourcedefinition
 */
export const crdStrategy: Strategy = {
  allowUnconditionalUpdate: true,
  tracksGeneration: true,
  prepareForCreate(object) {
    if (shapeErrors(object).length > 0) return;
    const crd = asCrd(object);
    complete(crd.spec);
    crd.status = { storedVersions: storageVersionsOf(crd.spec) };
  },
  prepareForUpdate(object) {
    if (shapeErrors(object).length > 0) return;
    const crd = asCrd(object);
    complete(crd.spec);
    const stored = crd.status?.storedVersions ?? [];
    const added = storageVersionsOf(crd.spec).filter((version) => !stored.includes(version));
    if (added.length > 0) crd.status = { ...crd.status, storedVersions: [...stored, ...added] };
  },
  prepareForDelete(object, { now }: WriteContext) {
    const { metadata } = object;
    if (metadata.finalizers?.includes(CLEANUP_FINALIZER) === true) return;
    metadata.finalizers = [...(metadata.finalizers ?? []), CLEANUP_FINALIZER];
    setCondition(asCrd(object), terminating("InstanceDeletionPending", PENDING), now);
  },
  warnings(object) {
    const schemas = asCrd(object).spec.versions.map(({ schema }) => (schema?.openAPIV3Schema ?? {}) as Schema);
    return [...new Set(schemas.flatMap(unrecognizedFormats))].map(
      (format) => `unrecognized format ${JSON.stringify(format)}`,
    );
  },
  validate(object) {
    const errors = shapeErrors(object);
    return errors.length > 0 ? errors : checkCrd(asCrd(object));
  },
  validateUpdate(object, old) {
    return shapeErrors(object).length > 0 ? [] : checkCrdUpdate(asCrd(object), asCrd(old));
  },
};

const PENDING = "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon";

/** The condition of a CRD whose objects are being deleted. */
export function terminating(reason: string, message: string, status: "True" | "False" = "True") {
  return { type: "Terminating", status, reason, message } as const;
}

function shapeErrors(object: KubeObject): FieldError[] {
  return validateValue(object as unknown as JsonValue, CRD_SHAPE);
}

function complete(spec: CrdSpec): void {
  const { names } = spec;
  if (!names.singular && names.kind) names.singular = names.kind.toLowerCase();
  if (!names.listKind && names.kind) names.listKind = `${names.kind}List`;
  spec.conversion ??= { strategy: "None" };
  const service = spec.conversion.webhook?.clientConfig?.service;
  if (service !== undefined) service.port ??= 443;
}

function storageVersionsOf({ versions }: CustomResourceDefinition["spec"]): string[] {
  return versions
    .filter(({ storage }) => storage)
    .slice(0, 1)
    .map(({ name }) => name);
}
