import type { JsonObject, JsonValue } from "@tegata/kube-types";
import { findDefinition, objectMetaSchema } from "@tegata/kube-types/protobuf";
import type { Schema } from "@tegata/kube-types/schema";
import type { ResourceDefinition } from "../registry/types.ts";

/** `components.schemas` of an OpenAPI document: the kinds, and every named schema that they refer to. */
export function componentSchemas(resources: readonly ResourceDefinition[]): JsonObject {
  const components: JsonObject = {};
  for (const resource of resources) {
    const { name, schema } = kindDefinition(resource);
    components[name] = plainSchema(schema, components);
  }
  return components;
}

function kindDefinition(resource: ResourceDefinition): { name: string; schema: Schema } {
  const { group, version, kind, schema = UNKNOWN_SCHEMA } = resource;
  const definition = findDefinition(schema);
  const name = definition?.name ?? [...group.split(".").toReversed(), version, kind].join(".");
  const properties = { ...schema.properties, metadata: objectMetaSchema() };
  return {
    name,
    schema: {
      ...(definition?.schema ?? schema),
      properties: resource.isCustom ? { ...TYPE_PROPERTIES, ...properties } : properties,
      "x-kubernetes-group-version-kind": [{ group, version, kind }],
    },
  };
}

const UNKNOWN_SCHEMA: Schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

const TYPE_PROPERTIES: Readonly<Record<string, Schema>> = {
  apiVersion: { type: "string", description: "Group and version of the API in which this object is written." },
  kind: { type: "string", description: "Kind of this object, in CamelCase." },
};

/** Where a schema stands within another: a reference if it has a name, which is then among the components. */
function usedSchema(schema: Schema, components: JsonObject): JsonObject {
  const definition = findDefinition(schema);
  if (definition === undefined) return plainSchema(schema, components);
  if (!Object.hasOwn(components, definition.name)) {
    components[definition.name] = {}; // stops at a schema that contains itself
    components[definition.name] = plainSchema(definition.schema, components);
  }
  const reference = { $ref: `#/components/schemas/${definition.name}` };
  const { description, default: defaultValue } = schema;
  const isDescribed = description !== undefined && description !== definition.schema.description;
  if (!isDescribed && defaultValue === undefined) return reference;
  return {
    allOf: [reference],
    ...(isDescribed ? { description } : {}),
    ...(defaultValue === undefined ? {} : { default: defaultValue }),
  };
}

function plainSchema({ properties, items, additionalProperties, ...rest }: Schema, components: JsonObject): JsonObject {
  const nested = (schema: Schema): JsonValue => usedSchema(schema, components);
  return {
    // A Schema is JSON; only its interface has no index signature.
    ...(rest as unknown as JsonObject),
    ...(items === undefined ? {} : { items: nested(items) }),
    ...(properties === undefined
      ? {}
      : { properties: Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, nested(schema)])) }),
    ...(additionalProperties === undefined
      ? {}
      : {
          additionalProperties:
            typeof additionalProperties === "boolean" ? additionalProperties : nested(additionalProperties),
        }),
  };
}
