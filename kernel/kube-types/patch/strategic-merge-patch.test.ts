import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../objects.ts";
import type { Schema } from "../schema/types.ts";
import { applyStrategicMergePatch } from "./index.ts";

const text: Schema = { type: "string" };
const number: Schema = { type: "integer" };
const merging = { "x-kubernetes-patch-strategy": "merge" } as const;

const container: Schema = {
  type: "object",
  properties: {
    name: text,
    image: text,
    args: { type: "array", items: text },
    env: {
      type: "array",
      items: { type: "object", properties: { name: text, value: text } },
      ...merging,
      "x-kubernetes-patch-merge-key": "name",
    },
    ports: {
      type: "array",
      items: { type: "object", properties: { containerPort: number, protocol: text } },
      ...merging,
      "x-kubernetes-patch-merge-key": "containerPort",
    },
  },
};

const schema: Schema = {
  type: "object",
  properties: {
    metadata: {
      type: "object",
      properties: {
        labels: { type: "object", additionalProperties: text },
        finalizers: { type: "array", items: text, ...merging },
      },
    },
    replicas: number,
    containers: { type: "array", items: container, ...merging, "x-kubernetes-patch-merge-key": "name" },
    tolerations: { type: "array", items: { type: "object", properties: { key: text, effect: text } } },
    strategy: {
      type: "object",
      "x-kubernetes-patch-strategy": "retainKeys",
      properties: { type: text, rollingUpdate: { type: "object", properties: { maxSurge: number } } },
    },
    volumes: {
      type: "array",
      "x-kubernetes-patch-strategy": "merge,retainKeys",
      "x-kubernetes-patch-merge-key": "name",
      items: {
        type: "object",
        properties: {
          name: text,
          emptyDir: { type: "object", properties: { medium: text } },
          hostPath: { type: "object", properties: { path: text } },
        },
      },
    },
    replaced: {
      type: "object",
      "x-kubernetes-patch-strategy": "replace",
      properties: { a: text, b: text, deep: { type: "object", properties: { a: text } } },
    },
    keyless: { type: "array", items: { type: "object", properties: { a: text } }, ...merging },
    nested: { type: "array", items: { type: "array", items: text }, ...merging },
  },
};

type Row = [object: JsonObject, patch: JsonObject, outcome: JsonObject | string];

const tables: Record<string, Record<string, Row>> = {
  objects: {
    "merges fields": [
      { metadata: { labels: { a: "1", b: "2" } } },
      { metadata: { labels: { b: "3", c: "4" } } },
      { metadata: { labels: { a: "1", b: "3", c: "4" } } },
    ],
    "removes a field by null": [
      { replicas: 1, metadata: { labels: { a: "1", b: "2" } } },
      { replicas: null, metadata: { labels: { a: null } } },
      { metadata: { labels: { b: "2" } } },
    ],
    "ignores a null for what is not there": [
      {},
      { replicas: null, metadata: { labels: { a: null, b: "2" } } },
      { metadata: { labels: { b: "2" } } },
    ],
    "replaces a scalar by an object": [
      { strategy: "x" },
      { strategy: { type: "y", rollingUpdate: null } },
      { strategy: { type: "y" } },
    ],
    "replaces what has the strategy replace": [
      { replaced: { a: "1", b: "2" } },
      { replaced: { b: "3" } },
      { replaced: { b: "3" } },
    ],
    "replaces by directive": [
      { metadata: { labels: { a: "1" } } },
      { metadata: { labels: { $patch: "replace", b: "2" } } },
      { metadata: { labels: { b: "2" } } },
    ],
    "empties by directive": [
      { metadata: { labels: { a: "1" } } },
      { metadata: { labels: { $patch: "delete" } } },
      { metadata: { labels: {} } },
    ],
    "adds nothing by a directive for what is not there": [
      { replicas: 1 },
      { strategy: { $patch: "delete" } },
      { replicas: 1 },
    ],
    "replaces the whole object by directive": [
      { replicas: 1, strategy: { type: "x" } },
      { $patch: "replace", replicas: 2 },
      { replicas: 2 },
    ],
    "refuses an unknown directive": [
      { metadata: {} },
      { metadata: { $patch: "nope" } },
      "unknown patch type: nope in map: map[$patch:nope]",
    ],
    "refuses to be told to merge": [
      { metadata: {} },
      { metadata: { $patch: "merge" } },
      "unknown patch type: merge in map: map[$patch:merge]",
    ],
    "retains only the given keys": [
      { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } } },
      { strategy: { $retainKeys: ["type"], type: "Recreate" } },
      { strategy: { type: "Recreate" } },
    ],
    "retains keys that the patch does not set": [
      { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } } },
      { strategy: { $retainKeys: ["type", "rollingUpdate"], type: "x" } },
      { strategy: { type: "x", rollingUpdate: { maxSurge: 1 } } },
    ],
    "refuses to set a key that is not retained": [
      { strategy: { type: "a" } },
      { strategy: { $retainKeys: ["type"], rollingUpdate: {} } },
      "invalid patch format of retainKeys",
    ],
    "refuses retained keys that are no list": [
      { strategy: { type: "a" } },
      { strategy: { $retainKeys: "type" } },
      "invalid patch format of retainKeys",
    ],
    "leaves no directive in what it adds": [
      {},
      { strategy: { $retainKeys: ["type"], type: "x" } },
      { strategy: { type: "x" } },
    ],
  },
  "lists of scalars": {
    "replaces a list without a strategy": [
      { containers: [{ name: "a", args: ["x", "y"] }] },
      { containers: [{ name: "a", args: ["z"] }] },
      { containers: [{ name: "a", args: ["z"] }] },
    ],
    "merges by value": [
      { metadata: { finalizers: ["a", "b"] } },
      { metadata: { finalizers: ["b", "c"] } },
      { metadata: { finalizers: ["a", "b", "c"] } },
    ],
    "deletes values": [
      { metadata: { finalizers: ["a", "b", "c"] } },
      { metadata: { "$deleteFromPrimitiveList/finalizers": ["b"] } },
      { metadata: { finalizers: ["a", "c"] } },
    ],
    "deletes values of a list that is not there": [
      { metadata: {} },
      { metadata: { "$deleteFromPrimitiveList/finalizers": ["b"] } },
      { metadata: {} },
    ],
    "deletes and adds": [
      { metadata: { finalizers: ["a", "b"] } },
      { metadata: { "$deleteFromPrimitiveList/finalizers": ["b"], finalizers: ["c"] } },
      { metadata: { finalizers: ["c", "a"] } },
    ],
    "orders what it merges": [
      { metadata: { finalizers: ["a", "b", "c"] } },
      { metadata: { "$setElementOrder/finalizers": ["c", "d", "a"], finalizers: ["d"] } },
      { metadata: { finalizers: ["b", "c", "d", "a"] } },
    ],
    "orders without a change": [
      { metadata: { finalizers: ["a", "b", "c"] } },
      { metadata: { "$setElementOrder/finalizers": ["c", "b", "a"] } },
      { metadata: { finalizers: ["c", "b", "a"] } },
    ],
    "refuses an order that lacks an item": [
      { metadata: { finalizers: ["a"] } },
      { metadata: { "$setElementOrder/finalizers": ["a"], finalizers: ["b"] } },
      "The order in patch list:\n[b]\n doesn't match $setElementOrder list:\n[a]\n",
    ],
    "refuses an order of no list": [{}, { $setElementOrder: [] }, "invalid patch format of setElementOrder list"],
    "refuses deletions from no list": [
      {},
      { $deleteFromPrimitiveList: ["a"] },
      "invalid patch format of primitive list",
    ],
    "refuses a list of objects and texts": [
      { metadata: { finalizers: ["a"] } },
      { metadata: { finalizers: [{ a: "b" }] } },
      "list element types are not identical: [[a] [map[a:b]]]",
    ],
    "refuses lists of lists": [{ nested: [["a"]] }, { nested: [["b"]] }, "lists of lists are not supported"],
    "removes the list by null": [
      { metadata: { finalizers: ["a"] } },
      { metadata: { finalizers: null } },
      { metadata: {} },
    ],
  },
  "lists of objects": {
    "merges an item by its key": [
      {
        containers: [
          { name: "a", image: "1" },
          { name: "b", image: "1" },
        ],
      },
      { containers: [{ name: "b", image: "2" }] },
      {
        containers: [
          { name: "a", image: "1" },
          { name: "b", image: "2" },
        ],
      },
    ],
    "puts a new item before those that are there": [
      { containers: [{ name: "a" }] },
      { containers: [{ name: "b" }] },
      { containers: [{ name: "b" }, { name: "a" }] },
    ],
    "removes an item": [
      { containers: [{ name: "a" }, { name: "b" }] },
      { containers: [{ $patch: "delete", name: "a" }] },
      { containers: [{ name: "b" }] },
    ],
    "removes what is not there": [
      { containers: [{ name: "a" }] },
      { containers: [{ $patch: "delete", name: "x" }] },
      { containers: [{ name: "a" }] },
    ],
    "replaces the list by directive": [
      { containers: [{ name: "a" }, { name: "b" }] },
      { containers: [{ name: "c" }, { $patch: "replace" }] },
      { containers: [{ name: "c" }] },
    ],
    "empties the list by directive": [
      { containers: [{ name: "a" }] },
      { containers: [{ $patch: "replace" }] },
      { containers: [] },
    ],
    "merges by a number": [
      { containers: [{ name: "a", ports: [{ containerPort: 80, protocol: "TCP" }] }] },
      { containers: [{ name: "a", ports: [{ containerPort: 80, protocol: "UDP" }, { containerPort: 81 }] }] },
      { containers: [{ name: "a", ports: [{ containerPort: 80, protocol: "UDP" }, { containerPort: 81 }] }] },
    ],
    "merges lists within items": [
      {
        containers: [
          {
            name: "a",
            env: [
              { name: "X", value: "1" },
              { name: "Y", value: "1" },
            ],
          },
        ],
      },
      {
        containers: [
          {
            name: "a",
            env: [
              { name: "Y", value: null },
              { $patch: "delete", name: "X" },
            ],
          },
        ],
      },
      { containers: [{ name: "a", env: [{ name: "Y" }] }] },
    ],
    "replaces a list without a strategy": [
      { tolerations: [{ key: "a" }] },
      { tolerations: [{ key: "b", effect: null }] },
      { tolerations: [{ key: "b" }] },
    ],
    "orders what it merges": [
      { containers: [{ name: "a" }, { name: "b" }, { name: "c" }] },
      { "$setElementOrder/containers": [{ name: "c" }, { name: "d" }, { name: "a" }], containers: [{ name: "d" }] },
      { containers: [{ name: "b" }, { name: "c" }, { name: "d" }, { name: "a" }] },
    ],
    "orders while it removes": [
      { containers: [{ name: "w" }, { name: "z" }] },
      { "$setElementOrder/containers": [{ name: "x" }], containers: [{ name: "x" }, { $patch: "delete", name: "z" }] },
      { containers: [{ name: "w" }, { name: "x" }] },
    ],
    "orders a list that it adds": [
      {},
      { "$setElementOrder/containers": [{ name: "b" }, { name: "a" }], containers: [{ name: "b" }, { name: "a" }] },
      { containers: [{ name: "b" }, { name: "a" }] },
    ],
    "keeps only the retained keys of an item": [
      { volumes: [{ name: "a", emptyDir: { medium: "x" } }] },
      { volumes: [{ name: "a", $retainKeys: ["name", "hostPath"], hostPath: { path: "/x" } }] },
      { volumes: [{ name: "a", hostPath: { path: "/x" } }] },
    ],
    "refuses an item without its key": [
      { containers: [{ name: "a" }] },
      { containers: [{ image: "x" }] },
      "map: map[image:x] does not contain declared merge key: name",
    ],
    "refuses to remove without a key": [
      { containers: [{ name: "a" }] },
      { containers: [{ $patch: "delete" }] },
      "map: map[$patch:delete] does not contain declared merge key: name",
    ],
    "refuses a list that has no key": [
      { keyless: [{ a: "1" }] },
      { keyless: [{ a: "2" }] },
      "cannot merge lists without merge key for struct",
    ],
    "refuses to be told to merge an item": [
      { containers: [{ name: "a" }] },
      { containers: [{ name: "a", $patch: "merge" }] },
      "merging lists cannot yet be specified in the patch",
    ],
    "refuses an order that is no list": [
      { containers: [{ name: "a" }] },
      { "$setElementOrder/containers": "a" },
      "expected a []interface {}, but received a string",
    ],
  },
};

for (const [group, rows] of Object.entries(tables)) {
  describe(`strategic merge patch of ${group}`, () => {
    for (const [name, [object, patch, outcome]] of Object.entries(rows)) {
      it(name, () => {
        const before = structuredClone([object, patch]);
        if (typeof outcome === "string") {
          assert.throws(() => applyStrategicMergePatch(object, patch, schema), { message: outcome });
        } else {
          assert.deepEqual(applyStrategicMergePatch(object, patch, schema), outcome);
        }
        assert.deepEqual([object, patch], before);
      });
    }
  });
}

describe("errors of strategic merge patches", () => {
  const codes: Record<string, JsonObject> = {
    PATCH_MALFORMED: { strategy: { $retainKeys: "x" } },
    PATCH_NOT_APPLICABLE: { nested: [["b"]] },
    PATCH_FAILED: { containers: [{ image: "x" }] },
  };
  const object = { strategy: {}, nested: [["a"]], containers: [{ name: "a" }] };
  for (const [code, patch] of Object.entries(codes)) {
    it(`tells ${code} from the others`, () => {
      assert.throws(() => applyStrategicMergePatch(object, patch, schema), { code });
    });
  }

  it("takes __proto__ for a field like any other", () => {
    const patch = JSON.parse('{"metadata":{"labels":{"__proto__":"x"}}}') as JsonObject;
    const patched = applyStrategicMergePatch({ metadata: { labels: { a: "1" } } }, patch, schema);
    assert.equal(JSON.stringify(patched), '{"metadata":{"labels":{"a":"1","__proto__":"x"}}}');
  });

  it("merges objects and replaces lists where there is no schema", () => {
    const patched = applyStrategicMergePatch({ a: { b: 1 }, l: [1] }, { a: { c: 2 }, l: [2] }, undefined);
    assert.deepEqual(patched, { a: { b: 1, c: 2 }, l: [2] });
  });
});
