import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { JsonObject, JsonValue } from "../objects.ts";
import { checkStructural } from "./index.ts";

const problems = (schema: JsonValue) =>
  checkStructural(schema, "schema").map(({ field, message }) => `${field}: ${message}`);
const spec = (schema: JsonObject): JsonObject => ({ type: "object", properties: { spec: schema } });

describe("checkStructural", () => {
  const accepted: Record<string, JsonObject> = {
    "the smallest schema": { type: "object" },
    "preserved unknown fields at the root": { type: "object", "x-kubernetes-preserve-unknown-fields": true },
    "a field without type whose unknown fields are preserved": spec({ "x-kubernetes-preserve-unknown-fields": true }),
    "int-or-string with its types spelled out": spec({
      "x-kubernetes-int-or-string": true,
      anyOf: [{ type: "integer" }, { type: "string" }],
      pattern: "^a$",
    }),
    "int-or-string below allOf": spec({
      "x-kubernetes-int-or-string": true,
      allOf: [{ anyOf: [{ type: "integer" }, { type: "string" }] }, { pattern: "^a$" }],
    }),
    "junctors over specified fields": spec({
      type: "object",
      properties: { a: { type: "string" }, b: { type: "string" } },
      oneOf: [{ required: ["a"] }, { properties: { b: { minLength: 1 } } }],
    }),
    "a restricted name": {
      type: "object",
      properties: { metadata: { type: "object", properties: { name: { type: "string", maxLength: 63 } } } },
    },
    "a list of type map": spec({
      type: "array",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name"],
      items: { type: "object", required: ["name"], properties: { name: { type: "string" } } },
    }),
    "an embedded resource": spec({
      type: "object",
      "x-kubernetes-embedded-resource": true,
      "x-kubernetes-preserve-unknown-fields": true,
    }),
    "a default": spec({
      type: "object",
      default: {},
      properties: { a: { type: "string", enum: ["x"], default: "x" } },
    }),
    "keywords nobody knows": spec({ type: "string", example: "a", "x-other": 1 }),
  };
  for (const [what, schema] of Object.entries(accepted))
    it(`accepts ${what}`, () => assert.deepEqual(problems(schema), []));

  const refused: Record<string, [JsonValue, ...string[]]> = {
    "no type at the root": [{}, "schema.type: Required value: must not be empty at the root"],
    "another type at the root": [
      { type: "string" },
      'schema.type: Invalid value: "string": must be object at the root',
    ],
    "no type for a field": [
      spec({}),
      "schema.properties[spec].type: Required value: must not be empty for specified object fields",
    ],
    "no type for items": [
      spec({ type: "array", items: {} }),
      "schema.properties[spec].items.type: Required value: must not be empty for specified array items",
    ],
    "no items": [spec({ type: "array" }), "schema.properties[spec].items: Required value: must be specified"],
    "an unknown type": [
      spec({ type: "text" }),
      'schema.properties[spec].type: Unsupported value: "text": supported values: "array", "boolean", "integer", "number", "object", "string"',
    ],
    "structure inside a junctor": [
      spec({
        type: "object",
        properties: { a: { type: "string" } },
        anyOf: [{ properties: { a: { type: "string", description: "x" } } }],
      }),
      "schema.properties[spec].anyOf[0].properties[a].description: Forbidden: must be empty to be structural",
      "schema.properties[spec].anyOf[0].properties[a].type: Forbidden: must be empty to be structural",
    ],
    "a junctor over a field that is not specified": [
      { type: "object", properties: { a: { type: "string" } }, allOf: [{ properties: { b: { minLength: 1 } } }] },
      "schema.properties[b]: Required value: because it is defined in schema.allOf[0].properties[b]",
    ],
    "a schema for metadata": [
      { type: "object", properties: { metadata: { type: "object", properties: { labels: { type: "object" } } } } },
      "schema.properties[metadata]: Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified",
    ],
    "additionalProperties at the root": [
      { type: "object", additionalProperties: { type: "string" } },
      "schema.additionalProperties: Forbidden: must not be used at the root",
    ],
    "properties beside additionalProperties": [
      spec({ type: "object", properties: { a: { type: "string" } }, additionalProperties: { type: "string" } }),
      "schema.properties[spec].additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive",
    ],
    "a pattern that does not compile": [
      spec({ type: "string", pattern: "(?=a)" }),
      'schema.properties[spec].pattern: Invalid value: "(?=a)": must be a valid regular expression, but isn\'t: error parsing regexp: invalid or unsupported Perl syntax: `(?=`',
    ],
    $ref: [spec({ type: "object", $ref: "#/a" }), "schema.properties[spec].$ref: Forbidden: $ref is not supported"],
    uniqueItems: [
      spec({ type: "array", uniqueItems: true, items: { type: "string" } }),
      "schema.properties[spec].uniqueItems: Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic",
    ],
    "a default of the wrong type": [
      spec({ type: "string", default: 1 }),
      'schema.properties[spec].default: Invalid value: "integer": schema.properties[spec].default in body must be of type string: "integer"',
    ],
    "a default with unknown fields": [
      spec({ type: "object", properties: {}, default: { a: 1 } }),
      'schema.properties[spec].default: Invalid value: {"a":1}: must not have unknown fields',
    ],
    "a default in metadata": [
      { type: "object", properties: { kind: { type: "string", default: "X" } } },
      "schema.properties[kind].default: Forbidden: must not be set in top-level kind",
    ],
    "map keys that may be absent": [
      spec({
        type: "array",
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["name"],
        items: { type: "object", properties: { name: { type: "string" } } },
      }),
      "schema.properties[spec].items.properties[name].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property",
    ],
    "map keys without the list type": [
      spec({ type: "array", "x-kubernetes-list-map-keys": ["name"], items: { type: "string" } }),
      "schema.properties[spec].x-kubernetes-list-type: Required value: must be map if x-kubernetes-list-map-keys is non-empty",
    ],
    "a set of granular objects": [
      spec({ type: "array", "x-kubernetes-list-type": "set", items: { type: "object" } }),
      "schema.properties[spec].items.x-kubernetes-map-type: Invalid value: null: must be atomic as item of a list with x-kubernetes-list-type=set",
    ],
    "int-or-string with preserved fields": [
      spec({ "x-kubernetes-int-or-string": true, "x-kubernetes-preserve-unknown-fields": true }),
      "schema.properties[spec].x-kubernetes-preserve-unknown-fields: Invalid value: true: must be false if x-kubernetes-int-or-string is true",
    ],
    "a keyword of the wrong type": [
      spec({ type: "string", minLength: "1" }),
      'schema.properties[spec].minLength: Invalid value: "string": schema.properties[spec].minLength in body must be of type integer: "string"',
    ],
    "something that is no schema": [
      "string",
      'schema: Invalid value: "string": schema in body must be of type object: "string"',
    ],
  };
  for (const [what, [schema, ...errors]] of Object.entries(refused)) {
    it(`refuses ${what}`, () => assert.deepEqual(problems(schema), errors));
  }

  it("refuses a schema nested without bound", () => {
    let schema: JsonObject = { type: "string" };
    for (let i = 0; i < 20_000; i++) schema = { type: "object", properties: { a: schema } };
    assert.match(problems(schema)[0] ?? "", /must not be nested deeper than 256 levels/);
  });

  it("never throws, whatever JSON stands in place of a schema", () => {
    const keyword = fc.constantFrom(
      "type",
      "properties",
      "items",
      "default",
      "enum",
      "required",
      "allOf",
      "not",
      "pattern",
      "x-kubernetes-list-type",
      "x-kubernetes-list-map-keys",
      "x-kubernetes-validations",
      "additionalProperties",
      "metadata",
      "__proto__",
    );
    const schema = fc.letrec((tie) => ({
      value: fc.oneof(
        fc.constantFrom<unknown>(null, true, 1, "object", "array", "map", [], {}, ["name"]),
        fc.array(fc.tuple(keyword, tie("value")), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
        fc.array(tie("value"), { maxLength: 2 }),
      ),
    })).value as fc.Arbitrary<JsonValue>;
    fc.assert(
      fc.property(schema, (value) => void problems(value)),
      { numRuns: 2_000 },
    );
  });
});
