import assert from "node:assert/strict";
import { it } from "node:test";
import { checkStructural, defaultObject, pruneObject, type Schema, validateObject } from "./index.ts";

it("the README's example works", () => {
  const schema: Schema = {
    type: "object",
    properties: { spec: { type: "object", properties: { mode: { type: "string", enum: ["A", "B"], default: "A" } } } },
  };
  assert.deepEqual(checkStructural(structuredClone(schema) as never, "schema"), []);
  const widget = { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "w" }, spec: { nope: 1 } };
  assert.deepEqual(pruneObject(widget, schema), ["spec.nope"]);
  defaultObject(widget, schema);
  assert.deepEqual(widget.spec, { mode: "A" });
  const wrong = { ...widget, spec: { mode: "C" } };
  const message = 'Unsupported value: "C": supported values: "A", "B"';
  assert.deepEqual(validateObject(wrong, schema), [{ type: "FieldValueNotSupported", field: "spec.mode", message }]);
});
