import assert from "node:assert/strict";
import { it } from "node:test";
import type { JsonValue } from "@tegata/kube-types";
import type { Schema } from "@tegata/kube-types/schema";
import { TestApi } from "../registry/testing.ts";
import type { ResourceDefinition } from "../registry/types.ts";
import { builtinResources } from "./index.ts";

/** How deep fields are spoilt: below this, kinds share the schemas of Pods and selectors. */
const MAX_DEPTH = 5;

/** A wrong value for every field, under the path that leads to it. */
function spoiltBodies(schema: Schema, depth = 0): JsonValue[] {
  const wrong: JsonValue[] = [WRONG[schema.type ?? "any"] ?? []];
  if (depth === MAX_DEPTH) return wrong;
  if (schema.items !== undefined) return [...wrong, ...spoiltBodies(schema.items, depth + 1).map((item) => [item])];
  const fields = Object.entries(schema.properties ?? {}).filter(([name]) => depth > 0 || !TYPE_AND_METADATA.has(name));
  const below = fields.flatMap(([name, field]) => spoiltBodies(field, depth + 1).map((value) => ({ [name]: value })));
  return [...wrong, ...below];
}

const TYPE_AND_METADATA = new Set(["apiVersion", "kind", "metadata"]);

const WRONG: Readonly<Record<string, JsonValue>> = {
  string: { a: 1 },
  integer: "x",
  number: "x",
  boolean: "x",
  array: "x",
  object: "x",
};

function collectionPath({ group, version, plural, namespaced }: ResourceDefinition): string {
  const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  return `${root}/${namespaced ? "namespaces/default/" : ""}${plural}`;
}

it("takes no malformed body of a built-in kind for a failure of its own", async (t) => {
  const api = await TestApi.start(t);
  for (const definition of builtinResources()) {
    await t.test(`${definition.kind}.${definition.version}.${definition.group}`, async () => {
      for (const body of [{}, ...spoiltBodies(definition.schema ?? {})]) {
        if (typeof body !== "object" || Array.isArray(body) || body === null) continue;
        const named = { ...body, metadata: { generateName: "a" } };
        const { status, text } = await api.post(collectionPath(definition), named);
        assert.ok(status < 500, `${JSON.stringify(body)}: ${text}`);
      }
    });
  }
});
