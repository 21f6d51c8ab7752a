import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonValue, KubeObject } from "@tegata/kube-types";
import { applyMergePatch } from "@tegata/kube-types/patch";
import fc from "fast-check";
import { createKubeClient } from "../client/kube-client.ts";
import { defineResource } from "../resources.ts";
import { ScriptedKubeApi } from "../testing/scripted-kube-api.ts";
import { findCondition, isConditionTrue, setCondition } from "./conditions.ts";
import { addFinalizer, hasFinalizer, isDeleting, removeFinalizer } from "./finalizers.ts";
import { equalJson, mergePatchBetween } from "./json-difference.ts";
import { controllerOf, isOwnedBy, withControllerReference } from "./ownership.ts";
import { formatMicroTimestamp, formatTimestamp } from "./timestamps.ts";
import { writeStatus } from "./write-status.ts";

const NOON = new Date("2026-01-02T12:00:00.123Z");
const LATER = new Date("2026-01-02T13:00:00.456Z");

describe("setCondition", () => {
  const ready = { type: "Ready", status: "True", reason: "Synced", message: "all is well" } as const;
  const first = setCondition(undefined, ready, NOON);

  it("stamps a new condition", () => {
    assert.deepEqual(first, [{ ...ready, lastTransitionTime: "2026-01-02T12:00:00Z" }]);
  });

  it("keeps the time when only the reason changes, and the list when nothing does", () => {
    const [changed] = setCondition(first, { ...ready, reason: "Refreshed" }, LATER);
    assert.deepEqual([changed?.reason, changed?.lastTransitionTime], ["Refreshed", "2026-01-02T12:00:00Z"]);
    assert.equal(setCondition(first, ready, LATER), first);
  });

  it("moves the time when the status changes, and leaves other conditions alone", () => {
    const two = setCondition(first, { type: "Stalled", status: "False" }, NOON);
    const conditions = setCondition(two, { ...ready, status: "False" }, LATER);
    assert.equal(conditions[0]?.lastTransitionTime, "2026-01-02T13:00:00Z");
    assert.equal(conditions[1], two[1]);
    assert.equal(isConditionTrue(conditions, "Ready"), false);
    assert.equal(isConditionTrue(first, "Ready"), true);
    assert.equal(findCondition(conditions, "Nope"), undefined);
  });
});

describe("timestamps", () => {
  it("are whole seconds, or six digits", () => {
    assert.equal(formatTimestamp(NOON), "2026-01-02T12:00:00Z");
    assert.equal(formatMicroTimestamp(NOON), "2026-01-02T12:00:00.123000Z");
  });
});

describe("withControllerReference", () => {
  const owner = {
    apiVersion: "external-secrets.io/v1",
    kind: "ExternalSecret",
    metadata: { namespace: "shop", name: "db", uid: "1" },
  };
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { namespace: "shop", name: "db" } };
  const ownerReferences = withControllerReference(secret, owner);
  const owned = { ...secret, metadata: { ...secret.metadata, ownerReferences } };

  it("makes the owner the controller, once", () => {
    assert.equal(controllerOf(owned)?.uid, "1");
    assert.equal(isOwnedBy(owned, owner), true);
    assert.deepEqual(withControllerReference(owned, owner), ownerReferences);
  });

  it("takes a new version of the owner's API for the same owner", () => {
    const [reference, ...more] = withControllerReference(owned, { ...owner, apiVersion: "external-secrets.io/v2" });
    assert.deepEqual([reference?.apiVersion, more], ["external-secrets.io/v2", []]);
  });

  it("refuses an object that another one controls", () => {
    const other = { ...owner, metadata: { ...owner.metadata, name: "other", uid: "2" } };
    assert.throws(() => withControllerReference(owned, other), {
      code: "KUBE_OWNED_BY_OTHER",
      message: 'Secret "shop/db" is controlled by ExternalSecret "db" already',
    });
  });
});

describe("mergePatchBetween", () => {
  // A merge patch cannot set a field to null, and Kubernetes has no such fields in a status.
  const json = fc.letrec<{ value: JsonValue; object: Record<string, JsonValue> }>((tie) => ({
    value: fc.oneof(fc.boolean(), fc.integer(), fc.string(), fc.array(tie("value"), { maxLength: 3 }), tie("object")),
    object: fc.dictionary(fc.constantFrom("a", "b", "c", "d"), tie("value"), { maxKeys: 4 }),
  })).object;

  it("makes the one of the other", () => {
    fc.assert(
      fc.property(json, json, (from, to) => {
        const patch = mergePatchBetween(from, to);
        assert.ok(equalJson(applyMergePatch(from, patch), to));
        assert.equal(Object.keys(patch).length === 0, equalJson(from, to));
      }),
    );
  });

  it("takes undefined for absent and does not mind the order of fields", () => {
    assert.ok(equalJson({ a: 1, b: undefined, c: [1] }, { c: [1], a: 1 }));
    assert.ok(!equalJson([1, 2], [2, 1]));
    assert.ok(!equalJson({ a: null }, {}));
  });
});

describe("on a server", () => {
  type Thing = KubeObject & { status?: { phase?: string; conditions?: { type: string }[] } };
  const things = defineResource<Thing>({ apiVersion: "test.dev/v1", kind: "Thing", plural: "things" });
  const COLLECTION = "/apis/test.dev/v1/things";

  it("writeStatus writes what differs, only if something does, and never over a change", async (t) => {
    const api = await ScriptedKubeApi.start(t);
    const client = createKubeClient(api.access());
    t.after(() => client.close());
    api.put(COLLECTION, { apiVersion: "test.dev/v1", kind: "Thing", metadata: { namespace: "shop", name: "a" } });
    const thing = await client.get(things, "shop", "a");
    assert.ok(thing !== undefined);
    assert.equal(await writeStatus(client, things, thing, { phase: "Ready" }), true);
    assert.equal(api.requests.at(-1)?.url.pathname, "/apis/test.dev/v1/namespaces/shop/things/a/status");
    await assert.rejects(writeStatus(client, things, thing, { phase: "Old" }), { code: "KUBE_CONFLICT" });
    const now = await client.get(things, "shop", "a");
    assert.ok(now !== undefined);
    const before = api.requests.length;
    assert.equal(await writeStatus(client, things, now, { phase: "Ready" }), false);
    assert.equal(api.requests.length, before);
    await writeStatus(client, things, now, {});
    assert.deepEqual(JSON.parse(api.requests.at(-1)?.body ?? "").status, { phase: null });
  });

  it("finalizers are added once, and taken off even if the object is gone", async (t) => {
    const api = await ScriptedKubeApi.start(t);
    const client = createKubeClient(api.access());
    t.after(() => client.close());
    api.put(COLLECTION, {
      apiVersion: "test.dev/v1",
      kind: "Thing",
      metadata: { namespace: "shop", name: "a", finalizers: ["other"] },
    });
    const thing = await client.get(things, "shop", "a");
    assert.ok(thing !== undefined);
    const held = await addFinalizer(client, things, thing, "tegata.dev/x");
    assert.deepEqual(held.metadata.finalizers, ["other", "tegata.dev/x"]);
    assert.equal(await addFinalizer(client, things, held, "tegata.dev/x"), held);
    assert.deepEqual([hasFinalizer(held, "tegata.dev/x"), isDeleting(held)], [true, false]);
    await assert.rejects(addFinalizer(client, things, thing, "tegata.dev/y"), { code: "KUBE_CONFLICT" });
    await removeFinalizer(client, things, held, "tegata.dev/x");
    assert.deepEqual(api.stored(COLLECTION)[0]?.metadata.finalizers, ["other"]);
    api.remove(COLLECTION, "shop/a");
    await removeFinalizer(client, things, held, "other");
  });
});
