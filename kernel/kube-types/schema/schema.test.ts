import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { JsonValue, KubeObject } from "../objects.ts";
import {
  applyDefaults,
  checkEmbeddedResources,
  checkListTypes,
  cloneJson,
  defaultObject,
  dropForbiddenNulls,
  prune,
  pruneObject,
  type Schema,
  validateObject,
  validateValue,
} from "./index.ts";

const object = (fields: Record<string, JsonValue>): KubeObject =>
  ({ apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "a" }, ...fields }) as KubeObject;

const SCHEMA: Schema = {
  type: "object",
  properties: {
    spec: {
      type: "object",
      default: {},
      properties: {
        mode: { type: "string", default: "A" },
        note: { type: "string", nullable: true, default: "none" },
        limit: { type: "integer" },
        list: { type: "array", items: { type: "object", properties: { size: { type: "integer", default: 1 } } } },
        map: {
          type: "object",
          additionalProperties: { type: "object", properties: { on: { type: "boolean", default: true } } },
        },
        raw: {
          type: "object",
          "x-kubernetes-preserve-unknown-fields": true,
          properties: { known: { type: "object", properties: { a: { type: "string" } } } },
        },
        template: {
          type: "object",
          "x-kubernetes-embedded-resource": true,
          "x-kubernetes-preserve-unknown-fields": true,
        },
        set: { type: "array", "x-kubernetes-list-type": "set", items: { type: "string" } },
        ports: {
          type: "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["port", "protocol"],
          items: {
            type: "object",
            properties: { port: { type: "integer" }, protocol: { type: "string", default: "TCP" } },
          },
        },
      },
    },
  },
};

describe("defaultObject", () => {
  it("fills in what is absent, at every level below what is there", () => {
    const value = object({ spec: { list: [{}], map: { x: {} } } });
    defaultObject(value, SCHEMA);
    assert.deepEqual((value as unknown as { spec: JsonValue }).spec, {
      list: [{ size: 1 }],
      map: { x: { on: true } },
      mode: "A",
      note: "none",
    });
  });
  it("follows the defaults of a default", () => {
    const value: JsonValue = {};
    applyDefaults(value, SCHEMA);
    assert.deepEqual(value, { spec: { mode: "A", note: "none" } });
  });
  it("replaces a null that is not nullable, keeps one that is, and drops one without a default", () => {
    const value: JsonValue = { spec: { mode: null, note: null, limit: null } };
    dropForbiddenNulls(value, SCHEMA);
    applyDefaults(value, SCHEMA);
    assert.deepEqual(value, { spec: { mode: "A", note: null } });
  });
  it("gives every object its own copy of a default", () => {
    const [a, b] = [{}, {}] as [Record<string, JsonValue>, Record<string, JsonValue>];
    applyDefaults(a, SCHEMA);
    applyDefaults(b, SCHEMA);
    assert.notEqual(a["spec"], b["spec"]);
    assert.deepEqual(SCHEMA.properties?.["spec"]?.default, {});
  });
});

describe("pruneObject", () => {
  it("removes unknown fields and says where they were", () => {
    const value = object({
      nope: 1,
      spec: { mode: "A", nope: { a: 1 }, list: [{ nope: 1 }], map: { x: { nope: 1 } } },
    });
    assert.deepEqual(pruneObject(value, SCHEMA), ["nope", "spec.list[0].nope", "spec.map.x.nope", "spec.nope"]);
    assert.deepEqual(value, object({ spec: { mode: "A", list: [{}], map: { x: {} } } }));
  });
  it("keeps what is below preserved fields, but prunes what has a schema of its own there", () => {
    const value = object({ spec: { raw: { any: { thing: [1] }, known: { a: "", b: "" } } } });
    assert.deepEqual(pruneObject(value, SCHEMA), ["spec.raw.known.b"]);
    assert.deepEqual(value, object({ spec: { raw: { any: { thing: [1] }, known: { a: "" } } } }));
  });
  it("keeps apiVersion, kind and metadata of the object and of embedded resources only", () => {
    const value = object({
      spec: { metadata: {}, template: { apiVersion: "v1", kind: "Pod", metadata: { name: "x" } } },
    });
    assert.deepEqual(pruneObject(value, SCHEMA), ["spec.metadata"]);
  });
});

describe("list types", () => {
  const duplicates = (spec: JsonValue) =>
    checkListTypes({ spec }, SCHEMA).map(({ field, message }) => `${field}: ${message}`);
  it("reports each repeated item of a set once", () => {
    assert.deepEqual(duplicates({ set: ["a", "b", "a", "a"] }), ['spec.set[2]: Duplicate value: "a"']);
  });
  it("reports items of a map list with the same keys", () => {
    const ports = [
      { port: 1, protocol: "TCP" },
      { port: 1, protocol: "UDP" },
      { protocol: "TCP", port: 1 },
    ];
    assert.deepEqual(duplicates({ ports }), ['spec.ports[2]: Duplicate value: {"port":1,"protocol":"TCP"}']);
  });
  it("lets an update pass whose stored object broke the rule already", () => {
    const broken = object({ spec: { set: ["a", "a"] } });
    assert.deepEqual(validateObject(object({ spec: { set: ["a", "a", "b"] } }), SCHEMA, broken), []);
  });
});

describe("embedded resources", () => {
  const problems = (template: JsonValue) =>
    checkEmbeddedResources({ spec: { template } }, SCHEMA).map(({ field, message }) => `${field}: ${message}`);
  it("must name their apiVersion and kind", () => {
    assert.deepEqual(problems({ kind: "Pod!" }), [
      "spec.template.apiVersion: Required value",
      "spec.template.kind: Invalid value: \"Pod!\": may have mixed case, but should otherwise match: a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
    ]);
  });
  it("must have metadata that is an object", () => {
    assert.deepEqual(problems({ apiVersion: "v1", kind: "Pod", metadata: 1 }), [
      "spec.template.metadata: Invalid value: 1: must be an object",
    ]);
  });
});

describe("for any JSON", () => {
  const keys = fc.constantFrom(
    "spec",
    "mode",
    "note",
    "list",
    "map",
    "raw",
    "set",
    "ports",
    "template",
    "metadata",
    "__proto__",
    "constructor",
    "toString",
    "x",
  );
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom<unknown>(null, true, 0, 1.5, -3e9, "", "A", "2020-01-01T00:00:00Z"),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.array(fc.tuple(keys, tie("value")), { maxLength: 4 }).map((members) => {
        const text = members.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(",");
        return JSON.parse(`{${text}}`) as unknown;
      }),
    ),
  })).value as fc.Arbitrary<JsonValue>;
  const anyObject = json.map((spec): JsonValue => ({ spec }));

  it("validation never throws", () => {
    fc.assert(
      fc.property(anyObject, (value) => {
        validateValue(value, SCHEMA);
        checkListTypes(value, SCHEMA);
        checkEmbeddedResources(value, SCHEMA);
      }),
    );
  });
  it("pruning is idempotent", () => {
    fc.assert(
      fc.property(anyObject, (value) => {
        prune(value, SCHEMA);
        const once = cloneJson(value);
        assert.deepEqual(prune(value, SCHEMA), []);
        assert.deepEqual(value, once);
      }),
    );
  });
  it("defaulting is idempotent", () => {
    fc.assert(
      fc.property(anyObject, (value) => {
        applyDefaults(value, SCHEMA);
        const once = cloneJson(value);
        applyDefaults(value, SCHEMA);
        assert.deepEqual(value, once);
      }),
    );
  });
  it("neither values nor schemas change a prototype", () => {
    const hostile = JSON.parse(
      '{"type":"object","properties":{"__proto__":{"type":"object","default":{"polluted":true}}}}',
    ) as Schema;
    fc.assert(
      fc.property(anyObject, (value) => {
        applyDefaults(value, hostile);
        prune(value, hostile);
        assert.equal(Object.getPrototypeOf(value), Object.prototype);
        assert.equal(({} as { polluted?: boolean }).polluted, undefined);
      }),
    );
  });
  it("values of any depth are walked no deeper than the schema", () => {
    const deep = JSON.parse(`{"spec":{"raw":${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}}}`) as JsonValue;
    assert.deepEqual(prune(deep, SCHEMA), []);
    assert.deepEqual(validateValue(deep, SCHEMA), []);
  });
});
