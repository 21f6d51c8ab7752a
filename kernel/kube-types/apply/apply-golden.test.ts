import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { JsonObject, KubeObject, ManagedFieldsEntry } from "../objects.ts";
import type { Schema } from "../schema/types.ts";
import { applyConfiguration, resetFieldsOf, trackUpdate } from "./index.ts";

interface Step {
  operation: "apply" | "update";
  manager: string;
  force?: boolean;
  subresource?: string;
  object: KubeObject;
  error?: string;
  result?: JsonObject;
  managedFields?: { manager: string; operation: string; time?: string; subresource?: string; fields: string }[];
}

interface Sequence {
  schema: { spec: Schema; status: Schema } | null;
  steps: Step[];
}

const file = new URL("testdata/server-side-apply.jsonl", import.meta.url);
const sequences = readFileSync(file, "utf8").trim().split("\n");

function write(live: KubeObject | undefined, step: Step, schema: Schema | undefined, at: number): KubeObject {
  const { manager, subresource = "", force = false, object } = step;
  const now = new Date(at * 1_000_000);
  const kind = { apiVersion: "example.com/v1", kind: "Thing" };
  const request = { ...kind, schema, manager, subresource, force, now, resetFields: resetFieldsOf(subresource, true) };
  if (step.operation === "apply") return applyConfiguration(live, object, request).object;
  return trackUpdate(live, live === undefined ? object : withUid(object), request);
}

function withUid(object: KubeObject): KubeObject {
  return { ...object, metadata: { ...object.metadata, uid: "u1" } };
}

function brief({ manager = "", operation = "Update", time, subresource, fieldsV1 }: ManagedFieldsEntry): object {
  return {
    manager,
    operation,
    ...(time === undefined ? {} : { time }),
    ...(subresource === undefined ? {} : { subresource }),
    fields: JSON.stringify(fieldsV1),
  };
}

/** Kubernetes collects errors and managers from hash maps, in any order. */
function sortedLines(text: string): string {
  return text.split("\n").sort().join("\n");
}

function check({ schema, steps }: Sequence): void {
  const type: Schema | undefined = schema === null ? undefined : { type: "object", properties: { ...schema } };
  let live: KubeObject | undefined;
  for (const [index, step] of steps.entries()) {
    if (step.error !== undefined) {
      const wanted = sortedLines(step.error);
      assert.throws(
        () => write(live, step, type, index + 1),
        (error: Error) => sortedLines(error.message) === wanted,
        wanted,
      );
      continue;
    }
    live = withUid(write(live, step, type, index + 1));
    const { managedFields = [], ...metadata } = live.metadata;
    assert.deepEqual({ ...live, metadata }, step.result);
    assert.deepEqual(managedFields.map(brief), step.managedFields);
  }
}

describe("server-side apply gives what Kubernetes gives", () => {
  for (const [index, line] of sequences.entries()) {
    it(`for sequence ${index + 1}`, () => check(JSON.parse(line) as Sequence));
  }
});
