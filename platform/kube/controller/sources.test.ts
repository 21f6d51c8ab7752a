import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { KubeObject } from "@tegata/kube-types";
import type { Informer, InformerHandler } from "../informer-types.ts";
import { defineResource } from "../resources.ts";
import {
  anyOf,
  enqueueMapped,
  enqueueObjects,
  enqueueOwners,
  generationChanged,
  labelsOrAnnotationsChanged,
} from "./sources.ts";

const owners = defineResource({
  apiVersion: "external-secrets.io/v1",
  kind: "ExternalSecret",
  plural: "externalsecrets",
});

function setUp() {
  const handlers: InformerHandler<KubeObject>[] = [];
  const informer = { onChange: (handler) => (handlers.push(handler), () => {}) } as Partial<
    Informer<KubeObject>
  > as Informer<KubeObject>;
  const keys: string[] = [];
  const controller = { enqueue: (key: string, priority = "soon") => keys.push(`${key} ${priority}`) };
  return { handlers, informer, keys, controller };
}

function object(name: string, metadata: Partial<KubeObject["metadata"]> = {}): KubeObject {
  return { apiVersion: "v1", kind: "Secret", metadata: { namespace: "shop", name, ...metadata } };
}

describe("enqueueObjects", () => {
  it("lets the first list wait behind changes", () => {
    const { handlers, informer, keys, controller } = setUp();
    enqueueObjects(informer, controller, anyOf(generationChanged, labelsOrAnnotationsChanged));
    const [handler] = handlers;
    handler?.added?.(object("a"), true);
    handler?.added?.(object("b"), false);
    handler?.updated?.(object("c", { generation: 2 }), object("c", { generation: 1 }));
    handler?.updated?.(object("d", { generation: 1 }), object("d", { generation: 1 }));
    handler?.updated?.(object("e", { annotations: { a: "1" } }), object("e"));
    handler?.updated?.(object("f", { labels: { a: "1" } }), object("f", { labels: { a: "1" } }));
    handler?.updated?.(object("g", { deletionTimestamp: "2026-01-01T00:00:00Z" }), object("g"));
    handler?.deleted?.(object("h"));
    assert.deepEqual(keys, ["shop/a later", "shop/b soon", "shop/c soon", "shop/e soon", "shop/g soon", "shop/h soon"]);
  });
});

describe("enqueueOwners", () => {
  it("enqueues controlling owners of the kind, in any version", () => {
    const { handlers, informer, keys, controller } = setUp();
    enqueueOwners(informer, controller, owners);
    const reference = { kind: "ExternalSecret", uid: "1", name: "db", controller: true };
    handlers[0]?.added?.(
      object("a", { ownerReferences: [{ ...reference, apiVersion: "external-secrets.io/v1beta1" }] }),
      false,
    );
    handlers[0]?.added?.(object("b", { ownerReferences: [{ ...reference, apiVersion: "other.io/v1" }] }), false);
    handlers[0]?.added?.(
      object("c", { ownerReferences: [{ ...reference, apiVersion: "external-secrets.io/v1", controller: false }] }),
      false,
    );
    assert.deepEqual(keys, ["shop/db soon"]);
  });
});

describe("enqueueMapped", () => {
  it("enqueues what the old and the new state concern", () => {
    const { handlers, informer, keys, controller } = setUp();
    enqueueMapped(informer, controller, ({ metadata: { labels = {} } }) => Object.values(labels));
    handlers[0]?.updated?.(
      object("a", { labels: { x: "new", y: "both" } }),
      object("a", { labels: { x: "old", y: "both" } }),
    );
    assert.deepEqual(keys, ["old soon", "both soon", "new soon"]);
  });
});
