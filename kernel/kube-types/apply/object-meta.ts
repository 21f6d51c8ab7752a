import type { Schema } from "../schema/types.ts";

const TEXT: Schema = { type: "string" };
const TIME: Schema = { type: "string", format: "date-time" };
const WHOLE_NUMBER: Schema = { type: "integer", format: "int64" };
const TEXTS: Schema = { type: "object", additionalProperties: TEXT };

/** An owner is named as a whole: its fields do not change one by one. */
const OWNER_REFERENCE: Schema = {
  type: "object",
  properties: {
    apiVersion: TEXT,
    kind: TEXT,
    name: TEXT,
    uid: TEXT,
    controller: { type: "boolean" },
    blockOwnerDeletion: { type: "boolean" },
  },
  required: ["apiVersion", "kind", "name", "uid"],
  "x-kubernetes-map-type": "atomic",
};

/** `metadata` of every object, built-in or custom: how its lists merge. reference: `meta/v1` `ObjectMeta`. */
export const OBJECT_META_SCHEMA: Schema = {
  type: "object",
  properties: {
    name: TEXT,
    generateName: TEXT,
    namespace: TEXT,
    selfLink: TEXT,
    uid: TEXT,
    resourceVersion: TEXT,
    generation: WHOLE_NUMBER,
    creationTimestamp: TIME,
    deletionTimestamp: TIME,
    deletionGracePeriodSeconds: WHOLE_NUMBER,
    labels: TEXTS,
    annotations: TEXTS,
    ownerReferences: {
      type: "array",
      items: OWNER_REFERENCE,
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["uid"],
      "x-kubernetes-patch-strategy": "merge",
      "x-kubernetes-patch-merge-key": "uid",
    },
    finalizers: {
      type: "array",
      items: TEXT,
      "x-kubernetes-list-type": "set",
      "x-kubernetes-patch-strategy": "merge",
    },
    managedFields: { type: "array", items: { type: "object" }, "x-kubernetes-list-type": "atomic" },
  },
};
