import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { JsonObject } from "../objects.ts";
import {
  difference,
  equalSets,
  exclude,
  type FieldSet,
  fieldSetOf,
  formatPaths,
  intersection,
  union,
} from "./field-set.ts";
import { formatFieldsV1, parseFieldsV1 } from "./fields-v1.ts";

function parse(text: string): FieldSet {
  return parseFieldsV1(JSON.parse(text) as JsonObject);
}

const roundTrips: Record<string, [sent: string, written: string]> = {
  "a field": ['{"f:a":{}}', '{"f:a":{}}'],
  "a field and one below it": ['{"f:a":{".":{},"f:b":{}}}', '{"f:a":{".":{},"f:b":{}}}'],
  "a field that is only on the way": ['{"f:a":{"f:b":{}}}', '{"f:a":{"f:b":{}}}'],
  "a dot that comes late": ['{"f:a":{"f:b":{},".":{}}}', '{"f:a":{".":{},"f:b":{}}}'],
  "a dot without anything below": ['{"f:a":{".":{}}}', '{"f:a":{}}'],
  "fields out of order": ['{"f:b":{},"f:a":{}}', '{"f:a":{},"f:b":{}}'],
  "names with a dot, a colon and nothing": ['{"f:a.b/c":{},"f::":{},"f:":{}}', '{"f:":{},"f::":{},"f:a.b/c":{}}'],
  "all kinds of steps": [
    '{"i:2":{},"v:true":{},"k:{\\"n\\":\\"x\\"}":{},"f:z":{},"v:\\"a\\"":{},"v:1":{},"i:10":{}}',
    '{"f:z":{},"k:{\\"n\\":\\"x\\"}":{},"v:1":{},"v:\\"a\\"":{},"v:true":{},"i:2":{},"i:10":{}}',
  ],
  "numbers by value": ['{"v:10":{},"v:9":{},"v:1.5":{}}', '{"v:1.5":{},"v:9":{},"v:10":{}}'],
  "keys that differ in number": [
    '{"k:{\\"a\\":\\"x\\",\\"b\\":1}":{},"k:{\\"a\\":\\"x\\"}":{},"k:{\\"b\\":1}":{}}',
    '{"k:{\\"a\\":\\"x\\"}":{},"k:{\\"a\\":\\"x\\",\\"b\\":1}":{},"k:{\\"b\\":1}":{}}',
  ],
  "spaces and order in keys": ['{"k:{ \\"b\\" : 1, \\"a\\" : \\"x\\" }":{}}', '{"k:{\\"a\\":\\"x\\",\\"b\\":1}":{}}'],
  "two spellings of one item": [
    '{"k:{\\"a\\": 1}":{"f:x":{}},"k:{\\"a\\":1}":{".":{},"f:y":{}}}',
    '{"k:{\\"a\\":1}":{".":{},"f:x":{},"f:y":{}}}',
  ],
  "text that Go escapes otherwise": ['{"v:\\"<&>\\\\b\\"":{}}', '{"v:\\"\\\\u003c\\\\u0026\\\\u003e\\\\u0008\\"":{}}'],
  "steps of a later version": ['{"x:a":{"f:b":{}},"f:a":{}}', '{"f:a":{}}'],
  nothing: ["{}", "{}"],
};

describe("fieldsV1", () => {
  for (const [what, [sent, written]] of Object.entries(roundTrips)) {
    it(`reads and writes ${what}`, () => assert.equal(JSON.stringify(formatFieldsV1(parse(sent))), written));
  }

  const malformed: Record<string, string> = {
    "a key that is too short": '{"f":{}}',
    "a key without a colon": '{"foo":{}}',
    "an item that is no object": '{"k:1":{}}',
    "a value that is no JSON": '{"v:x":{}}',
    "an index that is no number": '{"i:x":{}}',
    "a field that is no object": '{"f:a":1}',
    "a field that is null": '{"f:a":null}',
  };
  for (const [what, text] of Object.entries(malformed)) it(`refuses ${what}`, () => assert.throws(() => parse(text)));

  it("prints paths as messages have them, own fields before what is below", () => {
    const set = parse(
      '{"f:s":{"f:l":{"k:{\\"n\\":\\"a\\\\\\"b\\",\\"p\\":80}":{".":{},"f:v":{}},"v:\\"x\\"":{},"i:3":{}}},"f:t":{}}',
    );
    assert.deepEqual(formatPaths(set), [
      ".t",
      '.s.l[n="a\\"b",p=80]',
      '.s.l[="x"]',
      ".s.l[3]",
      '.s.l[n="a\\"b",p=80].v',
    ]);
  });
});

describe("sets of fields", () => {
  const fieldSets = fc
    .array(fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 3 }), { maxLength: 8 })
    .map((paths) => ({ set: fieldSetOf(paths), paths: new Set(paths.map((path) => `.${path.join(".")}`)) }));
  const pathsOf = (set: FieldSet): Set<string> => new Set(formatPaths(set));

  it("are what was put in, and survive writing and reading", () => {
    fc.assert(
      fc.property(fieldSets, ({ set, paths }) => {
        assert.deepEqual(pathsOf(set), paths);
        assert.ok(equalSets(parseFieldsV1(formatFieldsV1(set)), set));
      }),
    );
  });

  it("unite, intersect and differ as sets of paths do", () => {
    fc.assert(
      fc.property(fieldSets, fieldSets, (a, b) => {
        assert.deepEqual(pathsOf(union(a.set, b.set)), new Set([...a.paths, ...b.paths]));
        assert.deepEqual(
          pathsOf(intersection(a.set, b.set)),
          filtered(a.paths, (path) => b.paths.has(path)),
        );
        assert.deepEqual(
          pathsOf(difference(a.set, b.set)),
          filtered(a.paths, (path) => !b.paths.has(path)),
        );
      }),
    );
  });

  it("exclude whole subtrees", () => {
    fc.assert(
      fc.property(fieldSets, fieldSets, (a, b) => {
        const isBelow = (path: string): boolean =>
          [...b.paths].some((top) => path === top || path.startsWith(`${top}.`));
        assert.deepEqual(
          pathsOf(exclude(a.set, b.set)),
          filtered(a.paths, (path) => !isBelow(path)),
        );
      }),
    );
  });
});

function filtered(paths: ReadonlySet<string>, keeps: (path: string) => boolean): Set<string> {
  return new Set([...paths].filter(keeps));
}
