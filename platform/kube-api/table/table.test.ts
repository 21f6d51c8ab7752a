import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject, KubeObject } from "@tegata/kube-types";
import { builtinResources } from "../builtins/index.ts";
import type { ResourceDefinition } from "../registry/types.ts";
import {
  eventTable,
  formContentType,
  listTable,
  negotiateForm,
  parseIncludeObject,
  type TableOptions,
} from "./index.ts";

const NOW = new Date("2024-01-01T00:01:00Z");
const OPTIONS: TableOptions = { version: "v1", includeObject: "Metadata", now: NOW };

function secretResource(): ResourceDefinition {
  const found = builtinResources().find(({ plural }) => plural === "secrets");
  assert.ok(found);
  return found;
}

const SECRET = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "db", resourceVersion: "7", creationTimestamp: "2024-01-01T00:00:00Z" },
  type: "Opaque",
  data: { user: "YXBw", password: "eA==" },
} as KubeObject;

function firstRow(table: JsonObject): JsonObject {
  const [row] = table.rows as JsonObject[];
  assert.ok(row);
  return row;
}

describe("Tables", () => {
  it("print one row for each object under the kind's columns", () => {
    const table = listTable(secretResource(), { resourceVersion: "9" }, [SECRET], OPTIONS);
    assert.equal(table.kind, "Table");
    assert.equal(table.apiVersion, "meta.k8s.io/v1");
    assert.deepEqual(table.metadata, { resourceVersion: "9" });
    const columns = table.columnDefinitions as { name: string; type: string }[];
    assert.deepEqual(
      columns.map(({ name, type }) => `${name} ${type}`),
      ["Name string", "Type string", "Data integer", "Age string"],
    );
    assert.deepEqual(firstRow(table).cells, ["db", "Opaque", 2, "60s"]);
  });

  it("carry each object's metadata, the object, or nothing, as asked", () => {
    const withObject = (includeObject: TableOptions["includeObject"]) =>
      firstRow(listTable(secretResource(), {}, [SECRET], { ...OPTIONS, includeObject })).object;
    const partial = { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: SECRET.metadata };
    assert.deepEqual(withObject("Metadata"), partial);
    assert.equal(withObject("Object"), SECRET);
    assert.equal(withObject("None"), null);
  });

  it("say in the first event of a watch only what the columns are", () => {
    const resource = secretResource();
    assert.equal((eventTable(resource, SECRET, true, OPTIONS).columnDefinitions as unknown[]).length, 4);
    assert.equal(eventTable(resource, SECRET, false, OPTIONS).columnDefinitions, null);
  });

  it("tell custom kinds' ages as dates", () => {
    const table = listTable({ ...secretResource(), isCustom: true }, {}, [], OPTIONS);
    assert.equal((table.columnDefinitions as JsonObject[]).at(-1)?.type, "date");
  });
});

describe("parseIncludeObject", () => {
  it("takes the metadata if nothing is said", () => assert.equal(parseIncludeObject(undefined), "Metadata"));
  it("refuses anything that is not a choice", () => {
    assert.throws(() => parseIncludeObject("all"), { code: 400, reason: "BadRequest" });
  });
});

describe("negotiateForm", () => {
  const picked: Record<string, string | undefined> = {
    "": "application/json",
    "*/*": "application/json",
    "application/yaml": "application/yaml",
    "application/vnd.kubernetes.protobuf, application/json": "application/json",
    "application/json;q=0.1, application/yaml": "application/yaml",
    "application/json;as=Table;v=v1;g=meta.k8s.io,application/json": "application/json;as=Table;v=v1;g=meta.k8s.io",
    "application/json;as=Table;v=v1beta1;g=meta.k8s.io": "application/json;as=Table;v=v1beta1;g=meta.k8s.io",
    "application/json;as=Table;v=v2;g=meta.k8s.io,application/json": "application/json",
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1":
      "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io",
    "application/vnd.kubernetes.protobuf": undefined,
    "application/cbor": undefined,
    "application/json;as=Picture;v=v1;g=meta.k8s.io": undefined,
    "application/json;q=0": undefined,
  };
  for (const [accept, contentType] of Object.entries(picked)) {
    it(`answers "${accept}" with ${contentType ?? "406"}`, () => {
      const form = negotiateForm(accept);
      assert.equal(form === undefined ? undefined : formContentType(form), contentType);
    });
  }
});
