import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeUtf8, encodeUtf8, SecretBytes } from "@tegata/bytes";
import { TegataError } from "@tegata/errors";
import type { ExternalSecretDataFrom, ExternalSecretRewrite, ExternalSecretSpec } from "../api/external-secret.ts";
import { type EntryOutcome, type EntryOutcomes, assemble } from "./assemble.ts";
import type { RewriteEngines } from "./rewrite.ts";

const engines: RewriteEngines = {
  replaceAll: (pattern, text, replacement) => text.replaceAll(new RegExp(pattern, "g"), replacement),
  renderKey: (template, key) => template.replace("{{ .value }}", key),
};
const secret = (text: string): SecretBytes => new SecretBytes(encodeUtf8(text));
const found = (values: Record<string, string>): EntryOutcome => ({
  kind: "found",
  values: new Map(Object.entries(values).map(([key, value]) => [key, secret(value)])),
});

function texts(spec: ExternalSecretSpec, outcomes: Partial<EntryOutcomes>): Record<string, string> {
  const { values } = assemble(spec, { data: [], dataFrom: [], ...outcomes }, engines);
  return Object.fromEntries([...values].map(([key, value]) => [key, decodeUtf8(value.reveal())]));
}

const one = (entry: Partial<ExternalSecretDataFrom>, values: Record<string, string>): Record<string, string> =>
  texts({ dataFrom: [{ extract: { key: "k" }, ...entry }] }, { dataFrom: [found(values)] });
const rewritten = (rewrite: ExternalSecretRewrite[], values: Record<string, string>): Record<string, string> =>
  one({ rewrite }, values);

describe("order", () => {
  it("lets later entries win, and data over dataFrom", () => {
    const spec: ExternalSecretSpec = {
      dataFrom: [{ extract: { key: "one" } }, { extract: { key: "two" } }],
      data: [{ secretKey: "c", remoteRef: { key: "three" } }],
    };
    const outcomes = {
      dataFrom: [found({ a: "1", b: "1", c: "1" }), found({ b: "2", c: "2" })],
      data: [found({ c: "3" })],
    };
    assert.deepEqual(texts(spec, outcomes), { a: "1", b: "2", c: "3" });
  });
});

describe("an absent entry", () => {
  const spec = (deletionPolicy: "Retain" | "Delete"): ExternalSecretSpec => ({
    target: { deletionPolicy },
    data: [
      { secretKey: "a", remoteRef: { key: "there" } },
      { secretKey: "b", remoteRef: { key: "gone" } },
    ],
  });
  const outcomes: EntryOutcomes = { dataFrom: [], data: [found({ a: "1" }), { kind: "absent" }] };

  it("is an error with Retain, which names entry and key", () => {
    assert.throws(() => assemble(spec("Retain"), outcomes, engines), {
      code: "REMOTE_SECRET_NOT_FOUND",
      message: /data\[1\] \(key "gone"\)/,
    });
  });

  it("is left out and reported with Delete", () => {
    const { values, missing } = assemble(spec("Delete"), outcomes, engines);
    assert.deepEqual([[...values.keys()], missing], [["a"], [{ entry: "data[1]", key: "gone" }]]);
  });
});

it("gives a failure the place of its entry", () => {
  const error = new TegataError({ kind: "denied", code: "X", message: "refused", remedy: "Ask.", retryAfterMs: 5 });
  assert.throws(() => texts({ dataFrom: [{ extract: { key: "k" } }] }, { dataFrom: [{ kind: "failed", error }] }), {
    kind: "denied",
    message: 'dataFrom[0] (key "k"): refused',
    retryAfterMs: 5,
  });
});

describe("key names", () => {
  it("become ones that a Secret may have", () => assert.deepEqual(one({}, { "a/b c": "1" }), { a_b_c: "1" }));
  it("become ones that tell what was there, with Unicode", () => {
    assert.deepEqual(one({ extract: { key: "k", conversionStrategy: "Unicode" } }, { "a/b": "1" }), { a_U002f_b: "1" });
  });
  it("must not become one", () =>
    assert.throws(() => one({}, { "a/b": "1", "a b": "2" }), { code: "SECRET_KEYS_COLLIDE" }));
  it("that a Secret may not have are refused by name after a rewrite", () => {
    assert.throws(() => rewritten([{ regexp: { source: "^", target: "a/" } }], { b: "1" }), {
      code: "SECRET_KEY_INVALID",
      message: /"a\/b"/,
    });
  });
});

describe("decoding", () => {
  const decode = (decodingStrategy: "Auto" | "Base64" | "Base64URL", value: string): string | undefined =>
    one({ extract: { key: "k", decodingStrategy } }, { a: value })["a"];
  it("reads base64", () => assert.equal(decode("Base64", "aGVsbG8="), "hello"));
  it("reads base64url", () => assert.equal(decode("Base64URL", "Pj4_"), ">>?"));
  it("tries both and leaves the rest, with Auto", () =>
    assert.deepEqual([decode("Auto", "aGVsbG8="), decode("Auto", "not base64!")], ["hello", "not base64!"]));
  it("refuses what is not in the encoding, and does not quote it", () => {
    assert.throws(
      () => decode("Base64", "pa$$word"),
      (error: Error) => (error as TegataError).code === "SECRET_DECODING_FAILED" && !error.message.includes("pa$$word"),
    );
  });
});

it("refuses a NUL byte when told to", () => {
  assert.throws(() => one({ extract: { key: "k", nullBytePolicy: "Fail" } }, { a: "x\0y" }), {
    code: "SECRET_HAS_NULL_BYTE",
  });
  assert.deepEqual(one({}, { a: "x\0y" }), { a: "x\0y" });
});

describe("rewrite", () => {
  it("renames by expression and by template, in order", () => {
    const rewrite = [{ regexp: { source: "^app-", target: "" } }, { transform: { template: "db_{{ .value }}" } }];
    assert.deepEqual(rewritten(rewrite, { "app-user": "u" }), { db_user: "u" });
  });
  it("merges JSON objects, priority last", () => {
    const rewrite = [{ merge: { priority: ["b"], conflictPolicy: "Error" as const } }];
    assert.deepEqual(rewritten(rewrite, { b: '{"x":2,"list":["p","q"]}', a: '{"x":1,"y":1.5,"z":null}' }), {
      x: "2",
      y: "1.5",
      z: "",
      list: "p\nq",
    });
  });
  it("refuses the same name in two secrets", () => {
    assert.throws(() => rewritten([{ merge: {} }], { a: '{"x":1}', b: '{"x":2}' }), {
      code: "SECRET_MERGE_FAILED",
      message: /"x" is in two/,
    });
  });
  it("refuses a priority key that is not there, unless told otherwise", () => {
    assert.throws(() => rewritten([{ merge: { priority: ["z"] } }], { a: '{"x":1}' }), { code: "SECRET_MERGE_FAILED" });
    assert.deepEqual(rewritten([{ merge: { priority: ["z"], priorityPolicy: "IgnoreNotFound" } }], { a: '{"x":1}' }), {
      x: "1",
    });
  });
  it("makes one JSON value", () => {
    assert.deepEqual(rewritten([{ merge: { strategy: "JSON", into: "all" } }], { b: '{"y":[1]}', a: '{"x":1}' }), {
      all: '{"x":1,"y":[1]}',
    });
  });
  it("does not quote a value that is no JSON object", () => {
    assert.throws(
      () => rewritten([{ merge: {} }], { a: "hunter2" }),
      (error: Error) => !error.message.includes("hunter2"),
    );
  });
});
