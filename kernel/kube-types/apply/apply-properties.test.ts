import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { JsonObject, JsonValue, KubeObject } from "../objects.ts";
import { equalJson, isJsonObject } from "../schema/json-value.ts";
import type { Schema } from "../schema/types.ts";
import { compare } from "./compare.ts";
import { difference, formatPaths, intersection, NO_FIELDS, union } from "./field-set.ts";
import { objectTypeOf } from "./field-type.ts";
import { parseFieldsV1 } from "./fields-v1.ts";
import { fieldsOf } from "./fields-of.ts";
import { applyConfiguration, trackUpdate } from "./index.ts";

interface Typed {
  readonly schema: Schema;
  /** Values of the schema, without nulls and empty containers: these two neither own nor are owned as others are. */
  readonly values: fc.Arbitrary<JsonValue>;
}

const NAMES = ["a", "b", "c"];

function scalar(): Typed {
  return { schema: { type: "string" }, values: fc.constantFrom("x", "y", "z") };
}

function set(): Typed {
  const schema: Schema = { type: "array", "x-kubernetes-list-type": "set", items: { type: "integer" } };
  return { schema, values: fc.uniqueArray(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 4 }) };
}

function atomic(): Typed {
  const schema: Schema = { type: "array", "x-kubernetes-list-type": "atomic", items: { type: "string" } };
  return { schema, values: fc.array(fc.constantFrom("x", "y"), { minLength: 1, maxLength: 3 }) };
}

function map(value: Typed): Typed {
  const schema: Schema = { type: "object", additionalProperties: value.schema };
  return { schema, values: fc.dictionary(fc.constantFrom(...NAMES), value.values, { minKeys: 1, maxKeys: 3 }) };
}

function struct(fields: readonly Typed[]): Typed {
  const properties = Object.fromEntries(fields.map(({ schema }, index) => [`f${index}`, schema]));
  const values = Object.fromEntries(fields.map(({ values }, index) => [`f${index}`, values]));
  const records = fc.record(values, { requiredKeys: [] }).filter((record) => Object.keys(record).length > 0);
  return { schema: { type: "object", properties }, values: records as fc.Arbitrary<JsonValue> };
}

function listMap(fields: readonly Typed[]): Typed {
  const { schema, values } = struct(fields);
  const keyed: Schema = { ...schema, properties: { ...schema.properties, name: { type: "string" } } };
  const items = fc
    .tuple(fc.constantFrom(...NAMES), values)
    .map(([name, value]) => ({ name, ...(isJsonObject(value) ? value : {}) }));
  return {
    schema: { type: "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"], items: keyed },
    values: fc.uniqueArray(items, {
      minLength: 1,
      maxLength: 3,
      selector: ({ name }) => name,
    }) as fc.Arbitrary<JsonValue>,
  };
}

const { type: types } = fc.letrec<{ type: Typed; fields: Typed[] }>((tie) => ({
  fields: fc.array(tie("type"), { minLength: 1, maxLength: 3 }),
  type: fc.oneof(
    { maxDepth: 3, depthIdentifier: "schema" },
    fc.constant(scalar()),
    fc.constant(set()),
    fc.constant(atomic()),
    tie("type").map(map),
    tie("fields").map(struct),
    tie("fields").map(listMap),
  ),
}));

const specs = fc.array(types, { minLength: 1, maxLength: 4 }).map(struct);

interface World {
  readonly schema: Schema;
  /** What different managers want. */
  readonly wishes: JsonValue[];
}

const worlds: fc.Arbitrary<World> = specs.chain(({ schema, values }) =>
  fc.record({
    schema: fc.constant<Schema>({ type: "object", properties: { spec: schema } }),
    wishes: fc.array(values, { minLength: 3, maxLength: 3 }),
  }),
);

const kind = { apiVersion: "example.com/v1", kind: "Thing" };

function thing(spec: JsonValue | undefined): KubeObject {
  return { ...kind, metadata: { name: "t" }, ...(spec === undefined ? {} : { spec }) };
}

function apply(schema: Schema, live: KubeObject | undefined, manager: string, spec: JsonValue | undefined): KubeObject {
  const request = { ...kind, schema, manager, force: true, now: new Date(0) };
  const { object } = applyConfiguration(live, thing(spec), request);
  return { ...object, metadata: { ...object.metadata, uid: "u" } };
}

function update(schema: Schema, live: KubeObject, manager: string, spec: JsonValue): KubeObject {
  const updated = { ...thing(spec), metadata: live.metadata };
  return trackUpdate(live, updated, { ...kind, schema, manager, now: new Date(0) });
}

function specOf(object: KubeObject): JsonValue | undefined {
  return (object as KubeObject & { spec?: JsonValue }).spec;
}

function fields(object: KubeObject, wanted: string): ReturnType<typeof parseFieldsV1> {
  const entry = object.metadata.managedFields?.find(({ manager }) => manager === wanted);
  return parseFieldsV1(entry?.fieldsV1 ?? {});
}

describe("whatever the schema, server-side apply", () => {
  it("gives what is applied, and owns it", () => {
    fc.assert(
      fc.property(worlds, ({ schema, wishes: [mine = null] }) => {
        const object = apply(schema, undefined, "m", mine);
        assert.ok(equalJson(specOf(object), mine));
        assert.deepEqual(
          formatPaths(fields(object, "m")),
          formatPaths(fieldsOf(objectTypeOf(schema), thing(mine) as unknown as JsonObject)).filter((path) =>
            path.startsWith(".spec"),
          ),
        );
      }),
    );
  });

  it("is idempotent", () => {
    fc.assert(
      fc.property(worlds, ({ schema, wishes: [mine = null, others = null] }) => {
        const live = apply(schema, apply(schema, undefined, "n", others), "m", mine);
        const request = { ...kind, schema, manager: "m", force: false, now: new Date(5000) };
        const again = applyConfiguration(live, thing(mine), request);
        assert.equal(again.changed, false);
        assert.deepEqual(again.object, live);
      }),
    );
  });

  it("wins with force, and keeps what it does not mention", () => {
    fc.assert(
      fc.property(worlds, ({ schema, wishes: [mine = null, others = null] }) => {
        const type = objectTypeOf(schema);
        const live = apply(schema, undefined, "n", others);
        const object = apply(schema, live, "m", mine);
        const { changed, removed } = compare(
          type,
          thing(specOf(object)) as unknown as JsonObject,
          thing(mine) as unknown as JsonObject,
        );
        assert.deepEqual(formatPaths(changed), []);
        assert.equal(intersection(removed, fields(object, "m")).size, 0);
        assert.equal(difference(fields(live, "n"), union(fields(object, "n"), fields(object, "m"))).size, 0);
      }),
    );
  });

  it("removes what only its applier owned when it applies nothing, and no more", () => {
    fc.assert(
      fc.property(worlds, ({ schema, wishes: [mine = null, others = null] }) => {
        const alone = apply(schema, undefined, "n", others);
        const request = { ...kind, schema, manager: "m", force: false, now: new Date(0) };
        let both: KubeObject;
        try {
          both = applyConfiguration(alone, thing(mine), request).object;
        } catch {
          return; // A conflict: nothing was applied.
        }
        const after = apply(schema, both, "m", undefined);
        const type = objectTypeOf(schema);
        const { changed, removed } = compare(type, alone as unknown as JsonObject, after as unknown as JsonObject);
        const spec = (set: typeof changed): string[] => formatPaths(set).filter((path) => path.startsWith(".spec"));
        assert.deepEqual([spec(changed), spec(removed)], [[], []]);
        assert.equal(fields(after, "m").size, 0);
      }),
    );
  });

  it("leaves no field with two opinions: an update takes it from all others", () => {
    fc.assert(
      fc.property(worlds, ({ schema, wishes: [mine = null, others = null, updated = null] }) => {
        const live = apply(schema, apply(schema, undefined, "n", others), "m", mine);
        const after = update(schema, live, "u", updated);
        const type = objectTypeOf(schema);
        const { changed, removed } = compare(type, live as unknown as JsonObject, after as unknown as JsonObject);
        const appliers = union(fields(after, "m"), fields(after, "n"));
        assert.equal(intersection(appliers, union(changed, removed)).size, 0);
        assert.equal(difference(intersection(changed, fields(after, "u")), changed).size, 0);
        assert.equal(intersection(removed, fields(after, "u")).size, 0);
      }),
    );
  });

  it("owns nothing that the object does not have", () => {
    fc.assert(
      fc.property(worlds, ({ schema, wishes: [mine = null, others = null, updated = null] }) => {
        const type = objectTypeOf(schema);
        const steps = [
          apply(schema, apply(schema, undefined, "n", others), "m", mine),
          update(schema, apply(schema, undefined, "m", mine), "u", updated),
          apply(schema, update(schema, apply(schema, undefined, "m", mine), "u", updated), "m", others),
        ];
        for (const object of steps) {
          const { changed } = compare(type, { ...kind }, object as unknown as JsonObject);
          const owned = (object.metadata.managedFields ?? []).reduce(
            (all, { fieldsV1 }) => union(all, parseFieldsV1(fieldsV1 ?? {})),
            NO_FIELDS,
          );
          assert.deepEqual(formatPaths(difference(owned, changed)), []);
        }
      }),
    );
  });
});
