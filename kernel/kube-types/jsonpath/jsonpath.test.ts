import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TegataError } from "@tegata/errors";
import fc from "fast-check";
import type { JsonValue } from "../objects.ts";
import { findJsonPath, firstMatch, parseFieldPath, parseJsonPath, evaluateJsonPath } from "./index.ts";

// The object and most rows come from the page "JSONPath Support" of the Kubernetes documentation.
const LIST: JsonValue = {
  kind: "List",
  items: [
    {
      kind: "None",
      metadata: { name: "127.0.0.1", labels: { "kubernetes.io/hostname": "127.0.0.1" } },
      status: { capacity: { cpu: "4" }, addresses: [{ type: "LegacyHostIP", address: "127.0.0.1" }] },
    },
    {
      kind: "None",
      metadata: { name: "127.0.0.2" },
      status: {
        capacity: { cpu: "8" },
        addresses: [
          { type: "LegacyHostIP", address: "127.0.0.2" },
          { type: "another", address: "127.0.0.3" },
        ],
      },
    },
  ],
  users: [
    { name: "myself", user: {} },
    { name: "e2e", age: 30, user: { username: "admin", password: "secret" } },
  ],
  nothing: null,
  ready: true,
};

const rows: [template: string, printed: string][] = [
  ["kind is {.kind}", "kind is List"],
  ["{.kind}", "List"],
  ["{['kind']}", "List"],
  ["{$.kind}", "List"],
  ["{@.kind}", "List"],
  ["{..name}", "127.0.0.1 127.0.0.2 myself e2e"],
  ["{.items[*].metadata.name}", "127.0.0.1 127.0.0.2"],
  ['{.users[?(@.name=="e2e")].user.password}', "secret"],
  ["{.users[?(@.name=='e2e')].user.password}", "secret"],
  ["{.items[*]['metadata.name', 'status.capacity']}", ""],
  ["{.items[*].metadata['name','labels']}", '127.0.0.1 127.0.0.2 {"kubernetes.io/hostname":"127.0.0.1"}'],
  ["{range .items[*]}[{.metadata.name}, {.status.capacity.cpu}] {end}", "[127.0.0.1, 4] [127.0.0.2, 8] "],
  ['{range .items[*]}{.metadata.name}{"\\t"}{end}', "127.0.0.1\t127.0.0.2\t"],
  ["{range .items[*]}{range .status.addresses[*]}{.address},{end};{end}", "127.0.0.1,;127.0.0.2,127.0.0.3,;"],
  ["{range .none[*]}x{end}y", "y"],
  ["{.items[0].metadata.name}", "127.0.0.1"],
  ["{.items[-1:].metadata.name}", "127.0.0.2"],
  ["{.items[-1].metadata.name}", "127.0.0.2"],
  ["{.items[0:1].metadata.name}", "127.0.0.1"],
  ["{.items[::2].metadata.name}", "127.0.0.1"],
  ["{.items[0,1].metadata.name}", "127.0.0.1 127.0.0.2"],
  ["{.items[9].metadata.name}", ""],
  ["{.users[?(@.age)].name}", "e2e"],
  ["{.users[?(@.age>18)].name}", "e2e"],
  ["{.users[?(@.age<=18)].name}", ""],
  ['{.users[?(@.name!="e2e")].name}', "myself"],
  ["{.users[1].age}", "30"],
  ["{.users[1].user}", '{"password":"secret","username":"admin"}'],
  [String.raw`{.items[0].metadata.labels.kubernetes\.io/hostname}`, "127.0.0.1"],
  [String.raw`{.items[0].metadata.labels['kubernetes\.io/hostname']}`, "127.0.0.1"],
  ["{.items[0].metadata.labels['kubernetes.io/hostname']}", "127.0.0.1"],
  ["{.ready}", "true"],
  ['{.items[?(@.status.addresses[?(@.type=="another")])].metadata.name}', "127.0.0.2"],
  ["{.constructor}{.__proto__}", ""],
  ["no braces", "no braces"],
  ["", ""],
];

describe("evaluateJsonPath", () => {
  for (const [template, printed] of rows) {
    it(`prints ${JSON.stringify(template)} as kubectl does`, () =>
      assert.equal(evaluateJsonPath(parseJsonPath(template), LIST), printed));
  }
});

describe("parseJsonPath", () => {
  const refused = [
    "{.a",
    "{range .a}x",
    "{end}",
    "{.a[}",
    "{.a[x]}",
    "{.a[?(@.b==1]}",
    "{....a}",
    '{"a}',
    "{!}",
    "{.a[0:1:0]}",
    "{foo}",
    "{\n}",
  ];
  for (const template of refused) {
    it(`refuses ${JSON.stringify(template)}`, () =>
      assert.throws(() => parseJsonPath(template), { code: "JSONPATH_INVALID" }));
  }
  it("refuses filters nested without bound", () => {
    assert.throws(() => parseJsonPath(`{.a${"[?(@.a".repeat(5_000)}`), { code: "JSONPATH_INVALID" });
  });
  it("gives a path or a TegataError for any text", () => {
    const alphabet = fc.constantFrom(
      "{",
      "}",
      ".",
      "..",
      "[",
      "]",
      "?(",
      "@",
      ")",
      "==",
      "'",
      '"',
      "\\",
      "*",
      "range ",
      "end",
      "a",
      "1",
      ":",
      ",",
      "-",
      " ",
    );
    fc.assert(
      fc.property(fc.array(alphabet, { maxLength: 12 }), (pieces) => {
        try {
          findJsonPath(parseJsonPath(pieces.join("")), LIST);
        } catch (error) {
          assert.ok(error instanceof TegataError, String(error));
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("findJsonPath", () => {
  it("tells a missing field from one that is there when asked to", () => {
    assert.throws(() => findJsonPath(parseFieldPath(".users[0].age"), LIST, { allowMissing: false }), {
      code: "JSONPATH_NO_MATCH",
    });
  });
  it("refuses to descend without bound", () => {
    const deep = JSON.parse(`${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`) as JsonValue;
    assert.throws(() => findJsonPath(parseFieldPath("..b"), deep), { code: "JSONPATH_MISMATCH" });
  });
});

describe("firstMatch", () => {
  const ready = parseFieldPath('.status.conditions[?(@.type=="Ready")].status');
  it("reads a condition", () => {
    const status = {
      conditions: [
        { type: "Synced", status: "True" },
        { type: "Ready", status: "False" },
      ],
    };
    assert.equal(firstMatch(ready, { status }), "False");
  });
  it("gives nothing for an object that the path does not fit", () => {
    assert.equal(firstMatch(ready, { status: { conditions: "none" } }), undefined);
    assert.equal(firstMatch(ready, {}), undefined);
  });
});
