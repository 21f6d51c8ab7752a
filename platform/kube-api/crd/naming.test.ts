import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { decideNames } from "./naming.ts";
import { crdStrategy } from "./strategy.ts";
import type { CustomResourceDefinition, CrdNames } from "./types.ts";

const crd = (names: CrdNames, accepted: Partial<CrdNames> = {}, group = "example.com"): CustomResourceDefinition => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${names.plural}.${group}` },
  spec: { group, scope: "Cluster", names, versions: [] },
  status: { acceptedNames: accepted },
});
const WIDGET: CrdNames = {
  plural: "widgets",
  singular: "widget",
  kind: "Widget",
  listKind: "WidgetList",
  shortNames: ["wd"],
};

describe("decideNames", () => {
  it("accepts names that nobody has", () => {
    const { acceptedNames, condition } = decideNames(crd(WIDGET), [
      crd({ plural: "gadgets", kind: "Gadget" }, { plural: "gadgets" }),
    ]);
    assert.deepEqual(acceptedNames, WIDGET);
    assert.equal(condition.status, "True");
  });
  const taken: Record<string, [Partial<CrdNames>, string, string]> = {
    "the plural": [{ plural: "widgets" }, "PluralConflict", '"widgets" is already in use'],
    "the singular, as a short name": [{ shortNames: ["widget"] }, "SingularConflict", '"widget" is already in use'],
    "the kind": [{ kind: "Widget" }, "KindConflict", '"Widget" is already in use'],
    "the list kind": [{ kind: "WidgetList" }, "ListKindConflict", '"WidgetList" is already in use'],
    "a short name": [{ plural: "wd" }, "ShortNamesConflict", '"wd" is already in use'],
  };
  for (const [what, [accepted, reason, message]] of Object.entries(taken)) {
    it(`refuses when another one of the group has ${what}`, () => {
      const { condition } = decideNames(crd(WIDGET), [crd({ plural: "others", kind: "Other" }, accepted)]);
      assert.deepEqual(condition, { type: "NamesAccepted", status: "False", reason, message });
    });
  }
  it("does not look at other groups", () => {
    assert.equal(decideNames(crd(WIDGET), [crd(WIDGET, WIDGET, "other.com")]).condition.status, "True");
  });
  it("keeps names that it has", () => {
    const other = crd({ plural: "others", kind: "Widget" }, { plural: "others" });
    assert.equal(decideNames(crd(WIDGET, WIDGET), [other]).condition.status, "True");
  });
});

describe("crdStrategy", () => {
  it("refuses or accepts any object without throwing", () => {
    const part = fc.jsonValue({ maxDepth: 4 });
    const spec = fc.record({
      group: part,
      names: part,
      scope: part,
      versions: fc.oneof(
        part,
        fc.array(fc.record({ name: part, served: part, storage: part, schema: fc.record({ openAPIV3Schema: part }) })),
      ),
    });
    fc.assert(
      fc.property(spec, (spec) => {
        const object = {
          apiVersion: "apiextensions.k8s.io/v1",
          kind: "CustomResourceDefinition",
          metadata: { name: "a" },
          spec,
        };
        const context = { user: { username: "", groups: [] }, now: new Date(0), dryRun: false };
        crdStrategy.prepareForCreate?.(object, context);
        assert.ok(Array.isArray(crdStrategy.validate?.(object)));
      }),
    );
  });
});
