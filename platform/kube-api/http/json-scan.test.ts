import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { MAX_JSON_DEPTH, scanJson } from "./json-scan.ts";

const found: Record<string, string[]> = {
  "{}": [],
  '{"a":1,"b":{"a":1}}': [],
  '{"a":1,"a":2}': ["a"],
  '{"a":1,"a":2,"a":3}': ["a", "a"],
  '{"spec":{"x":[{"y":1},{"y":1,"y":2}]}}': ["spec.x[1].y"],
  '[{"a":[1,2,{"b":1,"b":2}]}]': ["[0].a[2].b"],
  '{"a":"{\\"a\\":1}","b":"\\\\"}': [],
  '{"\\u0061":1,"a":2}': ["a"],
  '{ "a" : 1 , "a" : 2 }': ["a"],
};

describe("a scan of JSON", () => {
  for (const [text, duplicates] of Object.entries(found)) {
    it(`finds ${JSON.stringify(duplicates)} twice in ${text}`, () => {
      JSON.parse(text);
      assert.deepEqual(scanJson(text), { duplicates, isTooDeep: false });
    });
  }

  it("finds nothing in what was written from values", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 20 }), (value) => {
        assert.deepEqual(scanJson(JSON.stringify(value)), { duplicates: [], isTooDeep: false });
        assert.deepEqual(scanJson(JSON.stringify(value, undefined, 2)), { duplicates: [], isTooDeep: false });
      }),
    );
  });

  it("stops at the depth that is too deep", () => {
    const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
    assert.equal(scanJson(nested(MAX_JSON_DEPTH)).isTooDeep, false);
    assert.equal(scanJson(nested(MAX_JSON_DEPTH + 1)).isTooDeep, true);
  });
});
