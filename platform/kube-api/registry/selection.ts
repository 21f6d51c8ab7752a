import { asTegataError } from "@tegata/errors";
import type { KubeObject } from "@tegata/kube-types";
import {
  type FieldRequirement,
  type LabelRequirement,
  matchesFields,
  matchesLabels,
  parseFieldSelector,
  parseLabelSelector,
  requiredValue,
} from "@tegata/kube-types/selectors";
import { badRequest } from "../http-errors.ts";
import { keyOf } from "./resource-registry.ts";
import type { Target } from "./context.ts";
import type { ResourceDefinition } from "./types.ts";

/** Which objects of a resource a list, watch or deletecollection is about. */
export interface Selection {
  /** Only keys that start so. */
  readonly keyPrefix: string;
  /** Absent if every object within the prefix is meant. */
  readonly matches?: (object: KubeObject) => boolean;
}

/** Reads the selectors of a request. @throws ApiError 400 for one that cannot be read or names an unknown field. */
export function selectionOf(target: Target, query: URLSearchParams): Selection {
  const labels = parse(() => parseLabelSelector(query.get("labelSelector") ?? ""));
  const fields = parse(() => parseFieldSelector(query.get("fieldSelector") ?? ""));
  checkFieldLabels(target.definition, fields);
  const keyPrefix = keyPrefixOf(target);
  if (labels.length === 0 && fields.length === 0) return { keyPrefix };
  return { keyPrefix: narrowed(target, fields, keyPrefix), matches: matcher(target.definition, labels, fields) };
}

/** The name that a field selector demands, for which the request is then authorised. */
export function selectedName(query: URLSearchParams): string {
  return (
    requiredValue(
      parse(() => parseFieldSelector(query.get("fieldSelector") ?? "")),
      "metadata.name",
    ) ?? ""
  );
}

function keyPrefixOf({ definition, namespace }: Target): string {
  return definition.namespaced && namespace !== "" ? `${namespace}/` : "";
}

/** A watch of one named object need not look at every event of its kind. */
function narrowed(target: Target, fields: readonly FieldRequirement[], keyPrefix: string): string {
  const name = requiredValue(fields, "metadata.name");
  if (name === undefined || (target.definition.namespaced && keyPrefix === "")) return keyPrefix;
  return keyOf(target.definition, target.namespace, name);
}

function matcher(
  definition: ResourceDefinition,
  labels: readonly LabelRequirement[],
  fields: readonly FieldRequirement[],
): (object: KubeObject) => boolean {
  return (object) =>
    matchesLabels(labels, object.metadata.labels ?? {}) &&
    matchesFields(fields, (field) => fieldOf(definition, object, field));
}

function fieldOf(definition: ResourceDefinition, object: KubeObject, field: string): string {
  if (field === "metadata.name") return object.metadata.name ?? "";
  if (field === "metadata.namespace") return object.metadata.namespace ?? "";
  return definition.selectableFields[field]?.(object) ?? "";
}

function checkFieldLabels(definition: ResourceDefinition, fields: readonly FieldRequirement[]): void {
  for (const { field } of fields) {
    if (field === "metadata.name" || field === "metadata.namespace") continue;
    if (!Object.hasOwn(definition.selectableFields, field)) throw badRequest(`field label not supported: ${field}`);
  }
}

function parse<T>(parser: () => T): T {
  try {
    return parser();
  } catch (error) {
    const refusal = asTegataError(error);
    throw refusal === undefined ? error : badRequest(refusal.message);
  }
}
