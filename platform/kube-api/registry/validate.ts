import type { JsonObject, KubeObject } from "@tegata/kube-types";
import { validateCustomResource } from "@tegata/kube-types/cel";
import { validateValue } from "@tegata/kube-types/schema";
import { invalid } from "../http-errors.ts";
import { checkObjectMeta, checkObjectMetaUpdate } from "./object-meta.ts";
import type { ResourceDefinition } from "./types.ts";

/** Checks an object that is about to be created. @throws ApiError 422 with one cause per field */
export function checkNewObject(definition: ResourceDefinition, object: KubeObject): void {
  refuse(definition, object, [
    ...checkObjectMeta(definition, object),
    ...schemaErrors(definition, object, undefined),
    ...(definition.strategy.validate?.(object) ?? []),
  ]);
}

/** Checks an object that is about to replace `old`. @throws ApiError 422 with one cause per field */
export function checkChangedObject(definition: ResourceDefinition, object: KubeObject, old: KubeObject): void {
  const { strategy } = definition;
  refuse(definition, object, [
    ...checkObjectMetaUpdate(definition, object, old),
    ...schemaErrors(definition, object, old),
    ...(strategy.validate?.(object) ?? []),
    ...(strategy.validateUpdate?.(object, old) ?? []),
  ]);
}

function schemaErrors({ schema, isCustom }: ResourceDefinition, object: KubeObject, old: KubeObject | undefined) {
  if (schema === undefined) return [];
  if (isCustom) return validateCustomResource(object, schema, old);
  // As Go's decoder does, a built-in kind's schema looks at types only; which items are duplicates, its strategy says.
  return validateValue(object as unknown as JsonObject, schema);
}

function refuse(definition: ResourceDefinition, { metadata }: KubeObject, errors: Parameters<typeof invalid>[2]): void {
  if (errors.length > 0) throw invalid(definition, metadata.name ?? "", errors);
}
