import assert from "node:assert/strict";
import { it } from "node:test";
import { applyJsonPatch, applyMergePatch, applyStrategicMergePatch } from "@tegata/kube-types/patch";

it("the README's examples work", () => {
  assert.deepEqual(applyJsonPatch({ spec: { replicas: 1 } }, [{ op: "replace", path: "/spec/replicas", value: 2 }]), {
    spec: { replicas: 2 },
  });
  assert.deepEqual(
    applyMergePatch({ metadata: { labels: { a: "1", b: "2" } } }, { metadata: { labels: { b: null } } }),
    { metadata: { labels: { a: "1" } } },
  );
  const containers = {
    type: "array",
    items: { type: "object", properties: { name: { type: "string" }, image: { type: "string" } } },
    "x-kubernetes-patch-strategy": "merge",
    "x-kubernetes-patch-merge-key": "name",
  } as const;
  const patched = applyStrategicMergePatch(
    {
      containers: [
        { name: "web", image: "web:1" },
        { name: "log", image: "log:1" },
      ],
    },
    {
      containers: [
        { name: "web", image: "web:2" },
        { name: "log", $patch: "delete" },
      ],
    },
    { type: "object", properties: { containers } },
  );
  assert.deepEqual(patched, { containers: [{ name: "web", image: "web:2" }] });
});
