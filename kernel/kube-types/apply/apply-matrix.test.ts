import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject, KubeObject } from "../objects.ts";
import type { Schema } from "../schema/types.ts";
import { formatPaths } from "./field-set.ts";
import { parseFieldsV1 } from "./fields-v1.ts";
import { applyConfiguration, resetFieldsOf, trackUpdate } from "./index.ts";

const schema: Schema = {
  type: "object",
  properties: {
    spec: {
      type: "object",
      properties: {
        text: { type: "string" },
        number: { type: "integer" },
        flag: { type: "boolean" },
        intOrString: { "x-kubernetes-int-or-string": true },
        set: { type: "array", "x-kubernetes-list-type": "set", items: { type: "string" } },
        numbers: { type: "array", "x-kubernetes-list-type": "set", items: { type: "integer" } },
        items: {
          type: "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["name"],
          items: {
            type: "object",
            properties: {
              name: { type: "string" },
              value: { type: "string" },
              flag: { type: "boolean" },
              nested: { type: "object", properties: { x: { type: "string" }, y: { type: "string" } } },
              tags: { type: "array", "x-kubernetes-list-type": "set", items: { type: "string" } },
              ports: {
                type: "array",
                "x-kubernetes-list-type": "map",
                "x-kubernetes-list-map-keys": ["port", "protocol"],
                items: {
                  type: "object",
                  properties: { port: { type: "integer" }, protocol: { type: "string", default: "TCP" } },
                },
              },
            },
          },
        },
        struct: { type: "object", properties: { a: { type: "string" }, b: { type: "string" } } },
        atomicList: { type: "array", "x-kubernetes-list-type": "atomic", items: { type: "string" } },
        atomicMap: { type: "object", "x-kubernetes-map-type": "atomic", additionalProperties: { type: "string" } },
        ref: {
          type: "object",
          "x-kubernetes-map-type": "atomic",
          properties: { kind: { type: "string" }, name: { type: "string" } },
        },
        map: { type: "object", additionalProperties: { type: "string" } },
        unknown: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
      },
    },
    status: {
      type: "object",
      properties: {
        phase: { type: "string" },
        conditions: {
          type: "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["type"],
          items: { type: "object", properties: { type: { type: "string" }, status: { type: "string" } } },
        },
      },
    },
  },
};

interface Step {
  readonly operation: "apply" | "update";
  readonly manager: string;
  readonly force: boolean;
  readonly subresource: string;
  readonly parts: JsonObject;
}

function step(operation: Step["operation"], force: boolean, subresource: string) {
  return (manager: string, parts: JsonObject): Step => ({ operation, manager, force, subresource, parts });
}

const apply = step("apply", false, "");
const force = step("apply", true, "");
const applyStatus = step("apply", false, "status");
const update = step("update", false, "");
const updateStatus = step("update", false, "status");

/** After the last step: the object, with the paths that each manager owns, or the error. */
type Outcome = { refused: string } | (JsonObject & { owners: Record<string, string> });

// What the last step of each row gives was computed with Kubernetes' own code (k8s.io/apimachinery v0.34.2).
const matrix: Record<string, Record<string, { steps: Step[]; outcome: Outcome }>> = {
  creating: {
    "creates an object and owns what it sets": {
      steps: [apply("m1", { spec: { text: "a", number: 1 } })],
      outcome: { spec: { number: 1, text: "a" }, owners: { m1: ".spec.number .spec.text" } },
    },
    "owns an empty object as a field": {
      steps: [apply("m1", { spec: { struct: {} } })],
      outcome: { spec: { struct: {} }, owners: { m1: ".spec.struct" } },
    },
    "owns a null as a field": {
      steps: [apply("m1", { spec: { text: null } })],
      outcome: { spec: { text: null }, owners: { m1: ".spec.text" } },
    },
    "owns nothing of an empty granular list": {
      steps: [apply("m1", { spec: { set: [], items: [] } })],
      outcome: { spec: { items: [], set: [] }, owners: {} },
    },
    "records a create that is no apply as an update of everything": {
      steps: [update("m1", { spec: { text: "a", struct: { a: "x" } } })],
      outcome: {
        spec: { struct: { a: "x" }, text: "a" },
        owners: { "m1 Update": ".spec .spec.struct .spec.text .spec.struct.a" },
      },
    },
  },
  "applying again": {
    "changes nothing when the same is applied again": {
      steps: [apply("m1", { spec: { text: "a" } }), apply("m1", { spec: { text: "a" } })],
      outcome: { spec: { text: "a" }, owners: { m1: ".spec.text" } },
    },
    "changes an own field": {
      steps: [apply("m1", { spec: { text: "a" } }), apply("m1", { spec: { text: "b" } })],
      outcome: { spec: { text: "b" }, owners: { m1: ".spec.text" } },
    },
    "adds a field": {
      steps: [apply("m1", { spec: { text: "a" } }), apply("m1", { spec: { text: "a", number: 1 } })],
      outcome: { spec: { number: 1, text: "a" }, owners: { m1: ".spec.number .spec.text" } },
    },
    "removes a field that it leaves out": {
      steps: [apply("m1", { spec: { text: "a", number: 1 } }), apply("m1", { spec: { text: "a" } })],
      outcome: { spec: { text: "a" }, owners: { m1: ".spec.text" } },
    },
    "removes everything that it leaves out": {
      steps: [apply("m1", { spec: { text: "a", struct: { a: "x" } } }), apply("m1", { spec: {} })],
      outcome: { spec: null, owners: { m1: ".spec" } },
    },
    "removes an object whose last field it leaves out": {
      steps: [apply("m1", { spec: { text: "a", struct: { a: "x", b: "y" } } }), apply("m1", { spec: { text: "a" } })],
      outcome: { spec: { text: "a" }, owners: { m1: ".spec.text" } },
    },
    "empties an object that it still names": {
      steps: [apply("m1", { spec: { struct: { a: "x" } } }), apply("m1", { spec: { struct: {} } })],
      outcome: { spec: { struct: null }, owners: { m1: ".spec.struct" } },
    },
    "sets a field to null": {
      steps: [apply("m1", { spec: { text: "a" } }), apply("m1", { spec: { text: null } })],
      outcome: { spec: { text: null }, owners: { m1: ".spec.text" } },
    },
  },
  sharing: {
    "lets two appliers own the same value": {
      steps: [apply("m1", { spec: { text: "a" } }), apply("m2", { spec: { text: "a" } })],
      outcome: { spec: { text: "a" }, owners: { m2: ".spec.text", m1: ".spec.text" } },
    },
    "keeps a shared value when one of them leaves it out": {
      steps: [apply("m1", { spec: { text: "a" } }), apply("m2", { spec: { text: "a" } }), apply("m1", { spec: {} })],
      outcome: { spec: { text: "a" }, owners: { m2: ".spec.text", m1: ".spec" } },
    },
    "removes a shared value when the last of them leaves it out": {
      steps: [
        apply("m1", { spec: { text: "a" } }),
        apply("m2", { spec: { text: "a" } }),
        apply("m1", { spec: {} }),
        apply("m2", { spec: {} }),
      ],
      outcome: { spec: null, owners: { m1: ".spec", m2: ".spec" } },
    },
    "refuses one of two owners who changes the value": {
      steps: [
        apply("m1", { spec: { text: "a" } }),
        apply("m2", { spec: { text: "a" } }),
        apply("m2", { spec: { text: "b" } }),
      ],
      outcome: { refused: 'Apply failed with 1 conflict: conflict with "m1": .spec.text' },
    },
    "lets appliers own different fields of one object": {
      steps: [apply("m1", { spec: { struct: { a: "x" } } }), apply("m2", { spec: { struct: { b: "y" } } })],
      outcome: { spec: { struct: { a: "x", b: "y" } }, owners: { m1: ".spec.struct.a", m2: ".spec.struct.b" } },
    },
    "keeps the other's fields when one leaves out the object": {
      steps: [
        apply("m1", { spec: { struct: { a: "x" } } }),
        apply("m2", { spec: { struct: { b: "y" } } }),
        apply("m1", { spec: {} }),
      ],
      outcome: { spec: { struct: { b: "y" } }, owners: { m2: ".spec.struct.b", m1: ".spec" } },
    },
    "shares what another wrote by an update": {
      steps: [update("m1", { spec: { text: "a" } }), apply("m2", { spec: { text: "a" } })],
      outcome: { spec: { text: "a" }, owners: { m2: ".spec.text", "m1 Update": ".spec .spec.text" } },
    },
    "has an own entry for the same manager's updates": {
      steps: [update("m1", { spec: { text: "a" } }), apply("m1", { spec: { text: "a", number: 1 } })],
      outcome: {
        spec: { number: 1, text: "a" },
        owners: { m1: ".spec.number .spec.text", "m1 Update": ".spec .spec.text" },
      },
    },
  },
  conflicts: {
    "refuses to change another applier's field": {
      steps: [apply("m1", { spec: { text: "a" } }), apply("m2", { spec: { text: "b" } })],
      outcome: { refused: 'Apply failed with 1 conflict: conflict with "m1": .spec.text' },
    },
    "names the version of an update in a conflict": {
      steps: [update("m1", { spec: { text: "a" } }), apply("m2", { spec: { text: "b" } })],
      outcome: { refused: 'Apply failed with 1 conflict: conflict with "m1" using example.com/v1: .spec.text' },
    },
    "conflicts with the same manager's updates": {
      steps: [update("m1", { spec: { text: "a" } }), apply("m1", { spec: { text: "b" } })],
      outcome: { refused: 'Apply failed with 1 conflict: conflict with "m1" using example.com/v1: .spec.text' },
    },
    "lists all fields of a manager": {
      steps: [
        apply("m1", { spec: { text: "a", number: 1, flag: true } }),
        apply("m2", { spec: { text: "b", number: 2, flag: false } }),
      ],
      outcome: {
        refused: 'Apply failed with 3 conflicts: conflicts with "m1":\n- .spec.flag\n- .spec.number\n- .spec.text',
      },
    },
    "lists managers by name": {
      steps: [
        apply("m1", { spec: { text: "a" } }),
        update("m3", { spec: { text: "a", number: 1 } }),
        apply("m2", { spec: { text: "b", number: 2 } }),
      ],
      outcome: {
        refused:
          'Apply failed with 2 conflicts: conflicts with "m1":\n- .spec.text\nconflicts with "m3" using example.com/v1:\n- .spec.number',
      },
    },
    "takes a field over by force": {
      steps: [apply("m1", { spec: { text: "a", number: 1 } }), force("m2", { spec: { text: "b" } })],
      outcome: { spec: { number: 1, text: "b" }, owners: { m1: ".spec.number", m2: ".spec.text" } },
    },
    "drops an owner of whom nothing is left": {
      steps: [apply("m1", { spec: { text: "a" } }), force("m2", { spec: { text: "b" } })],
      outcome: { spec: { text: "b" }, owners: { m2: ".spec.text" } },
    },
    "forces one of two owners out": {
      steps: [
        apply("m1", { spec: { text: "a" } }),
        apply("m2", { spec: { text: "a" } }),
        force("m3", { spec: { text: "b" } }),
      ],
      outcome: { spec: { text: "b" }, owners: { m3: ".spec.text" } },
    },
    "conflicts on a list's item by its keys": {
      steps: [
        apply("m1", { spec: { items: [{ name: "x", value: "1" }] } }),
        apply("m2", { spec: { items: [{ name: "x", value: "2" }] } }),
      ],
      outcome: { refused: 'Apply failed with 1 conflict: conflict with "m1": .spec.items[name="x"].value' },
    },
    "conflicts on a nested field": {
      steps: [
        apply("m1", { spec: { items: [{ name: "x", nested: { y: "1" } }] } }),
        apply("m2", { spec: { items: [{ name: "x", nested: { y: "2" } }] } }),
      ],
      outcome: { refused: 'Apply failed with 1 conflict: conflict with "m1": .spec.items[name="x"].nested.y' },
    },
    "has no conflict over a field that it only adds": {
      steps: [apply("m1", { spec: { struct: { a: "x" } } }), apply("m2", { spec: { struct: { a: "x", b: "y" } } })],
      outcome: {
        spec: { struct: { a: "x", b: "y" } },
        owners: { m1: ".spec.struct.a", m2: ".spec.struct.a .spec.struct.b" },
      },
    },
  },
  updates: {
    "takes a field from its applier when an update changes it": {
      steps: [apply("m1", { spec: { text: "a", number: 1 } }), update("m2", { spec: { text: "b", number: 1 } })],
      outcome: { spec: { number: 1, text: "b" }, owners: { m1: ".spec.number", "m2 Update": ".spec.text" } },
    },
    "leaves a field to its applier when an update repeats it": {
      steps: [apply("m1", { spec: { text: "a" } }), update("m2", { spec: { text: "a", number: 1 } })],
      outcome: { spec: { number: 1, text: "a" }, owners: { m1: ".spec.text", "m2 Update": ".spec.number" } },
    },
    "takes a field from all when an update removes it": {
      steps: [apply("m1", { spec: { text: "a", number: 1 } }), update("m2", { spec: { text: "a" } })],
      outcome: { spec: { text: "a" }, owners: { m1: ".spec.text" } },
    },
    "adds to the manager's earlier updates": {
      steps: [update("m1", { spec: { text: "a" } }), update("m1", { spec: { text: "a", number: 1 } })],
      outcome: { spec: { number: 1, text: "a" }, owners: { "m1 Update": ".spec .spec.number .spec.text" } },
    },
    "records nothing for an update that changes nothing": {
      steps: [update("m1", { spec: { text: "a" } }), update("m2", { spec: { text: "a" } })],
      outcome: { spec: { text: "a" }, owners: { "m1 Update": ".spec .spec.text" } },
    },
    "takes an item that an update adds": {
      steps: [
        apply("m1", { spec: { items: [{ name: "x" }] } }),
        update("m2", { spec: { items: [{ name: "x" }, { name: "y", value: "1" }] } }),
      ],
      outcome: {
        spec: { items: [{ name: "x" }, { name: "y", value: "1" }] },
        owners: {
          m1: '.spec.items[name="x"] .spec.items[name="x"].name',
          "m2 Update": '.spec.items[name="y"] .spec.items[name="y"].name .spec.items[name="y"].value',
        },
      },
    },
    "takes only the field of an item that an update changes": {
      steps: [
        apply("m1", { spec: { items: [{ name: "x", value: "1" }] } }),
        update("m2", { spec: { items: [{ name: "x", value: "2" }] } }),
      ],
      outcome: {
        spec: { items: [{ name: "x", value: "2" }] },
        owners: { m1: '.spec.items[name="x"] .spec.items[name="x"].name', "m2 Update": '.spec.items[name="x"].value' },
      },
    },
    "brings back an applied field over an update by force only": {
      steps: [
        apply("m1", { spec: { text: "a" } }),
        update("m2", { spec: { text: "b" } }),
        apply("m1", { spec: { text: "a" } }),
      ],
      outcome: { refused: 'Apply failed with 1 conflict: conflict with "m2" using example.com/v1: .spec.text' },
    },
    "gives up what an update took when the applier leaves it out": {
      steps: [apply("m1", { spec: { text: "a" } }), update("m2", { spec: { text: "b" } }), apply("m1", { spec: {} })],
      outcome: { spec: { text: "b" }, owners: { m1: ".spec", "m2 Update": ".spec.text" } },
    },
    "takes an atomic list as a whole": {
      steps: [
        apply("m1", { spec: { atomicList: ["a", "b"] } }),
        update("m2", { spec: { atomicList: ["a", "b", "c"] } }),
      ],
      outcome: { spec: { atomicList: ["a", "b", "c"] }, owners: { "m2 Update": ".spec.atomicList" } },
    },
  },
  "unowned fields": {
    "leaves alone what nobody owns": {
      steps: [
        update("m0", { spec: { text: "a" } }),
        update("reset", { spec: { text: "a" }, metadata: { managedFields: [{}] } }),
        apply("m1", { spec: { number: 1 } }),
      ],
      outcome: {
        spec: { number: 1, text: "a" },
        owners: { m1: ".spec.number", "before-first-apply Update": ".spec .spec.text" },
      },
    },
    "names a first owner of what was there before": {
      steps: [
        update("reset", { spec: { text: "a" }, metadata: { managedFields: [{}] } }),
        apply("m1", { spec: { number: 1 } }),
      ],
      outcome: { spec: { number: 1, text: "a" }, owners: { m1: ".spec.number", "reset Update": ".spec .spec.text" } },
    },
    "keeps a default within an item that stays": {
      steps: [
        apply("m1", { spec: { items: [{ name: "x", value: "1" }] } }),
        update("default", { spec: { items: [{ name: "x", value: "1", flag: true }] } }),
        apply("m1", { spec: { items: [{ name: "x" }] } }),
      ],
      outcome: {
        spec: { items: [{ flag: true, name: "x" }] },
        owners: {
          m1: '.spec.items[name="x"] .spec.items[name="x"].name',
          "default Update": '.spec.items[name="x"].flag',
        },
      },
    },
    "keeps an item that another manager has set a field of": {
      steps: [
        apply("m1", { spec: { items: [{ name: "x", value: "1" }] } }),
        update("m2", { spec: { items: [{ name: "x", value: "1", flag: true }] } }),
        apply("m1", { spec: {} }),
      ],
      outcome: { spec: { items: null }, owners: { m1: ".spec" } },
    },
  },
  sets: {
    "owns each value": {
      steps: [apply("m1", { spec: { set: ["b", "a"] } })],
      outcome: { spec: { set: ["b", "a"] }, owners: { m1: '.spec.set[="a"] .spec.set[="b"]' } },
    },
    "adds values of several appliers": {
      steps: [apply("m1", { spec: { set: ["a", "b"] } }), apply("m2", { spec: { set: ["c"] } })],
      outcome: {
        spec: { set: ["a", "b", "c"] },
        owners: { m1: '.spec.set[="a"] .spec.set[="b"]', m2: '.spec.set[="c"]' },
      },
    },
    "shares a value": {
      steps: [apply("m1", { spec: { set: ["a", "b"] } }), apply("m2", { spec: { set: ["b", "c"] } })],
      outcome: {
        spec: { set: ["a", "b", "c"] },
        owners: { m1: '.spec.set[="a"] .spec.set[="b"]', m2: '.spec.set[="b"] .spec.set[="c"]' },
      },
    },
    "removes only its own values": {
      steps: [
        apply("m1", { spec: { set: ["a", "b"] } }),
        apply("m2", { spec: { set: ["b", "c"] } }),
        apply("m1", { spec: { set: ["a"] } }),
      ],
      outcome: {
        spec: { set: ["a", "b", "c"] },
        owners: { m1: '.spec.set[="a"]', m2: '.spec.set[="b"] .spec.set[="c"]' },
      },
    },
    "keeps a value that another shares": {
      steps: [
        apply("m1", { spec: { set: ["a", "b"] } }),
        apply("m2", { spec: { set: ["b"] } }),
        apply("m1", { spec: { set: [] } }),
      ],
      outcome: { spec: { set: ["b"] }, owners: { m2: '.spec.set[="b"]' } },
    },
    "removes the set with its last value": {
      steps: [apply("m1", { spec: { text: "x", set: ["a"] } }), apply("m1", { spec: { text: "x" } })],
      outcome: { spec: { text: "x" }, owners: { m1: ".spec.text" } },
    },
    "follows the applied order": {
      steps: [apply("m1", { spec: { set: ["a", "b", "c"] } }), apply("m1", { spec: { set: ["c", "a", "b"] } })],
      outcome: { spec: { set: ["c", "a", "b"] }, owners: { m1: '.spec.set[="a"] .spec.set[="b"] .spec.set[="c"]' } },
    },
    "keeps others' values in place between its own": {
      steps: [
        apply("m1", { spec: { set: ["a", "c"] } }),
        update("m2", { spec: { set: ["a", "b", "c"] } }),
        apply("m1", { spec: { set: ["c", "a"] } }),
      ],
      outcome: {
        spec: { set: ["b", "c", "a"] },
        owners: { m1: '.spec.set[="a"] .spec.set[="c"]', "m2 Update": '.spec.set[="b"]' },
      },
    },
    "refuses a duplicate": {
      steps: [apply("m1", { spec: { set: ["a", "a"] } })],
      outcome: {
        refused:
          'failed to create typed patch object (/t; example.com/v1, Kind=Thing): .spec.set: duplicate entries for key [="a"]',
      },
    },
    "replaces duplicates that an update left": {
      steps: [update("m0", { spec: { set: ["a", "b", "a"] } }), force("m1", { spec: { set: ["a"] } })],
      outcome: {
        spec: { set: ["a", "b"] },
        owners: { m1: '.spec.set[="a"]', "m0 Update": '.spec .spec.set .spec.set[="b"]' },
      },
    },
    "sorts numbers as numbers": {
      steps: [apply("m1", { spec: { numbers: [10, 9, 2] } })],
      outcome: {
        spec: { numbers: [10, 9, 2] },
        owners: { m1: ".spec.numbers[=2] .spec.numbers[=9] .spec.numbers[=10]" },
      },
    },
  },
  "lists of items": {
    "owns each item and its fields": {
      steps: [apply("m1", { spec: { items: [{ name: "x", value: "1" }] } })],
      outcome: {
        spec: { items: [{ name: "x", value: "1" }] },
        owners: { m1: '.spec.items[name="x"] .spec.items[name="x"].name .spec.items[name="x"].value' },
      },
    },
    "adds items of several appliers": {
      steps: [apply("m1", { spec: { items: [{ name: "x" }] } }), apply("m2", { spec: { items: [{ name: "y" }] } })],
      outcome: {
        spec: { items: [{ name: "x" }, { name: "y" }] },
        owners: {
          m1: '.spec.items[name="x"] .spec.items[name="x"].name',
          m2: '.spec.items[name="y"] .spec.items[name="y"].name',
        },
      },
    },
    "merges fields of one item": {
      steps: [
        apply("m1", { spec: { items: [{ name: "x", value: "1" }] } }),
        apply("m2", { spec: { items: [{ name: "x", flag: true }] } }),
      ],
      outcome: {
        spec: { items: [{ flag: true, name: "x", value: "1" }] },
        owners: {
          m1: '.spec.items[name="x"] .spec.items[name="x"].name .spec.items[name="x"].value',
          m2: '.spec.items[name="x"] .spec.items[name="x"].flag .spec.items[name="x"].name',
        },
      },
    },
    "removes an item that it leaves out": {
      steps: [
        apply("m1", { spec: { items: [{ name: "x" }, { name: "y" }] } }),
        apply("m1", { spec: { items: [{ name: "y" }] } }),
      ],
      outcome: { spec: { items: [{ name: "y" }] }, owners: { m1: '.spec.items[name="y"] .spec.items[name="y"].name' } },
    },
    "keeps the keys of an item that another still applies": {
      steps: [
        apply("m1", { spec: { items: [{ name: "x", value: "1" }] } }),
        apply("m2", { spec: { items: [{ name: "x", flag: true }] } }),
        apply("m1", { spec: { items: [] } }),
      ],
      outcome: {
        spec: { items: [{ flag: true, name: "x" }] },
        owners: { m2: '.spec.items[name="x"] .spec.items[name="x"].flag .spec.items[name="x"].name' },
      },
    },
    "removes a field of an item": {
      steps: [
        apply("m1", { spec: { items: [{ name: "x", value: "1", flag: true }] } }),
        apply("m1", { spec: { items: [{ name: "x", value: "1" }] } }),
      ],
      outcome: {
        spec: { items: [{ name: "x", value: "1" }] },
        owners: { m1: '.spec.items[name="x"] .spec.items[name="x"].name .spec.items[name="x"].value' },
      },
    },
    "follows the applied order": {
      steps: [
        apply("m1", { spec: { items: [{ name: "x" }, { name: "y" }, { name: "z" }] } }),
        apply("m1", { spec: { items: [{ name: "z" }, { name: "x" }, { name: "y" }] } }),
      ],
      outcome: {
        spec: { items: [{ name: "z" }, { name: "x" }, { name: "y" }] },
        owners: {
          m1: '.spec.items[name="x"] .spec.items[name="y"] .spec.items[name="z"] .spec.items[name="x"].name .spec.items[name="y"].name .spec.items[name="z"].name',
        },
      },
    },
    "puts new items after the one that they follow": {
      steps: [
        apply("m1", { spec: { items: [{ name: "x" }, { name: "z" }] } }),
        apply("m1", { spec: { items: [{ name: "x" }, { name: "y" }, { name: "z" }] } }),
      ],
      outcome: {
        spec: { items: [{ name: "x" }, { name: "y" }, { name: "z" }] },
        owners: {
          m1: '.spec.items[name="x"] .spec.items[name="y"] .spec.items[name="z"] .spec.items[name="x"].name .spec.items[name="y"].name .spec.items[name="z"].name',
        },
      },
    },
    "merges lists within items": {
      steps: [
        apply("m1", { spec: { items: [{ name: "x", tags: ["a"], ports: [{ port: 1 }] }] } }),
        apply("m2", { spec: { items: [{ name: "x", tags: ["b"], ports: [{ port: 1, protocol: "UDP" }] }] } }),
      ],
      outcome: {
        spec: { items: [{ name: "x", ports: [{ port: 1 }, { port: 1, protocol: "UDP" }], tags: ["a", "b"] }] },
        owners: {
          m1: '.spec.items[name="x"] .spec.items[name="x"].name .spec.items[name="x"].ports[port=1,protocol="TCP"] .spec.items[name="x"].ports[port=1,protocol="TCP"].port .spec.items[name="x"].tags[="a"]',
          m2: '.spec.items[name="x"] .spec.items[name="x"].name .spec.items[name="x"].ports[port=1,protocol="UDP"] .spec.items[name="x"].ports[port=1,protocol="UDP"].port .spec.items[name="x"].ports[port=1,protocol="UDP"].protocol .spec.items[name="x"].tags[="b"]',
        },
      },
    },
    "removes within a nested list": {
      steps: [
        apply("m1", { spec: { items: [{ name: "x", ports: [{ port: 1 }, { port: 2 }] }] } }),
        apply("m1", { spec: { items: [{ name: "x", ports: [{ port: 2 }] }] } }),
      ],
      outcome: {
        spec: { items: [{ name: "x", ports: [{ port: 2 }] }] },
        owners: {
          m1: '.spec.items[name="x"] .spec.items[name="x"].name .spec.items[name="x"].ports[port=2,protocol="TCP"] .spec.items[name="x"].ports[port=2,protocol="TCP"].port',
        },
      },
    },
    "completes keys by their defaults": {
      steps: [
        apply("m1", { spec: { items: [{ name: "x", ports: [{ port: 1 }] }] } }),
        apply("m2", { spec: { items: [{ name: "x", ports: [{ port: 1, protocol: "TCP" }] }] } }),
      ],
      outcome: {
        spec: { items: [{ name: "x", ports: [{ port: 1, protocol: "TCP" }] }] },
        owners: {
          m1: '.spec.items[name="x"] .spec.items[name="x"].name .spec.items[name="x"].ports[port=1,protocol="TCP"] .spec.items[name="x"].ports[port=1,protocol="TCP"].port',
          m2: '.spec.items[name="x"] .spec.items[name="x"].name .spec.items[name="x"].ports[port=1,protocol="TCP"] .spec.items[name="x"].ports[port=1,protocol="TCP"].port .spec.items[name="x"].ports[port=1,protocol="TCP"].protocol',
        },
      },
    },
    "refuses a duplicate": {
      steps: [apply("m1", { spec: { items: [{ name: "x" }, { name: "x", value: "1" }] } })],
      outcome: {
        refused:
          'failed to create typed patch object (/t; example.com/v1, Kind=Thing): .spec.items: duplicate entries for key [name="x"]',
      },
    },
    "refuses an item without keys": {
      steps: [apply("m1", { spec: { items: [{ value: "1" }] } })],
      outcome: {
        refused:
          'failed to create typed patch object (/t; example.com/v1, Kind=Thing): .spec.items: element 0: associative list with keys has an element that omits all key fields ["name"] (and doesn\'t have default values for any key fields)',
      },
    },
    "refuses an item that is null": {
      steps: [apply("m1", { spec: { items: [null] } })],
      outcome: {
        refused:
          "failed to create typed patch object (/t; example.com/v1, Kind=Thing): .spec.items: element 0: associative list with keys may not have a null element",
      },
    },
    "refuses an item that is no object": {
      steps: [apply("m1", { spec: { items: ["x"] } })],
      outcome: {
        refused:
          "failed to create typed patch object (/t; example.com/v1, Kind=Thing): .spec.items: element 0: associative list with keys may not have non-map elements",
      },
    },
  },
  "atomic values": {
    "owns an atomic list as a whole": {
      steps: [apply("m1", { spec: { atomicList: ["a", "b"] } })],
      outcome: { spec: { atomicList: ["a", "b"] }, owners: { m1: ".spec.atomicList" } },
    },
    "conflicts on an atomic list as a whole": {
      steps: [apply("m1", { spec: { atomicList: ["a", "b"] } }), apply("m2", { spec: { atomicList: ["b"] } })],
      outcome: { refused: 'Apply failed with 1 conflict: conflict with "m1": .spec.atomicList' },
    },
    "shares an equal atomic list": {
      steps: [apply("m1", { spec: { atomicList: ["a"] } }), apply("m2", { spec: { atomicList: ["a"] } })],
      outcome: { spec: { atomicList: ["a"] }, owners: { m2: ".spec.atomicList", m1: ".spec.atomicList" } },
    },
    "replaces an own atomic list": {
      steps: [apply("m1", { spec: { atomicList: ["a"] } }), apply("m1", { spec: { atomicList: ["b"] } })],
      outcome: { spec: { atomicList: ["b"] }, owners: { m1: ".spec.atomicList" } },
    },
    "owns an atomic map as a whole": {
      steps: [apply("m1", { spec: { atomicMap: { x: "1" } } })],
      outcome: { spec: { atomicMap: { x: "1" } }, owners: { m1: ".spec.atomicMap" } },
    },
    "conflicts on an atomic map as a whole": {
      steps: [apply("m1", { spec: { atomicMap: { x: "1" } } }), apply("m2", { spec: { atomicMap: { y: "1" } } })],
      outcome: { refused: 'Apply failed with 1 conflict: conflict with "m1": .spec.atomicMap' },
    },
    "replaces an own atomic map": {
      steps: [apply("m1", { spec: { atomicMap: { x: "1" } } }), apply("m1", { spec: { atomicMap: { y: "1" } } })],
      outcome: { spec: { atomicMap: { y: "1" } }, owners: { m1: ".spec.atomicMap" } },
    },
    "removes an atomic map": {
      steps: [apply("m1", { spec: { text: "a", atomicMap: { x: "1" } } }), apply("m1", { spec: { text: "a" } })],
      outcome: { spec: { text: "a" }, owners: { m1: ".spec.text" } },
    },
    "takes an atomic struct as a whole by an update": {
      steps: [
        apply("m1", { spec: { ref: { kind: "A", name: "x" } } }),
        update("m2", { spec: { ref: { kind: "A", name: "y" } } }),
      ],
      outcome: { spec: { ref: { kind: "A", name: "y" } }, owners: { "m2 Update": ".spec.ref" } },
    },
  },
  maps: {
    "owns each entry": {
      steps: [apply("m1", { spec: { map: { x: "1", y: "2" } } })],
      outcome: { spec: { map: { x: "1", y: "2" } }, owners: { m1: ".spec.map.x .spec.map.y" } },
    },
    "merges entries of several appliers": {
      steps: [apply("m1", { spec: { map: { x: "1" } } }), apply("m2", { spec: { map: { y: "2" } } })],
      outcome: { spec: { map: { x: "1", y: "2" } }, owners: { m1: ".spec.map.x", m2: ".spec.map.y" } },
    },
    "removes only its own entries": {
      steps: [
        apply("m1", { spec: { map: { x: "1", z: "3" } } }),
        apply("m2", { spec: { map: { y: "2", z: "3" } } }),
        apply("m1", { spec: { map: {} } }),
      ],
      outcome: { spec: { map: { y: "2", z: "3" } }, owners: { m2: ".spec.map.y .spec.map.z", m1: ".spec.map" } },
    },
    "conflicts on an entry": {
      steps: [apply("m1", { spec: { map: { "a.b/c": "1" } } }), apply("m2", { spec: { map: { "a.b/c": "2" } } })],
      outcome: { refused: 'Apply failed with 1 conflict: conflict with "m1": .spec.map.a.b/c' },
    },
  },
  "fields without a schema": {
    "owns objects field by field and lists as a whole": {
      steps: [apply("m1", { spec: { unknown: { deep: { x: 1, list: [{ a: 1 }] } } } })],
      outcome: {
        spec: { unknown: { deep: { list: [{ a: 1 }], x: 1 } } },
        owners: { m1: ".spec.unknown.deep .spec.unknown.deep.list .spec.unknown.deep.x" },
      },
    },
    "merges objects": {
      steps: [apply("m1", { spec: { unknown: { a: { x: 1 } } } }), apply("m2", { spec: { unknown: { a: { y: 2 } } } })],
      outcome: {
        spec: { unknown: { a: { x: 1, y: 2 } } },
        owners: { m1: ".spec.unknown.a .spec.unknown.a.x", m2: ".spec.unknown.a .spec.unknown.a.y" },
      },
    },
    "conflicts on a list": {
      steps: [apply("m1", { spec: { unknown: { list: [1] } } }), apply("m2", { spec: { unknown: { list: [1, 2] } } })],
      outcome: { refused: 'Apply failed with 1 conflict: conflict with "m1": .spec.unknown.list' },
    },
    "changes a scalar to an object": {
      steps: [apply("m1", { spec: { unknown: { a: "x" } } }), apply("m1", { spec: { unknown: { a: { b: 1 } } } })],
      outcome: { spec: { unknown: { a: { b: 1 } } }, owners: { m1: ".spec.unknown.a .spec.unknown.a.b" } },
    },
    "changes an object to a scalar": {
      steps: [
        apply("m1", { spec: { unknown: { a: { b: 1, c: 2 } } } }),
        apply("m1", { spec: { unknown: { a: "x" } } }),
      ],
      outcome: { spec: { unknown: { a: "x" } }, owners: { m1: ".spec.unknown.a" } },
    },
    "conflicts when the shape changes under another": {
      steps: [apply("m1", { spec: { unknown: { a: { b: 1 } } } }), apply("m2", { spec: { unknown: { a: [1] } } })],
      outcome: { refused: 'Apply failed with 1 conflict: conflict with "m1": .spec.unknown.a' },
    },
  },
  "wrong types": {
    "refuses an unknown field": {
      steps: [apply("m1", { spec: { nope: 1 } })],
      outcome: {
        refused:
          "failed to create typed patch object (/t; example.com/v1, Kind=Thing): .spec.nope: field not declared in schema",
      },
    },
    "refuses text for a number": {
      steps: [apply("m1", { spec: { number: "1" } })],
      outcome: {
        refused:
          "failed to create typed patch object (/t; example.com/v1, Kind=Thing): .spec.number: expected numeric (int or float), got string",
      },
    },
    "refuses a number for text": {
      steps: [apply("m1", { spec: { text: 1 } })],
      outcome: {
        refused:
          "failed to create typed patch object (/t; example.com/v1, Kind=Thing): .spec.text: expected string, got &value.valueUnstructured{Value:1}",
      },
    },
    "refuses text for a boolean": {
      steps: [apply("m1", { spec: { flag: "true" } })],
      outcome: {
        refused:
          "failed to create typed patch object (/t; example.com/v1, Kind=Thing): .spec.flag: expected boolean, got &{true}",
      },
    },
    "refuses an object for text": {
      steps: [apply("m1", { spec: { text: { a: [1, null] } } })],
      outcome: {
        refused:
          'failed to create typed patch object (/t; example.com/v1, Kind=Thing): .spec.text: expected string, got &value.valueUnstructured{Value:map[string]interface {}{"a":[]interface {}{1, interface {}(nil)}}}',
      },
    },
    "refuses text for a list": {
      steps: [apply("m1", { spec: { set: "a" } })],
      outcome: {
        refused:
          "failed to create typed patch object (/t; example.com/v1, Kind=Thing): .spec.set: expected list, got &{a}",
      },
    },
    "refuses a list for an object": {
      steps: [apply("m1", { spec: { struct: ["a"] } })],
      outcome: {
        refused:
          "failed to create typed patch object (/t; example.com/v1, Kind=Thing): .spec.struct: expected map, got &{[a]}",
      },
    },
    "refuses an object in a set": {
      steps: [apply("m1", { spec: { set: [{ a: 1 }] } })],
      outcome: {
        refused:
          "failed to create typed patch object (/t; example.com/v1, Kind=Thing): .spec.set: element 0: associative list without keys has an element that's a map type",
      },
    },
    "takes a number for int-or-string": {
      steps: [apply("m1", { spec: { intOrString: 1 } })],
      outcome: { spec: { intOrString: 1 }, owners: { m1: ".spec.intOrString" } },
    },
  },
  status: {
    "ignores status when the object itself is applied": {
      steps: [apply("m1", { spec: { text: "a" }, status: { phase: "x" } })],
      outcome: { spec: { text: "a" }, status: { phase: "x" }, owners: { m1: ".spec.text" } },
    },
    "applies status by the subresource": {
      steps: [apply("m1", { spec: { text: "a" } }), applyStatus("kubelet", { status: { phase: "x" } })],
      outcome: {
        spec: { text: "a" },
        status: { phase: "x" },
        owners: { m1: ".spec.text", "kubelet (status)": ".status.phase" },
      },
    },
    "has one entry for each subresource": {
      steps: [apply("m1", { spec: { text: "a" } }), applyStatus("m1", { status: { phase: "x" } })],
      outcome: {
        spec: { text: "a" },
        status: { phase: "x" },
        owners: { m1: ".spec.text", "m1 (status)": ".status.phase" },
      },
    },
    "conflicts within status": {
      steps: [
        apply("m1", { spec: { text: "a" } }),
        applyStatus("c1", { status: { phase: "x" } }),
        applyStatus("c2", { status: { phase: "y" } }),
      ],
      outcome: { refused: 'Apply failed with 1 conflict: conflict with "c1" with subresource "status": .status.phase' },
    },
    "names the subresource in a conflict": {
      steps: [
        apply("m1", { spec: { text: "a" } }),
        updateStatus("c1", { spec: { text: "a" }, status: { phase: "x" } }),
        applyStatus("c2", { status: { phase: "y" } }),
      ],
      outcome: {
        refused:
          'Apply failed with 1 conflict: conflict with "c1" with subresource "status" using example.com/v1: .status.phase',
      },
    },
    "merges conditions by type": {
      steps: [
        apply("m1", { spec: { text: "a" } }),
        applyStatus("c1", { status: { conditions: [{ type: "A", status: "True" }] } }),
        applyStatus("c2", { status: { conditions: [{ type: "B", status: "True" }] } }),
      ],
      outcome: {
        spec: { text: "a" },
        status: {
          conditions: [
            { status: "True", type: "A" },
            { status: "True", type: "B" },
          ],
        },
        owners: {
          m1: ".spec.text",
          "c1 (status)":
            '.status.conditions[type="A"] .status.conditions[type="A"].status .status.conditions[type="A"].type',
          "c2 (status)":
            '.status.conditions[type="B"] .status.conditions[type="B"].status .status.conditions[type="B"].type',
        },
      },
    },
    "records an update of status": {
      steps: [
        apply("m1", { spec: { text: "a" } }),
        updateStatus("kubelet", { spec: { text: "a" }, status: { phase: "x" } }),
      ],
      outcome: {
        spec: { text: "a" },
        status: { phase: "x" },
        owners: { m1: ".spec.text", "kubelet Update (status)": ".status .status.phase" },
      },
    },
    "ignores spec in an update of status": {
      steps: [
        apply("m1", { spec: { text: "a" } }),
        updateStatus("kubelet", { spec: { text: "b" }, status: { phase: "x" } }),
      ],
      outcome: {
        spec: { text: "b" },
        status: { phase: "x" },
        owners: { m1: ".spec.text", "kubelet Update (status)": ".status .status.phase" },
      },
    },
  },
  metadata: {
    "owns labels one by one": {
      steps: [apply("m1", { metadata: { labels: { a: "1" } } }), apply("m2", { metadata: { labels: { b: "2" } } })],
      outcome: {
        metadata: { labels: { a: "1", b: "2" } },
        owners: { m1: ".metadata.labels.a", m2: ".metadata.labels.b" },
      },
    },
    "conflicts on a label": {
      steps: [apply("m1", { metadata: { labels: { a: "1" } } }), apply("m2", { metadata: { labels: { a: "2" } } })],
      outcome: { refused: 'Apply failed with 1 conflict: conflict with "m1": .metadata.labels.a' },
    },
    "owns finalizers one by one": {
      steps: [
        apply("m1", { metadata: { finalizers: ["example.com/a"] } }),
        apply("m2", { metadata: { finalizers: ["example.com/b"] } }),
        apply("m1", {}),
      ],
      outcome: {
        metadata: { finalizers: ["example.com/b"] },
        owners: { m2: '.metadata.finalizers[="example.com/b"]' },
      },
    },
    "owns an owner reference as a whole": {
      steps: [
        apply("m1", { metadata: { ownerReferences: [{ apiVersion: "v1", kind: "P", name: "p", uid: "1" }] } }),
        apply("m2", {
          metadata: { ownerReferences: [{ apiVersion: "v1", kind: "P", name: "p", uid: "1", controller: true }] },
        }),
      ],
      outcome: { refused: 'Apply failed with 1 conflict: conflict with "m1": .metadata.ownerReferences[uid="1"]' },
    },
  },
};

function run(
  live: KubeObject | undefined,
  { operation, manager, force, subresource, parts }: Step,
  at: number,
): KubeObject {
  const request = {
    schema,
    apiVersion: "example.com/v1",
    kind: "Thing",
    manager,
    force,
    subresource,
    now: new Date(at * 1000),
    resetFields: resetFieldsOf(subresource, true),
  };
  const metadata = { name: "t", ...(parts["metadata"] as JsonObject | undefined) };
  const object = { apiVersion: "example.com/v1", kind: "Thing", ...structuredClone(parts), metadata } as KubeObject;
  if (operation === "apply") return withUid(applyConfiguration(live, object, request).object);
  return withUid(trackUpdate(live, live === undefined ? object : withUid(object), request));
}

function withUid(object: KubeObject): KubeObject {
  return { ...object, metadata: { ...object.metadata, uid: "u1" } };
}

function outcomeOf(steps: readonly Step[]): Outcome {
  try {
    const object = steps.reduce<KubeObject | undefined>((live, next, at) => run(live, next, at + 1), undefined);
    assert.ok(object !== undefined);
    const { apiVersion: _, kind: __, metadata, ...parts } = object;
    const { name: ___, uid: ____, managedFields = [], ...others } = metadata;
    const owners: Record<string, string> = {};
    for (const { manager, operation, subresource, fieldsV1 } of managedFields) {
      const as = `${operation === "Update" ? " Update" : ""}${subresource === undefined ? "" : ` (${subresource})`}`;
      owners[manager + as] = formatPaths(parseFieldsV1(fieldsV1 ?? {})).join(" ");
    }
    return { ...parts, ...(Object.keys(others).length === 0 ? {} : { metadata: others }), owners } as Outcome;
  } catch (error) {
    return { refused: (error as Error).message };
  }
}

for (const [group, rows] of Object.entries(matrix)) {
  describe(`server-side apply: ${group}`, () => {
    for (const [name, { steps, outcome }] of Object.entries(rows)) {
      it(name, () => assert.deepEqual(outcomeOf(steps), outcome));
    }
  });
}
