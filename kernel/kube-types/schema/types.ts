import type { JsonValue } from "../objects.ts";

/**
 * A structural OpenAPI v3 schema, as in a CRD's `openAPIV3Schema`, with Kubernetes' extensions. Built-in kinds are
 * described by the same type, so that defaulting, pruning, validation, strategic merge, server-side apply and
 * `kubectl explain` walk one thing.
 */
export interface Schema {
  type?: "object" | "array" | "string" | "integer" | "number" | "boolean";
  description?: string;
  format?: string;
  title?: string;
  default?: JsonValue;
  nullable?: boolean;
  enum?: JsonValue[];
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: boolean;
  exclusiveMaximum?: boolean;
  multipleOf?: number;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  minProperties?: number;
  maxProperties?: number;
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  items?: Schema;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  not?: Schema;
  externalDocs?: { url?: string; description?: string };
  "x-kubernetes-preserve-unknown-fields"?: boolean;
  "x-kubernetes-embedded-resource"?: boolean;
  "x-kubernetes-int-or-string"?: boolean;
  "x-kubernetes-list-type"?: "atomic" | "set" | "map";
  "x-kubernetes-list-map-keys"?: string[];
  "x-kubernetes-map-type"?: "atomic" | "granular";
  "x-kubernetes-validations"?: ValidationRule[];
  /** Built-in kinds only: how a strategic merge patch treats the list, e.g. `merge` or `merge,retainKeys`. */
  "x-kubernetes-patch-strategy"?: string;
  /** Built-in kinds only: the key by which a strategic merge patch matches the items of the list. */
  "x-kubernetes-patch-merge-key"?: string;
  /** Built-in kinds only: which kinds this definition is. */
  "x-kubernetes-group-version-kind"?: { group: string; version: string; kind: string }[];
}

/** One CEL rule of `x-kubernetes-validations`. */
export interface ValidationRule {
  rule: string;
  message?: string;
  messageExpression?: string;
  reason?: "FieldValueInvalid" | "FieldValueForbidden" | "FieldValueRequired" | "FieldValueDuplicate";
  fieldPath?: string;
  optionalOldSelf?: boolean;
}
