import type { GroupVersionKind } from "../objects.ts";
import type { Schema } from "../schema/types.ts";
import { findKind, messageOf, objectMetaMessage } from "./catalogue.ts";
import type { Field, Message } from "./message-package.ts";

/**
 * The structural schema of a built-in kind, with patch strategies, list types, defaults and descriptions. It holds what
 * Go's decoder enforces, so no `required`: to Go, an absent field is a zero, and each kind checks for itself. Schemas of
 * the same message share one `properties` (or `anyOf`) object, by which {@link findDefinition} knows them again. Never change
 * a schema.
 *
 * @returns `undefined` for a kind that is not built in.
 */
export function kindSchema(gvk: GroupVersionKind): Schema | undefined {
  const message = findKind(gvk);
  if (message === undefined) return undefined;
  return { ...messageSchema(message), "x-kubernetes-group-version-kind": [{ ...gvk }] };
}

/** The schema of `metav1.ObjectMeta`, which every kind's `metadata` has. */
export function objectMetaSchema(): Schema {
  return messageSchema(objectMetaMessage());
}

/** A schema that OpenAPI knows by name. */
export interface Definition {
  /** e.g. `io.k8s.api.core.v1.PodSpec` */
  readonly name: string;
  /** Names the required fields, too. */
  readonly schema: Schema;
}

/**
 * Finds the definition that a schema is a use of. A field's schema is its message's with the field's own description and
 * default; the definition has those of the message.
 *
 * @returns `undefined` if the schema has no name of its own.
 */
export function findDefinition({ properties, anyOf }: Schema): Definition | undefined {
  if (properties !== undefined) return definitions.get(properties);
  return anyOf === undefined ? undefined : UNION_DEFINITIONS.find(({ schema }) => schema.anyOf === anyOf);
}

/** By the part that all uses of a definition share. */
const definitions = new WeakMap<NonNullable<Schema["properties"]>, Definition>();
const schemas = new WeakMap<Message, Schema>();

function messageSchema(message: Message): Schema {
  const known = schemas.get(message);
  if (known !== undefined) return known;
  const schema = message.isOpaque ? opaque(message) : describeMessage(message);
  schemas.set(message, schema);
  return schema;
}

function opaque({ description }: Message): Schema {
  return { type: "object", ...textOf(description), "x-kubernetes-preserve-unknown-fields": true };
}

function describeMessage(message: Message): Schema {
  const properties = { ...(message.isKind ? TYPE_PROPERTIES : {}), ...propertiesOf(message) };
  const required = message.fields.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  const schema: Schema = {
    type: "object",
    ...textOf(message.description),
    properties,
    ...(message.isAtomic ? { "x-kubernetes-map-type": "atomic" } : {}),
  };
  const published = required.length === 0 ? schema : { ...schema, required };
  definitions.set(properties, { name: message.definition, schema: published });
  return schema;
}

const TYPE_PROPERTIES: Readonly<Record<string, Schema>> = {
  apiVersion: { type: "string", description: "Group and version of the API in which this object is written." },
  kind: { type: "string", description: "Kind of this object, in CamelCase." },
};

function propertiesOf(message: Message): Record<string, Schema> {
  const properties: Record<string, Schema> = {};
  for (const field of message.fields) {
    if (field.name === "") Object.assign(properties, messageSchema(messageOf(field, message)).properties);
    else properties[field.name] = fieldSchema(field, message);
  }
  return properties;
}

function fieldSchema(field: Field, around: Message): Schema {
  return {
    ...shapeSchema(field, typeSchema(field, around)),
    ...textOf(field.description),
    ...(field.defaultValue === undefined ? {} : { default: field.defaultValue }),
    ...(field.patchStrategy === undefined ? {} : { "x-kubernetes-patch-strategy": field.patchStrategy }),
    ...(field.patchMergeKey === undefined ? {} : { "x-kubernetes-patch-merge-key": field.patchMergeKey }),
  };
}

function shapeSchema({ shape, listType, listMapKeys }: Field, item: Schema): Schema {
  if (shape === "list") {
    return {
      type: "array",
      items: item,
      ...(listType === undefined ? {} : { "x-kubernetes-list-type": listType }),
      ...(listMapKeys.length === 0 ? {} : { "x-kubernetes-list-map-keys": [...listMapKeys] }),
    };
  }
  const schema: Schema = shape === "map" ? { type: "object", additionalProperties: item } : item;
  return listType === "atomic" ? { ...schema, "x-kubernetes-map-type": "atomic" } : schema;
}

function typeSchema(field: Field, around: Message): Schema {
  return SIMPLE_TYPES[field.type] ?? messageSchema(messageOf(field, around));
}

const INT_OR_STRING: Schema = {
  description: "A whole number, or text: a name, or a share such as 25%.",
  anyOf: [{ type: "integer" }, { type: "string" }],
  "x-kubernetes-int-or-string": true,
};

const QUANTITY: Schema = {
  description: "An amount of something, e.g. 100m, 1.5, 2Gi.",
  anyOf: [{ type: "integer" }, { type: "number" }, { type: "string" }],
};

/** The definitions that have no properties; what their uses share is `anyOf`. */
const UNION_DEFINITIONS: readonly Definition[] = [
  { name: "io.k8s.apimachinery.pkg.util.intstr.IntOrString", schema: INT_OR_STRING },
  { name: "io.k8s.apimachinery.pkg.api.resource.Quantity", schema: QUANTITY },
];

const ANYTHING: Schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

// Bytes have no `format: byte`, whose violation would be reported with the value: it may be a Secret's.
const SIMPLE_TYPES: Readonly<Record<string, Schema>> = {
  string: { type: "string" },
  bytes: { type: "string" },
  bool: { type: "boolean" },
  int32: { type: "integer", format: "int32" },
  int64: { type: "integer", format: "int64" },
  double: { type: "number", format: "double" },
  Time: { type: "string", format: "date-time" },
  MicroTime: { type: "string", format: "date-time" },
  Quantity: QUANTITY,
  IntOrString: INT_OR_STRING,
  StringList: { type: "array", items: { type: "string" }, "x-kubernetes-list-type": "atomic" },
  RawExtension: ANYTHING,
  FieldsV1: ANYTHING,
};

function textOf(description: string): Pick<Schema, "description"> {
  return description === "" ? {} : { description };
}
