// Every field of `data` and `dataFrom`, on the running stack: what is read, how keys and values are treated, and which store
// is asked. reference eso.md sections 1.1 and 2.4.
import assert from "node:assert/strict";
import { it } from "node:test";
import { secretStores, type ExternalSecretSpec } from "@tegata/secret-sync";
import { type Stack, startStack } from "./support/stack.ts";

interface Case {
  readonly spec: ExternalSecretSpec;
  /** The Secret's values; a pattern is the condition of a sync that must fail. */
  readonly gives: Readonly<Record<string, string>> | RegExp;
}

const DB = { user: "shop", password: "first", "with space": "x" };

const cases: Record<string, Case> = {
  "data: one property under one key": {
    spec: { data: [{ secretKey: "p", remoteRef: { key: "db", property: "password" } }] },
    gives: { p: "first" },
  },
  "data: the whole secret as JSON": {
    spec: { data: [{ secretKey: "all", remoteRef: { key: "small" } }] },
    gives: { all: '{"a":"1"}' },
  },
  "data: a path into JSON": {
    spec: { data: [{ secretKey: "p", remoteRef: { key: "nested", property: "a.b.1" } }] },
    gives: { p: "2.5" },
  },
  "data: an earlier version": {
    spec: { data: [{ secretKey: "p", remoteRef: { key: "versions", property: "v", version: "1" } }] },
    gives: { p: "one" },
  },
  "data: metadata in place of the value": {
    spec: { data: [{ secretKey: "owner", remoteRef: { key: "tagged", property: "team", metadataPolicy: "Fetch" } }] },
    gives: { owner: "payments" },
  },
  "data: decoded base64, base64url and whichever it is": {
    spec: {
      data: [
        { secretKey: "std", remoteRef: { key: "encoded", property: "std", decodingStrategy: "Base64" } },
        { secretKey: "url", remoteRef: { key: "encoded", property: "url", decodingStrategy: "Base64URL" } },
        { secretKey: "auto", remoteRef: { key: "encoded", property: "url", decodingStrategy: "Auto" } },
        { secretKey: "raw", remoteRef: { key: "encoded", property: "raw", decodingStrategy: "Auto" } },
      ],
    },
    gives: { std: "a?b>", url: "a?b>", auto: "a?b>", raw: "not encoded!" },
  },
  "data: a value that is not in its encoding": {
    spec: { data: [{ secretKey: "p", remoteRef: { key: "encoded", property: "raw", decodingStrategy: "Base64" } }] },
    gives: /data\[0\] \(key "encoded"\): the value is not base64/,
  },
  "data: a NUL byte that is not wanted": {
    spec: {
      data: [
        {
          secretKey: "p",
          remoteRef: { key: "encoded", property: "nul", decodingStrategy: "Base64", nullBytePolicy: "Fail" },
        },
      ],
    },
    gives: /data\[0\] \(key "encoded"\): the value contains a NUL byte/,
  },
  "data: another store for one entry": {
    spec: { data: [{ secretKey: "p", remoteRef: { key: "color" }, sourceRef: { storeRef: { name: "second" } } }] },
    gives: { p: "green" },
  },
  "extract: every key, with what a Secret cannot hold replaced": {
    spec: { dataFrom: [{ extract: { key: "db" } }] },
    gives: { user: "shop", password: "first", with_space: "x" },
  },
  "extract: keys converted so that they can be told apart": {
    spec: { dataFrom: [{ extract: { key: "spaced", conversionStrategy: "Unicode" } }] },
    gives: { _U0020_a: "1", _U0024_a: "2" },
  },
  "extract: keys that would become one": {
    spec: { dataFrom: [{ extract: { key: "spaced" } }] },
    gives: /dataFrom\[0\] \(key "spaced"\)|dataFrom\[0\]/,
  },
  "extract: an object inside": {
    spec: { dataFrom: [{ extract: { key: "nested", property: "a" } }] },
    gives: { b: "[1,2.5,true]" },
  },
  "extract: the later entry wins, and data over dataFrom": {
    spec: {
      dataFrom: [{ extract: { key: "small" } }, { extract: { key: "other" } }],
      data: [{ secretKey: "b", remoteRef: { key: "db", property: "user" } }],
    },
    gives: { a: "2", b: "shop" },
  },
  "find: by name, below a path": {
    spec: { dataFrom: [{ find: { path: "team", name: { regexp: "^.*-key$" } } }] },
    gives: { "team_api-key": '{"v":"k1"}', "team_web-key": '{"v":"k2"}' },
  },
  "find: by tags": {
    spec: { dataFrom: [{ find: { tags: { team: "payments" } } }] },
    gives: { tagged: '{"v":"t"}' },
  },
  "find: nothing is no failure, and is said": {
    spec: { dataFrom: [{ find: { name: { regexp: "^nothing-of-this-kind$" } } }] },
    gives: {},
  },
  "rewrite: names by expression, with groups": {
    spec: {
      dataFrom: [
        {
          find: { path: "team", name: { regexp: "-key$" } },
          rewrite: [{ regexp: { source: "^team/(\\w+)-key$", target: "${1}_KEY" } }],
        },
      ],
    },
    gives: { api_KEY: '{"v":"k1"}', web_KEY: '{"v":"k2"}' },
  },
  "rewrite: names by template, after an expression": {
    spec: {
      dataFrom: [
        {
          extract: { key: "small" },
          rewrite: [
            { regexp: { source: "^", target: "db-" } },
            { transform: { template: '{{ .value | upper | replace "-" "_" }}' } },
          ],
        },
      ],
    },
    gives: { DB_A: "1" },
  },
  "rewrite: merged values, by priority": {
    spec: {
      dataFrom: [
        {
          find: { path: "team", name: { regexp: "-key$" } },
          rewrite: [{ merge: { priority: ["team/web-key"], conflictPolicy: "Ignore" } }],
        },
      ],
    },
    gives: { v: "k2" },
  },
  "rewrite: a conflict in merging": {
    spec: {
      dataFrom: [{ find: { path: "team", name: { regexp: "-key$" } }, rewrite: [{ merge: {} }] }],
    },
    gives: /dataFrom\[0\].*"v"/,
  },
  "rewrite: merged into one JSON value": {
    spec: {
      dataFrom: [
        {
          find: { path: "team", name: { regexp: "api-key$" } },
          rewrite: [{ merge: { strategy: "JSON", into: "all" } }],
        },
      ],
    },
    gives: { all: '{"v":"k1"}' },
  },
  "template: values kept beside what is rendered": {
    spec: {
      dataFrom: [{ extract: { key: "small" } }],
      target: { template: { mergePolicy: "Merge", data: { b: "{{ .a }}{{ .a }}" } } },
    },
    gives: { a: "1", b: "11" },
  },
  "template: keys and values, and decoded": {
    spec: {
      dataFrom: [{ extract: { key: "small" } }],
      target: {
        template: {
          templateFrom: [
            { literal: 'x: "{{ .a }}"\ny: "2"' },
            { literal: 'z: "{{ "z" | b64enc }}"', valuesDecodingStrategy: "Base64" },
          ],
        },
      },
    },
    gives: { x: "1", y: "2", z: "z" },
  },
  "a target that is no Secret": {
    spec: {
      data: [{ secretKey: "p", remoteRef: { key: "db", property: "password" } }],
      target: { manifest: { apiVersion: "v1", kind: "ConfigMap" } },
    },
    gives: /^invalid generic target: .*generic targets are disabled/,
  },
  "a generator, which is not served": {
    spec: { dataFrom: [{ sourceRef: { generatorRef: { kind: "Password", name: "p" } } }] },
    gives: /generator "Password": this version of Tegata has no generators/,
  },
};

async function fill(stack: Stack): Promise<void> {
  await stack.writeValue("db", DB);
  await stack.store.call("POST", "secret/data/nested", { data: { a: { b: [1, 2.5, true] } } });
  await stack.writeValue("small", { a: "1" });
  await stack.writeValue("other", { a: "2", b: "2" });
  await stack.writeValue("spaced", { " a": "1", $a: "2" });
  await stack.writeValue("versions", { v: "one" });
  await stack.writeValue("versions", { v: "two" });
  await stack.writeValue("encoded", { std: "YT9iPg==", url: "YT9iPg", raw: "not encoded!", nul: "AGE=" });
  await stack.writeValue("team/api-key", { v: "k1" });
  await stack.writeValue("team/web-key", { v: "k2" });
  await stack.writeValue("tagged", { v: "t" });
  await stack.store.call("POST", "secret/metadata/tagged", { custom_metadata: { team: "payments" } });
  await stack.client.create(secretStores, {
    apiVersion: "external-secrets.io/v1",
    kind: "SecretStore",
    metadata: { namespace: "shop", name: "second" },
    spec: { provider: { fake: { data: [{ key: "color", value: "green" }] } } },
  });
}

it("fields of ExternalSecrets", async (t) => {
  const stack = await startStack(t);
  await stack.addStore("shop");
  await fill(stack);
  await stack.startOperator();
  for (const [index, { spec }] of Object.values(cases).entries())
    await stack.addExternalSecret("shop", `es-${index}`, spec);
  for (const [index, [what, { gives }]] of Object.entries(cases).entries()) {
    await t.test(what, async () => {
      const name = `es-${index}`;
      const ready = await stack.untilReady("shop", name, gives instanceof RegExp ? "False" : "True");
      if (gives instanceof RegExp) {
        assert.match(ready.message ?? "", gives);
        assert.equal(await stack.secretData("shop", name), undefined);
      } else if (Object.keys(gives).length === 0) {
        assert.match(ready.message ?? "", /secret retained due to DeletionPolicy=Retain: .*matched nothing/);
      } else assert.deepEqual(await stack.secretData("shop", name), gives);
    });
  }
});
