import assert from "node:assert/strict";
import { it } from "node:test";
import type { JsonObject } from "@tegata/kube-types";
import { applyConfiguration, resetFieldsOf, trackUpdate } from "@tegata/kube-types/apply";
import type { Schema } from "@tegata/kube-types/schema";

const spec: Schema = { type: "object", properties: { replicas: { type: "integer" }, image: { type: "string" } } };
const schema: Schema = { type: "object", properties: { spec } };
const now = new Date(0);
const shop = (wanted: JsonObject) => ({
  apiVersion: "example.com/v1",
  kind: "Shop",
  metadata: { name: "shop" },
  spec: wanted,
});

it("the README's example works", () => {
  const request = { schema, apiVersion: "example.com/v1", kind: "Shop", now, resetFields: resetFieldsOf("", true) };

  const created = applyConfiguration(undefined, shop({ replicas: 2 }), { ...request, manager: "ops", force: false });
  const { object } = applyConfiguration(created.object, shop({ image: "web:1" }), {
    ...request,
    manager: "ci",
    force: false,
  });

  const changed = { ...object, spec: { replicas: 5, image: "web:1" } };
  const updated = trackUpdate(object, changed, { ...request, manager: "scaler" });

  const again = (): unknown =>
    applyConfiguration(updated, shop({ replicas: 3 }), { ...request, manager: "ops", force: false });
  assert.throws(again, {
    message: 'Apply failed with 1 conflict: conflict with "scaler" using example.com/v1: .spec.replicas',
  });
});
