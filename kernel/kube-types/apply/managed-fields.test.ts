import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject, KubeObject, ManagedFieldsEntry } from "../objects.ts";
import { encodeGoJson } from "../patch/go-value.ts";
import type { Schema } from "../schema/types.ts";
import {
  applyConfiguration,
  checkManagedFields,
  keepUnchangedTimes,
  managerOf,
  MAX_MANAGER_BYTES,
  MAX_UPDATE_MANAGERS,
  resetFieldsOf,
  trackUpdate,
} from "./index.ts";

const schema: Schema = {
  type: "object",
  properties: {
    spec: {
      type: "object",
      properties: {
        a: { type: "string" },
        b: { type: "string" },
        map: { type: "object", additionalProperties: { type: "string" } },
      },
    },
  },
};
const kind = { apiVersion: "example.com/v1", kind: "Thing" };

function request(manager: string, seconds: number): Parameters<typeof trackUpdate>[2] {
  return { ...kind, schema, manager, now: new Date(seconds * 1000 + 999) };
}

function thing(spec: JsonObject, metadata: KubeObject["metadata"] = {}): KubeObject {
  return { ...kind, metadata: { name: "t", ...metadata }, spec } as KubeObject;
}

function stored(object: KubeObject): KubeObject {
  return { ...object, metadata: { ...object.metadata, uid: "u" } };
}

function entries({ metadata: { managedFields = [] } }: KubeObject): string[] {
  return managedFields.map(({ manager, operation, time }) => `${manager} ${operation} ${time}`);
}

const applied = stored(applyConfiguration(undefined, thing({ a: "x" }), { ...request("m", 1), force: false }).object);

describe("managedFields", () => {
  it("has its members in the order in which Kubernetes writes them", () => {
    const status = { ...request("m", 1), subresource: "status" };
    const [entry] = trackUpdate(undefined, thing({ a: "x" }), status).metadata.managedFields ?? [];
    assert.equal(
      JSON.stringify(entry),
      '{"manager":"m","operation":"Update","apiVersion":"example.com/v1","time":"1970-01-01T00:00:01Z","fieldsType":"FieldsV1",' +
        '"fieldsV1":{"f:spec":{".":{},"f:a":{}}},"subresource":"status"}',
    );
  });

  it("sorts appliers before updaters, then the oldest first, then by name", () => {
    let live = applied;
    for (const [manager, seconds] of [
      ["z", 3],
      ["b", 2],
      ["a", 3],
    ] as const) {
      live = trackUpdate(
        live,
        thing({ a: "x", map: { ...mapOf(live), [manager]: "1" } }, { uid: "u" }),
        request(manager, seconds),
      );
    }
    assert.deepEqual(entries(live), [
      "m Apply 1970-01-01T00:00:01Z",
      "b Update 1970-01-01T00:00:02Z",
      "a Update 1970-01-01T00:00:03Z",
      "z Update 1970-01-01T00:00:03Z",
    ]);
  });

  it("keeps the times of those whose fields did not change", () => {
    const again = applyConfiguration(applied, thing({ a: "x" }), { ...request("m", 9), force: false });
    assert.deepEqual(again, { object: applied, changed: false });
    const updated = trackUpdate(applied, stored(thing({ a: "x", b: "y" })), request("u", 9));
    assert.deepEqual(entries(updated), ["m Apply 1970-01-01T00:00:01Z", "u Update 1970-01-01T00:00:09Z"]);
  });

  it("has no time for an applier that never changed anything", () => {
    const shared = applyConfiguration(applied, thing({ a: "x" }), { ...request("n", 9), force: false });
    assert.equal(shared.changed, true);
    assert.deepEqual(entries(shared.object), ["n Apply undefined", "m Apply 1970-01-01T00:00:01Z"]);
  });

  it("merges the oldest updates when there are too many", () => {
    let live = applied;
    for (let at = 0; at < MAX_UPDATE_MANAGERS + 2; at++) {
      const map = { ...mapOf(live), [`k${at}`]: "1" };
      live = trackUpdate(live, stored(thing({ a: "x", map })), request(`u${String(at).padStart(2, "0")}`, at + 10));
    }
    const all = live.metadata.managedFields ?? [];
    assert.equal(all.filter(({ operation }) => operation === "Update").length, MAX_UPDATE_MANAGERS);
    assert.deepEqual(all.map(({ manager }) => manager).slice(0, 3), ["m", "ancient-changes", "u03"]);
    assert.deepEqual(all[1]?.fieldsV1, { "f:spec": { "f:map": { ".": {}, "f:k0": {}, "f:k1": {}, "f:k2": {} } } });
    assert.equal(all[1]?.time, "1970-01-01T00:00:12Z");
  });

  it("may be cleared by one empty entry, and is then kept no more until somebody applies", () => {
    const cleared = trackUpdate(applied, stored(thing({ a: "x" }, { managedFields: [{}] })), request("u", 2));
    assert.equal(cleared.metadata.managedFields, undefined);
    const updated = trackUpdate(stored(cleared), stored(thing({ a: "y" })), request("u", 3));
    assert.equal(updated.metadata.managedFields, undefined);
    const again = applyConfiguration(stored(updated), thing({ b: "z" }), { ...request("m", 4), force: false });
    assert.deepEqual(entries(again.object), [
      "m Apply 1970-01-01T00:00:04Z",
      "before-first-apply Update 1970-01-01T00:00:04Z",
    ]);
  });

  it("may be written by a client, in any order and spelling", () => {
    const fieldsV1 = { "f:spec": { "f:b": {}, "f:a": { ".": {} } } };
    const sent: ManagedFieldsEntry[] = [
      { manager: "c", operation: "Update", apiVersion: "example.com/v1", fieldsType: "FieldsV1", fieldsV1 },
    ];
    const updated = trackUpdate(applied, stored(thing({ a: "x" }, { managedFields: sent })), request("u", 2));
    assert.equal(JSON.stringify(updated.metadata.managedFields?.[0]?.fieldsV1), '{"f:spec":{"f:a":{},"f:b":{}}}');
    assert.deepEqual(entries(updated), ["c Update undefined"]);
  });

  it("stays as it is when what a client sends is empty, malformed or through a subresource", () => {
    const bad: ManagedFieldsEntry[] = [{ manager: "c", operation: "Update", apiVersion: "", fieldsType: "FieldsV1" }];
    const kept = applied.metadata.managedFields;
    for (const managedFields of [[], bad]) {
      const updated = trackUpdate(applied, stored(thing({ a: "x" }, { managedFields })), request("u", 2));
      assert.deepEqual(updated.metadata.managedFields, kept);
    }
    const status = { ...request("u", 2), subresource: "status" };
    const updated = trackUpdate(applied, stored(thing({ a: "x" }, { managedFields: [{}] })), status);
    assert.deepEqual(updated.metadata.managedFields, kept);
  });

  it("is checked with Kubernetes' words", () => {
    const good: ManagedFieldsEntry = { operation: "Apply", apiVersion: "v1", fieldsType: "FieldsV1", fieldsV1: {} };
    const problems: [JsonObject, string | undefined][] = [
      [{}, undefined],
      [{ operation: "Patch" }, "operation must be `Apply` or `Update`"],
      [{ apiVersion: "" }, "apiVersion must not be empty"],
      [{ fieldsType: "" }, "missing fieldsType in managed fields entry 0"],
      [{ fieldsType: "V2" }, 'invalid fieldsType "V2" in managed fields entry 0'],
      [{ fieldsV1: { f: {} } }, "key must be 2 characters long:"],
    ];
    for (const [change, problem] of problems)
      assert.equal(checkManagedFields([{ ...good, ...change } as ManagedFieldsEntry]), problem);
  });
});

describe("keepUnchangedTimes", () => {
  const updated = structuredClone(applied);
  for (const entry of updated.metadata.managedFields ?? []) entry.time = "1970-01-01T00:00:09Z";

  it("undoes times if nothing else changed", () => assert.deepEqual(keepUnchangedTimes(applied, updated), applied));
  it("keeps them if the object changed", () => {
    const other = { ...updated, spec: { a: "y" } };
    assert.equal(keepUnchangedTimes(applied, other), other);
  });
  it("keeps them if the owners changed", () => {
    const other = structuredClone(updated);
    for (const entry of other.metadata.managedFields ?? []) entry.fieldsV1 = {};
    assert.equal(keepUnchangedTimes(applied, other), other);
  });
});

describe("applyConfiguration", () => {
  const apply = (config: KubeObject, live?: KubeObject) => () =>
    applyConfiguration(live, config, { ...request("m", 2), force: false });

  it("refuses another kind or version", () => {
    const message = "invalid object type: example.com/v2, Kind=Thing";
    assert.throws(apply({ ...thing({}), apiVersion: "example.com/v2" }), { code: "PATCH_MALFORMED", message });
    const core = { ...thing({}), apiVersion: "v1", kind: "Pod" };
    assert.throws(apply(core), { code: "PATCH_MALFORMED", message: "invalid object type: /v1, Kind=Pod" });
  });

  it("takes metadata that is null for none", () => {
    const config = { ...thing({ a: "x" }), metadata: null } as unknown as KubeObject;
    assert.equal(apply(config)().object.metadata.managedFields?.length, 1);
  });

  it("refuses managedFields", () => {
    const message = "metadata.managedFields must be nil";
    assert.throws(apply(thing({}, { managedFields: [] })), { code: "PATCH_MALFORMED", message });
  });

  it("tells a conflict from a configuration that does not fit, with causes", () => {
    assert.throws(apply(thing({ nope: 1 }, { namespace: "ns" })), {
      code: "PATCH_FAILED",
      message:
        "failed to create typed patch object (ns/t; example.com/v1, Kind=Thing): .spec.nope: field not declared in schema",
    });
    const other = applyConfiguration(undefined, thing({ a: "x" }), { ...request("n", 1), force: false }).object;
    assert.throws(apply(thing({ a: "y" }), stored(other)), {
      code: "APPLY_CONFLICT",
      causes: [{ reason: "FieldManagerConflict", message: 'conflict with "n"', field: ".spec.a" }],
    });
  });

  it("refuses to go on from managedFields that it cannot read", () => {
    const broken: ManagedFieldsEntry[] = [{ operation: "Apply", apiVersion: "v1" }];
    const message = "failed to decode managed fields: missing fieldsType in managed fields entry 0";
    assert.throws(apply(thing({}), stored(thing({}, { managedFields: broken }))), { code: "PATCH_FAILED", message });
  });

  it("shares nothing with what it is given", () => {
    const live = structuredClone(applied);
    const config = thing({ a: "x", map: { k: "v" } });
    const { object } = applyConfiguration(live, config, { ...request("m", 2), force: false });
    Object.assign((object as unknown as { spec: { map: JsonObject } }).spec.map, { k: "other" });
    assert.deepEqual([live, config], [applied, thing({ a: "x", map: { k: "v" } })]);
  });
});

describe("kubectl's change from client-side to server-side apply", () => {
  const annotation = "kubectl.kubernetes.io/last-applied-configuration";
  const config = thing({ a: "x" });
  const lastApplied = (spec: JsonObject): string => `${encodeGoJson(thing(spec) as unknown as JsonObject)}\n`;
  const live = stored(
    trackUpdate(
      undefined,
      thing({ a: "x" }, { annotations: { [annotation]: lastApplied({ a: "x" }) } }),
      request("kubectl-client-side-apply", 1),
    ),
  );
  const apply = (manager: string, next: KubeObject, from: KubeObject = live): KubeObject =>
    applyConfiguration(from, next, { ...request(manager, 2), force: false }).object;

  it("takes over what kubectl applied before", () => {
    const object = apply("kubectl", thing({ a: "y" })) as KubeObject & { spec: JsonObject };
    assert.deepEqual(object.spec, { a: "y" });
    assert.equal(object.metadata.annotations?.[annotation], lastApplied({ a: "y" }));
  });

  it("leaves the annotation alone under any other name, and conflicts", () => {
    assert.throws(() => apply("other", thing({ a: "y" })), { code: "APPLY_CONFLICT" });
    assert.equal(apply("other", config).metadata.annotations?.[annotation], lastApplied({ a: "x" }));
  });

  it("conflicts over what was changed since", () => {
    const changed = stored({ ...live, spec: { a: "z" } } as KubeObject);
    assert.throws(() => apply("kubectl", thing({ a: "y" }), changed), { code: "APPLY_CONFLICT" });
  });

  it("changes nothing when the same is applied twice", () => {
    const once = stored(apply("kubectl", config));
    assert.equal(applyConfiguration(once, config, { ...request("kubectl", 9), force: false }).changed, false);
  });
});

describe("what a write request is made of", () => {
  it("resets status, but for its subresource, which resets spec", () => {
    assert.deepEqual(resetFieldsOf("", true), [["status"]]);
    assert.deepEqual(resetFieldsOf("", false), []);
    assert.deepEqual(resetFieldsOf("status", true), [["spec"]]);
    assert.deepEqual(resetFieldsOf("scale", true), []);
  });

  it("does not own the structs that a built-in kind always prints", () => {
    const text = { type: "string" } as const;
    const builtin: Schema = {
      type: "object",
      properties: {
        spec: {
          type: "object",
          properties: {
            strategy: { type: "object", properties: { type: text } },
            selector: { type: "object", additionalProperties: text, "x-kubernetes-map-type": "atomic" },
          },
        },
      },
    };
    const deployment = {
      ...thing({ strategy: { type: "x" }, selector: { a: "b" } }),
      apiVersion: "apps/v1",
      kind: "Deployment",
    };
    const created = trackUpdate(undefined, deployment, { ...request("m", 1), ...deployment, schema: builtin });
    const [entry] = created.metadata.managedFields ?? [];
    assert.deepEqual(entry?.fieldsV1, { "f:spec": { "f:selector": {}, "f:strategy": { "f:type": {} } } });
    const ready = { ...stored(created), status: { replicas: 1 } };
    const status = { ...request("c", 2), ...deployment, schema: builtin, subresource: "status" };
    const updated = trackUpdate(stored(created), ready, status);
    assert.deepEqual(updated.metadata.managedFields?.[1]?.fieldsV1, { "f:status": { "f:replicas": {} } });
  });

  it("takes the manager from the User-Agent if none is given", () => {
    assert.equal(managerOf("given", "kubectl/v1.32"), "given");
    assert.equal(managerOf("", "kubectl/v1.32 (linux)"), "kubectl");
    assert.equal(managerOf(undefined, "a\u0000b\u00e9/1"), "ab\u00e9");
    assert.equal(managerOf(undefined, "x".repeat(200)).length, MAX_MANAGER_BYTES);
    assert.deepEqual(entries(trackUpdate(undefined, thing({ a: "x" }), request(managerOf(undefined, ""), 1))), [
      "unknown Update 1970-01-01T00:00:01Z",
    ]);
  });
});

function mapOf(object: KubeObject): JsonObject {
  return (object as KubeObject & { spec: { map?: JsonObject } }).spec.map ?? {};
}
