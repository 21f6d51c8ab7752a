import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { JsonObject, JsonValue } from "../objects.ts";
import { isJsonObject } from "../schema/json-value.ts";
import type { Schema } from "../schema/types.ts";
import { applyStrategicMergePatch } from "./index.ts";

interface Golden {
  schema: Schema;
  object: JsonObject;
  patch: JsonObject;
  result?: JsonObject;
  error?: string;
}

const file = new URL("testdata/strategic-merge-patch.jsonl", import.meta.url);
const goldens = readFileSync(file, "utf8").trim().split("\n");

/** What decoding into a Go type drops: nulls, and directives as unknown fields. */
function decoded(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(decoded);
  if (!isJsonObject(value)) return value;
  const kept = Object.entries(value).filter(([name, member]) => member !== null && !name.startsWith("$"));
  return Object.fromEntries(kept.map(([name, member]) => [name, decoded(member)]));
}

describe("a strategic merge patch gives what Kubernetes gives", () => {
  for (const [index, line] of goldens.entries()) {
    it(`for patch ${index + 1}`, () => {
      const { schema, object, patch, result, error } = JSON.parse(line) as Golden;
      const apply = (): JsonObject => applyStrategicMergePatch(object, patch, schema);
      if (result === undefined) assert.throws(apply, { message: error ?? "" });
      else assert.deepEqual(apply(), decoded(result));
    });
  }
});
