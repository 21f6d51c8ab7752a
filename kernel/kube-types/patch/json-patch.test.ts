import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { applyJsonPatch, MAX_JSON_PATCH_OPERATIONS } from "./index.ts";
import type { JsonValue } from "../objects.ts";

interface Case {
  document: JsonValue;
  patch: JsonValue;
  /** Undefined: the patch is refused with `code`. */
  result?: JsonValue;
  code?: string;
}

const rfc6902AppendixA: Record<string, Case> = {
  "A.1 adds an object member": {
    document: { foo: "bar" },
    patch: [{ op: "add", path: "/baz", value: "qux" }],
    result: { baz: "qux", foo: "bar" },
  },
  "A.2 adds an array element": {
    document: { foo: ["bar", "baz"] },
    patch: [{ op: "add", path: "/foo/1", value: "qux" }],
    result: { foo: ["bar", "qux", "baz"] },
  },
  "A.3 removes an object member": {
    document: { baz: "qux", foo: "bar" },
    patch: [{ op: "remove", path: "/baz" }],
    result: { foo: "bar" },
  },
  "A.4 removes an array element": {
    document: { foo: ["bar", "qux", "baz"] },
    patch: [{ op: "remove", path: "/foo/1" }],
    result: { foo: ["bar", "baz"] },
  },
  "A.5 replaces a value": {
    document: { baz: "qux", foo: "bar" },
    patch: [{ op: "replace", path: "/baz", value: "boo" }],
    result: { baz: "boo", foo: "bar" },
  },
  "A.6 moves a value": {
    document: { foo: { bar: "baz", waldo: "fred" }, qux: { corge: "grault" } },
    patch: [{ op: "move", from: "/foo/waldo", path: "/qux/thud" }],
    result: { foo: { bar: "baz" }, qux: { corge: "grault", thud: "fred" } },
  },
  "A.7 moves an array element": {
    document: { foo: ["all", "grass", "cows", "eat"] },
    patch: [{ op: "move", from: "/foo/1", path: "/foo/3" }],
    result: { foo: ["all", "cows", "eat", "grass"] },
  },
  "A.8 passes a test that holds": {
    document: { baz: "qux", foo: ["a", 2, "c"] },
    patch: [
      { op: "test", path: "/baz", value: "qux" },
      { op: "test", path: "/foo/1", value: 2 },
    ],
    result: { baz: "qux", foo: ["a", 2, "c"] },
  },
  "A.9 refuses a test that does not hold": {
    document: { baz: "qux" },
    patch: [{ op: "test", path: "/baz", value: "bar" }],
    code: "PATCH_NOT_APPLICABLE",
  },
  "A.10 adds a nested member object": {
    document: { foo: "bar" },
    patch: [{ op: "add", path: "/child", value: { grandchild: {} } }],
    result: { foo: "bar", child: { grandchild: {} } },
  },
  "A.11 ignores members that it does not know": {
    document: { foo: "bar" },
    patch: [{ op: "add", path: "/baz", value: "qux", xyz: 123 }],
    result: { foo: "bar", baz: "qux" },
  },
  "A.12 refuses to add to a target that does not exist": {
    document: { foo: "bar" },
    patch: [{ op: "add", path: "/baz/bat", value: "qux" }],
    code: "PATCH_NOT_APPLICABLE",
  },
  "A.14 unescapes ~": {
    document: { "/": 9, "~1": 10 },
    patch: [{ op: "test", path: "/~01", value: 10 }],
    result: { "/": 9, "~1": 10 },
  },
  "A.15 tells strings from numbers": {
    document: { "/": 9, "~1": 10 },
    patch: [{ op: "test", path: "/~01", value: "10" }],
    code: "PATCH_NOT_APPLICABLE",
  },
  "A.16 adds an array value": {
    document: { foo: ["bar"] },
    patch: [{ op: "add", path: "/foo/-", value: ["abc", "def"] }],
    result: { foo: ["bar", ["abc", "def"]] },
  },
};

const beyond: Record<string, Case> = {
  "replaces the whole document": {
    document: { a: 1 },
    patch: [{ op: "replace", path: "", value: { b: 2 } }],
    result: { b: 2 },
  },
  "tests the whole document": {
    document: { a: 1 },
    patch: [{ op: "test", path: "", value: { a: 1 } }],
    result: { a: 1 },
  },
  "adds over an existing member": {
    document: { a: 1 },
    patch: [{ op: "add", path: "/a", value: 2 }],
    result: { a: 2 },
  },
  "copies deeply": {
    document: { a: { x: 1 } },
    patch: [
      { op: "copy", from: "/a", path: "/b" },
      { op: "replace", path: "/b/x", value: 2 },
    ],
    result: { a: { x: 1 }, b: { x: 2 } },
  },
  "moves a value onto itself": {
    document: { a: 1 },
    patch: [{ op: "move", from: "/a", path: "/a" }],
    result: { a: 1 },
  },
  "refuses to move a value into itself": {
    document: { a: { b: {} } },
    patch: [{ op: "move", from: "/a", path: "/a/b/c" }],
    code: "PATCH_NOT_APPLICABLE",
  },
  "compares objects without regard to the order of members": {
    document: { a: { x: 1, y: [null] } },
    patch: [{ op: "test", path: "/a", value: { y: [null], x: 1 } }],
    result: { a: { x: 1, y: [null] } },
  },
  "takes a missing member for null in a test, as Kubernetes does": {
    document: {},
    patch: [{ op: "test", path: "/a", value: null }],
    result: {},
  },
  "names members with an empty token": {
    document: { "": 1 },
    patch: [{ op: "replace", path: "/", value: 2 }],
    result: { "": 2 },
  },
  "refuses to remove what is not there": {
    document: { a: 1 },
    patch: [{ op: "remove", path: "/b" }],
    code: "PATCH_NOT_APPLICABLE",
  },
  "refuses to replace what is not there": {
    document: { a: 1 },
    patch: [{ op: "replace", path: "/b", value: 1 }],
    code: "PATCH_NOT_APPLICABLE",
  },
  "refuses an index beyond the array": {
    document: [1],
    patch: [{ op: "add", path: "/2", value: 1 }],
    code: "PATCH_NOT_APPLICABLE",
  },
  "refuses an index with a leading zero": {
    document: [1],
    patch: [{ op: "remove", path: "/00" }],
    code: "PATCH_NOT_APPLICABLE",
  },
  "refuses to replace at the end of an array": {
    document: [1],
    patch: [{ op: "replace", path: "/-", value: 2 }],
    code: "PATCH_NOT_APPLICABLE",
  },
  "undoes nothing because it changes nothing before all of it holds": {
    document: { a: 1 },
    patch: [
      { op: "remove", path: "/a" },
      { op: "test", path: "/a", value: 1 },
    ],
    code: "PATCH_NOT_APPLICABLE",
  },
  "refuses a patch that is an object": { document: {}, patch: { op: "add" }, code: "PATCH_MALFORMED" },
  "refuses an operation that is no object": { document: {}, patch: ["add"], code: "PATCH_MALFORMED" },
  "refuses an unknown operation": { document: {}, patch: [{ op: "spam", path: "/a" }], code: "PATCH_NOT_APPLICABLE" },
  "refuses a missing path": { document: {}, patch: [{ op: "remove" }], code: "PATCH_NOT_APPLICABLE" },
  "refuses a missing value": { document: {}, patch: [{ op: "add", path: "/a" }], code: "PATCH_NOT_APPLICABLE" },
  "refuses a missing from": { document: {}, patch: [{ op: "copy", path: "/a" }], code: "PATCH_NOT_APPLICABLE" },
  "refuses a path without a slash": {
    document: {},
    patch: [{ op: "add", path: "a", value: 1 }],
    code: "PATCH_NOT_APPLICABLE",
  },
  "refuses a stray tilde": { document: {}, patch: [{ op: "remove", path: "/a~2" }], code: "PATCH_NOT_APPLICABLE" },
};

function check({ document, patch, result, code }: Case): void {
  const before = structuredClone([document, patch]);
  if (code === undefined) assert.deepEqual(applyJsonPatch(document, patch), result);
  else assert.throws(() => applyJsonPatch(document, patch), { code });
  assert.deepEqual([document, patch], before);
}

describe("RFC 6902 appendix A", () => {
  for (const [name, vector] of Object.entries(rfc6902AppendixA)) it(name, () => check(vector));
  it("A.13 does not see a duplicate member: the JSON parser keeps the last one", () => {
    const patch = JSON.parse('[{ "op": "add", "path": "/baz", "value": "qux", "op": "remove" }]') as JsonValue;
    assert.throws(() => applyJsonPatch({ foo: "bar" }, patch), { code: "PATCH_NOT_APPLICABLE" });
  });
});

describe("applyJsonPatch", () => {
  for (const [name, vector] of Object.entries(beyond)) it(name, () => check(vector));

  it("takes __proto__ for a member like any other", () => {
    const patched = applyJsonPatch({}, [{ op: "add", path: "/__proto__", value: { polluted: true } }]);
    assert.equal(JSON.stringify(patched), '{"__proto__":{"polluted":true}}');
    assert.throws(() => applyJsonPatch({}, [{ op: "add", path: "/__proto__/polluted", value: true }]), {
      code: "PATCH_NOT_APPLICABLE",
    });
    assert.throws(() => applyJsonPatch({}, [{ op: "remove", path: "/constructor" }]), { code: "PATCH_NOT_APPLICABLE" });
    assert.equal(({} as { polluted?: boolean }).polluted, undefined);
  });

  it("refuses more operations than Kubernetes allows", () => {
    const test = { op: "test", path: "/a", value: 1 };
    applyJsonPatch(
      { a: 1 },
      Array.from({ length: MAX_JSON_PATCH_OPERATIONS }, () => test),
    );
    assert.throws(
      () =>
        applyJsonPatch(
          { a: 1 },
          Array.from({ length: MAX_JSON_PATCH_OPERATIONS + 1 }, () => test),
        ),
      {
        code: "PATCH_TOO_LARGE",
        message: "The allowed maximum operations in a JSON patch is 10000, got 10001",
      },
    );
  });

  it("refuses copies that double the document over and over", () => {
    const bomb = Array.from({ length: 64 }, (_, index) => ({ op: "copy", from: "/a", path: `/a/b${index}` }));
    assert.throws(() => applyJsonPatch({ a: { text: "x".repeat(100) } }, bomb), { code: "PATCH_NOT_APPLICABLE" });
  });

  it("either patches or gives a PatchError, whatever the operations", () => {
    const pointer = fc.array(fc.constantFrom("", "/a", "/b", "/0", "/-", "/~1", "x", "/__proto__"), { maxLength: 4 });
    const operation = fc.record(
      {
        op: fc.constantFrom("add", "remove", "replace", "move", "copy", "test", "spam"),
        path: pointer.map((tokens) => tokens.join("")),
        from: pointer.map((tokens) => tokens.join("")),
        value: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(operation, { maxLength: 5 }), (document, operations) => {
        try {
          applyJsonPatch(document as JsonValue, operations as JsonValue);
        } catch (error) {
          assert.match((error as { code?: string }).code ?? String(error), /^PATCH_/);
        }
      }),
    );
  });
});
