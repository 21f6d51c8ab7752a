import type { JsonObject } from "@tegata/kube-types";
import { prune, type Schema, validateValue } from "@tegata/kube-types/schema";

const TEXT: Schema = { type: "string" };
const WHOLE: Schema = { type: "integer", format: "int64" };
const INSTANT: Schema = { type: "string", format: "date-time" };
const FLAG: Schema = { type: "boolean" };
const TEXTS: Schema = { type: "object", additionalProperties: TEXT };

/** `metav1.ObjectMeta`: every object has it, whether its kind has a schema or not. */
const OBJECT_META: Schema = {
  type: "object",
  properties: {
    name: TEXT,
    generateName: TEXT,
    namespace: TEXT,
    selfLink: TEXT,
    uid: TEXT,
    resourceVersion: TEXT,
    generation: WHOLE,
    creationTimestamp: INSTANT,
    deletionTimestamp: INSTANT,
    deletionGracePeriodSeconds: WHOLE,
    labels: TEXTS,
    annotations: TEXTS,
    finalizers: { type: "array", items: TEXT },
    ownerReferences: {
      type: "array",
      items: {
        type: "object",
        properties: { apiVersion: TEXT, kind: TEXT, name: TEXT, uid: TEXT, controller: FLAG, blockOwnerDeletion: FLAG },
      },
    },
    managedFields: {
      type: "array",
      items: {
        type: "object",
        properties: {
          manager: TEXT,
          operation: TEXT,
          apiVersion: TEXT,
          time: INSTANT,
          fieldsType: TEXT,
          fieldsV1: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
          subresource: TEXT,
        },
      },
    },
  },
};

/** Removes what metadata does not have, in place. @returns the paths of unknown fields. */
export function pruneMetadata(metadata: JsonObject): string[] {
  return prune(metadata, OBJECT_META, { isResourceRoot: false }).map((path) => `metadata.${path}`);
}

/** What has the wrong type in metadata; undefined if nothing has. */
export function metadataTypeProblem(metadata: JsonObject): string | undefined {
  const [error] = validateValue(metadata, OBJECT_META);
  return error === undefined ? undefined : `metadata.${error.field}: ${error.message}`;
}
