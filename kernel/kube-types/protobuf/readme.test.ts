import assert from "node:assert/strict";
import { it } from "node:test";
import { decodeBase64 } from "@tegata/bytes";
import { decodeKubeProtobuf, kindSchema } from "@tegata/kube-types/protobuf";

it("the README's examples work", () => {
  const body = decodeBase64("azhzAAoPCgJ2MRIJTmFtZXNwYWNlEhwKFAoEZGVtbxIAGgAiACoAMgA4AEIAEgAaAgoAGgAiAA==");
  assert.ok(body);
  const namespace = { kind: "Namespace", apiVersion: "v1", metadata: { name: "demo" }, spec: {}, status: {} };
  assert.deepEqual(decodeKubeProtobuf(body), namespace);
  const type = kindSchema({ group: "", version: "v1", kind: "Secret" })?.properties?.type;
  assert.equal(type?.default, "Opaque");
  assert.match(type?.description ?? "", /^What the data is for/);
});
