import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { JsonObject, JsonValue } from "../objects.ts";
import { equalJson, isJsonObject } from "../schema/json-value.ts";
import { applyMergePatch } from "./index.ts";

const rfc7386AppendixA: [target: JsonValue, patch: JsonValue, result: JsonValue][] = [
  [{ a: "b" }, { a: "c" }, { a: "c" }],
  [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
  [{ a: "b" }, { a: null }, {}],
  [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
  [{ a: ["b"] }, { a: "c" }, { a: "c" }],
  [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
  [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
  [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
  [
    ["a", "b"],
    ["c", "d"],
    ["c", "d"],
  ],
  [{ a: "b" }, ["c"], ["c"]],
  [{ a: "foo" }, null, null],
  [{ a: "foo" }, "bar", "bar"],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: "b", c: null }, { a: "b" }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

describe("RFC 7386 appendix A", () => {
  for (const [target, patch, result] of rfc7386AppendixA) {
    it(`${JSON.stringify(target)} + ${JSON.stringify(patch)} = ${JSON.stringify(result)}`, () => {
      const before = structuredClone([target, patch]);
      assert.deepEqual(applyMergePatch(target, patch), result);
      assert.deepEqual([target, patch], before);
    });
  }
});

/** The merge patch that turns one object into the other; neither may hold `null`, which a merge patch cannot say. */
function diff(from: JsonObject, to: JsonObject): JsonObject {
  const patch: JsonObject = {};
  for (const name of Object.keys(from)) if (!Object.hasOwn(to, name)) patch[name] = null;
  for (const [name, value] of Object.entries(to)) {
    const old = Object.hasOwn(from, name) ? from[name] : undefined;
    if (equalJson(old, value)) continue;
    patch[name] = isJsonObject(old) && isJsonObject(value) ? diff(old, value) : value;
  }
  return patch;
}

describe("applyMergePatch", () => {
  it("makes an object of an absent target", () => {
    assert.deepEqual(applyMergePatch(undefined, { a: { b: null } }), { a: {} });
  });

  it("takes __proto__ for a member like any other", () => {
    const patch = JSON.parse('{"__proto__":{"polluted":true}}') as JsonValue;
    const merged = applyMergePatch({ a: 1 }, patch);
    assert.equal(JSON.stringify(merged), '{"a":1,"__proto__":{"polluted":true}}');
    assert.equal(({} as { polluted?: boolean }).polluted, undefined);
  });

  it("refuses a value that is nested too deep to walk", () => {
    let patch: JsonValue = {};
    for (let depth = 0; depth < 2000; depth++) patch = { a: patch };
    assert.throws(() => applyMergePatch({}, patch), { code: "PATCH_MALFORMED" });
  });

  it("carries any object into any other by their difference", () => {
    const { object } = fc.letrec<{ value: JsonValue; object: JsonObject }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.integer(),
        fc.string(),
        fc.array(tie("value"), { maxLength: 3 }),
        tie("object"),
      ),
      object: fc.dictionary(fc.constantFrom("a", "b", "c", "d"), tie("value")) as fc.Arbitrary<JsonObject>,
    }));
    fc.assert(
      fc.property(object, object, (from, to) => {
        assert.ok(equalJson(applyMergePatch(from, diff(from, to)), to));
      }),
    );
  });
});
