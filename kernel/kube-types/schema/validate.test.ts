import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonValue } from "../objects.ts";
import { type Schema, validateValue } from "./index.ts";

const CRON_TAB: Schema = {
  type: "object",
  properties: {
    spec: {
      type: "object",
      required: ["image"],
      minProperties: 1,
      maxProperties: 4,
      properties: {
        image: { type: "string", minLength: 2, maxLength: 6, pattern: "^[a-z]+$" },
        replicas: { type: "integer", format: "int32", minimum: 1, maximum: 20 },
        share: { type: "number", exclusiveMinimum: true, minimum: 0, multipleOf: 0.25 },
        mode: { type: "string", enum: ["A", "B"] },
        port: { "x-kubernetes-int-or-string": true },
        at: { type: "string", format: "date-time" },
        names: { type: "array", minItems: 1, maxItems: 2, items: { type: "string" } },
        labels: { type: "object", additionalProperties: { type: "string" } },
        note: { type: "string", nullable: true },
        one: {
          type: "object",
          oneOf: [{ required: ["a"] }, { required: ["b"] }],
          properties: { a: { type: "string" }, b: { type: "string" } },
        },
        any: { type: "integer", anyOf: [{ maximum: 1 }, { minimum: 10, multipleOf: 5 }] },
        not: { type: "string", not: { enum: ["x"] } },
        all: { type: "string", allOf: [{ minLength: 2 }, { pattern: "^a" }] },
      },
    },
  },
};

const errorsOf = (spec: JsonValue) =>
  validateValue({ spec }, CRON_TAB).map(({ type, field, message }) => `${type} ${field}: ${message}`);

describe("validateValue", () => {
  const valid: Record<string, JsonValue> = {
    "a minimal object": { image: "web" },
    "a whole number for type number": { image: "web", share: 1 },
    "either type of int-or-string": { image: "web", port: "http" },
    "null where nullable": { image: "web", note: null },
    "exactly one branch of oneOf": { image: "web", one: { a: "" } },
    "the second branch of anyOf": { image: "web", any: 15 },
    "characters outside the basic plane counted once": { image: "web", all: "a😀" },
  };
  for (const [what, spec] of Object.entries(valid)) it(`accepts ${what}`, () => assert.deepEqual(errorsOf(spec), []));

  const invalid: Record<string, [JsonValue, ...string[]]> = {
    "a required field is absent": [{ mode: "A" }, "FieldValueRequired spec.image: Required value"],
    "the type is wrong": [
      { image: 1 },
      'FieldValueTypeInvalid spec.image: Invalid value: "integer": spec.image in body must be of type string: "integer"',
    ],
    "null is not allowed": [
      { image: null },
      'FieldValueTypeInvalid spec.image: Invalid value: "null": spec.image in body must be of type string: "null"',
    ],
    "a number with format has a fraction": [
      { image: "web", replicas: 1.5 },
      'FieldValueTypeInvalid spec.replicas: Invalid value: "float64": spec.replicas in body must be of type int32: "float64"',
    ],
    "int-or-string is neither": [
      { image: "web", port: true },
      'FieldValueTypeInvalid spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"',
    ],
    "a number is too large": [
      { image: "web", replicas: 21 },
      "FieldValueInvalid spec.replicas: Invalid value: 21: spec.replicas in body should be less than or equal to 20",
    ],
    "a number is not above its bound": [
      { image: "web", share: 0 },
      "FieldValueInvalid spec.share: Invalid value: 0: spec.share in body should be greater than 0",
    ],
    "a number is no multiple": [
      { image: "web", share: 0.3 },
      "FieldValueInvalid spec.share: Invalid value: 0.3: spec.share in body should be a multiple of 0.25",
    ],
    "a text is too short": [
      { image: "w" },
      'FieldValueInvalid spec.image: Invalid value: "w": spec.image in body should be at least 2 chars long',
    ],
    "a text is too long": [
      { image: "website" },
      "FieldValueTooLong spec.image: Too long: may not be more than 6 bytes",
    ],
    "a pattern does not match": [
      { image: "Web" },
      `FieldValueInvalid spec.image: Invalid value: "Web": spec.image in body should match '^[a-z]+$'`,
    ],
    "a text ends in a line break after the pattern": [
      { image: "web\n" },
      `FieldValueInvalid spec.image: Invalid value: "web\\n": spec.image in body should match '^[a-z]+$'`,
    ],
    "a value is not in the enum": [
      { image: "web", mode: "C" },
      'FieldValueNotSupported spec.mode: Unsupported value: "C": supported values: "A", "B"',
    ],
    "a format does not hold": [
      { image: "web", at: "soon" },
      'FieldValueTypeInvalid spec.at: Invalid value: "soon": spec.at in body must be of type date-time: "soon"',
    ],
    "a list is too short": [
      { image: "web", names: [] },
      "FieldValueInvalid spec.names: Invalid value: 0: spec.names in body should have at least 1 items",
    ],
    "a list is too long": [
      { image: "web", names: ["a", "b", "c"] },
      "FieldValueTooMany spec.names: Too many: 3: must have at most 2 items",
    ],
    "an item is wrong": [
      { image: "web", names: [1] },
      'FieldValueTypeInvalid spec.names[0]: Invalid value: "integer": spec.names[0] in body must be of type string: "integer"',
    ],
    "a map's value is wrong": [
      { image: "web", labels: { app: 1 } },
      'FieldValueTypeInvalid spec.labels.app: Invalid value: "integer": spec.labels.app in body must be of type string: "integer"',
    ],
    "no branch of oneOf holds": [
      { image: "web", one: {} },
      'FieldValueInvalid <nil>: Invalid value: "": "spec.one" must validate one and only one schema (oneOf). Found none valid',
      "FieldValueRequired spec.one.a: Required value",
    ],
    "both branches of oneOf hold": [
      { image: "web", one: { a: "", b: "" } },
      'FieldValueInvalid <nil>: Invalid value: "": "spec.one" must validate one and only one schema (oneOf). Found 2 valid alternatives',
    ],
    "a forbidden schema holds": [
      { image: "web", not: "x" },
      'FieldValueInvalid <nil>: Invalid value: "": "spec.not" must not validate the schema (not)',
    ],
    "one of allOf fails": [
      { image: "web", all: "bb" },
      `FieldValueInvalid spec.all: Invalid value: "bb": spec.all in body should match '^a'`,
      'FieldValueInvalid <nil>: Invalid value: "": "spec.all" must validate all the schemas (allOf)',
    ],
    "there are too many properties": [
      { image: "web", mode: "A", port: 1, replicas: 1, note: "" },
      "FieldValueTooMany spec: Too many: 5: must have at most 4 items",
    ],
    "a number leaves its format's range": [
      { image: "web", replicas: 3_000_000_000 },
      'FieldValueInvalid <nil>: Invalid value: "": Checked value must be of type integer with format int32 in spec.replicas',
      "FieldValueInvalid spec.replicas: Invalid value: 3000000000: spec.replicas in body should be less than or equal to 20",
    ],
  };
  for (const [what, [spec, ...errors]] of Object.entries(invalid)) {
    it(`reports in the API server's words when ${what}`, () => assert.deepEqual(errorsOf(spec), errors));
  }

  it("does not take an inherited member for a required field", () => {
    assert.equal(validateValue({}, { type: "object", required: ["constructor"] }).length, 1);
  });

  it("does not report errors in parts that did not change", () => {
    const old = { spec: { image: "OLD", mode: "C" } };
    assert.deepEqual(validateValue({ spec: { image: "OLD", mode: "A" } }, CRON_TAB, { old }), []);
    assert.deepEqual(
      validateValue({ spec: { image: "NEW", mode: "C" } }, CRON_TAB, { old }).map(({ field }) => field),
      ["spec.image"],
    );
  });

  it("correlates the items of a list of type map by their keys", () => {
    const schema: Schema = {
      type: "array",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name"],
      items: { type: "object", properties: { name: { type: "string" }, size: { type: "integer", maximum: 1 } } },
    };
    const old = [
      { name: "a", size: 2 },
      { name: "b", size: 3 },
    ];
    const value = [
      { name: "b", size: 3 },
      { name: "a", size: 4 },
    ];
    assert.deepEqual(
      validateValue(value, schema, { old }).map(({ field }) => field),
      ["[1].size"],
    );
  });

  it("names the path of a part that is validated alone", () => {
    const errors = validateValue(
      { replicas: "x" },
      { type: "object", properties: { replicas: { type: "integer" } } },
      { field: "status" },
    );
    assert.deepEqual(
      errors.map(({ field }) => field),
      ["status.replicas"],
    );
  });
});
