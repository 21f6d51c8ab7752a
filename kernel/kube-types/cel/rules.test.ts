import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { JsonValue, KubeObject } from "../objects.ts";
import type { Schema, ValidationRule } from "../schema/types.ts";
import { checkCondition, checkSchemaRules, evaluateCondition, validateCustomResource, validateRules } from "./index.ts";

const withSpec = (spec: Schema): Schema => ({ type: "object", properties: { spec } });
const spec = (properties: Record<string, Schema>, ...rules: ValidationRule[]): Schema =>
  withSpec({ type: "object", properties, "x-kubernetes-validations": rules });

const INT: Schema = { type: "integer" };
const TEXT: Schema = { type: "string" };
const texts = (schema: Schema, value: JsonValue, old?: JsonValue) =>
  validateRules({ spec: value }, schema, old === undefined ? undefined : { spec: old }).map(
    ({ type, field, message }) => `${type} ${field}: ${message}`,
  );

describe("validateRules", () => {
  const replicas = { minReplicas: INT, replicas: INT, maxReplicas: INT };
  const bounded = spec(replicas, {
    rule: "self.minReplicas <= self.replicas && self.replicas <= self.maxReplicas",
    message: "replicas must be within bounds",
  });

  it("accepts what satisfies the rules", () => {
    assert.deepEqual(texts(bounded, { minReplicas: 1, replicas: 2, maxReplicas: 3 }), []);
  });
  it("reports the rule's message at the value that has the rule", () => {
    assert.deepEqual(texts(bounded, { minReplicas: 1, replicas: 5, maxReplicas: 3 }), [
      "FieldValueInvalid spec: Invalid value: replicas must be within bounds",
    ]);
  });
  it("quotes the rule where there is no message, and the value where it is no object", () => {
    const schema = spec({ size: { ...INT, "x-kubernetes-validations": [{ rule: "self > 5" }] } });
    assert.deepEqual(texts(schema, { size: 3 }), [
      "FieldValueInvalid spec.size: Invalid value: 3: failed rule: self > 5",
    ]);
  });
  it("says which key a rule could not read", () => {
    assert.deepEqual(texts(bounded, { minReplicas: 1 }), [
      'FieldValueInvalid spec: Invalid value: "object": no such key: replicas evaluating rule: replicas must be within bounds',
    ]);
  });
  it("makes the message by messageExpression, and falls back to the message", () => {
    const rule = {
      rule: "self.replicas < self.maxReplicas",
      messageExpression: "'at most %d'.format([self.maxReplicas - 1])",
    };
    assert.deepEqual(texts(spec(replicas, rule), { replicas: 5, maxReplicas: 3 }), [
      "FieldValueInvalid spec: Invalid value: at most 2",
    ]);
    const failing = {
      rule: "self.replicas < self.maxReplicas",
      message: "too many",
      messageExpression: "string(self.minReplicas)",
    };
    assert.deepEqual(texts(spec(replicas, failing), { replicas: 5, maxReplicas: 3 }), [
      "FieldValueInvalid spec: Invalid value: too many",
    ]);
  });
  it("reports with the rule's reason, at its fieldPath", () => {
    const rule: ValidationRule = {
      rule: "has(self.replicas)",
      message: "replicas is needed",
      reason: "FieldValueRequired",
      fieldPath: ".replicas",
    };
    assert.deepEqual(texts(spec(replicas, rule), {}), [
      "FieldValueRequired spec.replicas: Required value: replicas is needed",
    ]);
    const map: Schema = withSpec({
      type: "object",
      additionalProperties: INT,
      "x-kubernetes-validations": [
        { rule: "!('a.b' in self)", message: "no", reason: "FieldValueForbidden", fieldPath: "['a.b']" },
      ],
    });
    assert.deepEqual(texts(map, { "a.b": 1 }), ["FieldValueForbidden spec.[a.b]: Forbidden: no"]);
  });

  const immutable = spec(
    { class: TEXT, note: TEXT },
    { rule: "self.class == oldSelf.class", message: "class is immutable" },
  );
  it("evaluates transition rules on updates only", () => {
    assert.deepEqual(texts(immutable, { class: "a" }), []);
    assert.deepEqual(texts(immutable, { class: "b" }, { class: "a" }), [
      "FieldValueInvalid spec: Invalid value: class is immutable",
    ]);
    assert.deepEqual(texts(immutable, { class: "a", note: "x" }, { class: "a" }), []);
  });
  it("gives oldSelf as an optional where the rule asks for it, on creation too", () => {
    const schema = spec(
      { class: TEXT },
      { rule: "oldSelf.hasValue() || self.class == 'new'", message: "starts as new", optionalOldSelf: true },
    );
    assert.deepEqual(texts(schema, { class: "new" }), []);
    assert.deepEqual(texts(schema, { class: "old" }), ["FieldValueInvalid spec: Invalid value: starts as new"]);
    assert.deepEqual(texts(schema, { class: "old" }, { class: "new" }), []);
  });
  it("correlates items of a list of type map by their keys", () => {
    const schema = spec({
      ports: {
        type: "array",
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["name"],
        items: {
          type: "object",
          properties: { name: TEXT, port: INT },
          "x-kubernetes-validations": [{ rule: "self.port >= oldSelf.port", message: "must not shrink" }],
        },
      },
    });
    const old = {
      ports: [
        { name: "a", port: 1 },
        { name: "b", port: 5 },
      ],
    };
    assert.deepEqual(
      texts(
        schema,
        {
          ports: [
            { name: "b", port: 4 },
            { name: "a", port: 2 },
            { name: "c", port: 0 },
          ],
        },
        old,
      ),
      ["FieldValueInvalid spec.ports[0]: Invalid value: must not shrink"],
    );
  });
  it("does not report rules that a part broke before and that did not change", () => {
    const schema = spec({ size: { ...INT, "x-kubernetes-validations": [{ rule: "self > 5" }] }, note: TEXT });
    assert.deepEqual(texts(schema, { size: 3, note: "b" }, { size: 3, note: "a" }), []);
    assert.deepEqual(texts(schema, { size: 2 }, { size: 3 }).length, 1);
  });
  it("sees apiVersion, kind and metadata.name at the root", () => {
    const schema: Schema = {
      type: "object",
      properties: {},
      "x-kubernetes-validations": [{ rule: "self.metadata.name.startsWith('a') && self.kind == 'Widget'" }],
    };
    assert.deepEqual(validateRules({ apiVersion: "x/v1", kind: "Widget", metadata: { name: "abc" } }, schema), []);
    assert.equal(
      validateRules({ apiVersion: "x/v1", kind: "Widget", metadata: { name: "b" } }, schema)[0]?.field,
      "<nil>",
    );
  });
  it("passes over null", () => {
    const schema = spec({ size: { ...INT, nullable: true, "x-kubernetes-validations": [{ rule: "self > 5" }] } });
    assert.deepEqual(texts(schema, { size: null }), []);
  });
  it("compares an int-or-string only after its type was asked for", () => {
    const port: Schema = { "x-kubernetes-int-or-string": true, "x-kubernetes-validations": [{ rule: "self > 5" }] };
    assert.deepEqual(texts(spec({ port }), { port: 6 }), []);
    assert.deepEqual(texts(spec({ port }), { port: "x" }), [
      `FieldValueInvalid spec.port: Invalid value: "": 'no such overload': call arguments did not match a supported operator, function or macro signature for rule: self > 5`,
    ]);
  });
  it("stops when the rules cost too much", () => {
    const schema = spec(
      { names: { type: "array", items: TEXT } },
      { rule: "self.names.all(a, self.names.all(b, self.names.all(c, a + b + c != '')))", message: "costly" },
    );
    const names = Array.from({ length: 300 }, (_, i) => `n${i}`);
    assert.deepEqual(texts(schema, { names }), [
      "FieldValueInvalid spec: Invalid value: \"object\": 'operation cancelled: actual cost limit exceeded': no further validation rules will be run due to call cost exceeds limit for rule: costly",
    ]);
  });
  it("never throws, whatever the object is", () => {
    const anything = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>;
    fc.assert(
      fc.property(
        anything,
        (minReplicas) => void texts(bounded, { minReplicas, replicas: 1, maxReplicas: 2 }, { minReplicas: 1 }),
      ),
    );
  });
});

describe("validateCustomResource", () => {
  const schema = spec({ size: { ...INT, maximum: 9 } }, { rule: "self.size > 5", message: "too small" });
  const widget = (size: JsonValue) =>
    ({ apiVersion: "x/v1", kind: "Widget", metadata: {}, spec: { size } }) as unknown as KubeObject;
  it("evaluates the rules beside the rest", () => {
    assert.deepEqual(
      validateCustomResource(widget(3), schema).map(({ message }) => message),
      ["Invalid value: too small"],
    );
  });
  it("says that rules were not checked when the shape is wrong", () => {
    assert.deepEqual(
      validateCustomResource(widget("x"), schema).map(({ field, message }) => `${field}: ${message}`),
      [
        'spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"',
        "<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation",
      ],
    );
  });
});

describe("checkSchemaRules", () => {
  const problems = (schema: Schema) =>
    checkSchemaRules(schema, "schema").map(({ field, message }) => `${field}: ${message}`);
  const at = "schema.properties[spec].x-kubernetes-validations[0]";
  const quoted = (rule: string, rest: Partial<Record<string, string>> = {}) =>
    `{"Rule":${JSON.stringify(rule)},"Message":"","MessageExpression":${JSON.stringify(rest.messageExpression ?? "")},"Reason":null,"FieldPath":"","OptionalOldSelf":null}`;

  it("accepts rules that compile", () => {
    assert.deepEqual(problems(spec({ a: TEXT }, { rule: "self.a.size() > 1" }, { rule: "self.a == oldSelf.a" })), []);
  });
  const refused: Record<string, [Schema, string]> = {
    "a field that is not there": [
      spec({ a: TEXT }, { rule: "self.b == 'x'" }),
      `${at}.rule: Invalid value: ${quoted("self.b == 'x'")}: compilation failed: ERROR: <input>:1:5: undefined field 'b'\n | self.b == 'x'\n | ....^`,
    ],
    "a rule that gives no boolean": [
      spec({ a: TEXT }, { rule: "self.a" }),
      `${at}.rule: Invalid value: ${quoted("self.a")}: cel expression must evaluate to a bool`,
    ],
    "a message that is no text": [
      spec({ a: TEXT }, { rule: "true", messageExpression: "1" }),
      `${at}.messageExpression: Invalid value: ${quoted("true", { messageExpression: "1" })}: messageExpression must evaluate to a string`,
    ],
    "an empty rule": [spec({ a: TEXT }, { rule: " " }), `${at}.rule: Required value: rule is not specified`],
    "a fieldPath that leads nowhere": [
      spec({ a: TEXT }, { rule: "true", fieldPath: ".b" }),
      `${at}.fieldPath: Invalid value: ".b": must be a valid path`,
    ],
    "a message over several lines": [
      spec({ a: TEXT }, { rule: "true", message: "a\nb" }),
      `${at}.message: Invalid value: "a\\nb": must not contain line breaks`,
    ],
    "optionalOldSelf without oldSelf": [
      spec({ a: TEXT }, { rule: "true", optionalOldSelf: true }),
      `${at}.optionalOldSelf: Invalid value: true: may not be set if oldSelf is not used in rule`,
    ],
    "oldSelf below a list whose items cannot be told apart": [
      spec({ a: { type: "array", items: { ...TEXT, "x-kubernetes-validations": [{ rule: "self == oldSelf" }] } } }),
      'schema.properties[spec].properties[a].items.x-kubernetes-validations[0].rule: Invalid value: "self == oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within schema.properties[spec].properties[a]',
    ],
  };
  for (const [what, [schema, problem]] of Object.entries(refused)) {
    it(`refuses ${what}`, () => assert.deepEqual(problems(schema), [problem]));
  }
});

describe("evaluateCondition", () => {
  const request = { operation: "CREATE", userInfo: { username: "jane" } };
  it("decides by the object and the request", () => {
    const expression = "request.operation == 'CREATE' && object.metadata.labels['team'] == 'a' && oldObject == null";
    assert.equal(evaluateCondition(expression, { request, object: { metadata: { labels: { team: "a" } } } }), true);
    assert.equal(evaluateCondition(expression, { request, object: { metadata: { labels: { team: "b" } } } }), false);
  });
  it("fails with the reason when it cannot be evaluated", () => {
    assert.throws(() => evaluateCondition("object.metadata.nope == 1", { request, object: { metadata: {} } }), {
      message: "no such key: nope",
    });
  });
  it("must compile to a boolean", () => {
    assert.equal(checkCondition("request.operation == 'CREATE'"), undefined);
    assert.equal(checkCondition("'a'"), "must evaluate to bool but got string");
    assert.match(checkCondition("nope") ?? "", /undeclared reference to 'nope'/);
  });
});
