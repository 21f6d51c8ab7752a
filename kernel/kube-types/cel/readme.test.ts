import assert from "node:assert/strict";
import { it } from "node:test";
import type { Schema } from "../schema/index.ts";
import { evaluateCondition, validateCustomResource } from "./index.ts";

it("the README's example works", () => {
  const schema: Schema = {
    type: "object",
    properties: {
      spec: {
        type: "object",
        properties: { min: { type: "integer" }, max: { type: "integer" } },
        "x-kubernetes-validations": [
          { rule: "self.min <= self.max", messageExpression: "'min is above %d'.format([self.max])" },
        ],
      },
    },
  };
  const widget = { apiVersion: "example.com/v1", kind: "Widget", metadata: {}, spec: { min: 3, max: 2 } };
  const message = "Invalid value: min is above 2";
  assert.deepEqual(validateCustomResource(widget, schema), [{ type: "FieldValueInvalid", field: "spec", message }]);
  assert.equal(evaluateCondition("request.operation == 'CREATE'", { request: { operation: "CREATE" } }), true);
});
