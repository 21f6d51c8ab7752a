// Row F5: nothing secret in logs, Events, conditions, metrics or errors, proven by canaries: values that are recognisable in
// every usual encoding go through good syncs and through every kind of failure, and everything that came out is searched.
import assert from "node:assert/strict";
import { it } from "node:test";
import { encodeBase64, encodeHex, encodeUtf8 } from "@tegata/bytes";
import { events } from "@tegata/kube";
import { externalSecrets, secretStores } from "@tegata/secret-sync";
import { eventually, startStack } from "./support/stack.ts";

const CANARIES = Array.from({ length: 8 }, (_, index) => `Canary${index}&"q\\u00e9/x+${"zyxw".repeat(3)}${index}`);

/** The forms in which a value might show up. */
function formsOf(value: string): string[] {
  const bytes = encodeUtf8(value);
  const windows = Array.from({ length: Math.max(0, value.length - 11) }, (_, start) => value.slice(start, start + 12));
  return [
    value,
    encodeBase64(bytes).slice(0, 16),
    encodeHex(bytes).slice(0, 24),
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
    Array.from(value).reverse().join(""),
    [...bytes].join(" ").slice(0, 24),
    ...windows,
  ];
}

it("no canary leaves the Secrets", async (t) => {
  const stack = await startStack(t);
  const { client } = stack;
  await stack.addStore("shop");
  const [one = "", two = "", three = "", four = "", token = ""] = CANARIES;
  await stack.writeValue("good", { password: one, other: two });
  await stack.writeValue("json", { document: `{"broken": "${three}` });
  await stack.writeValue("keys", { [`bad key/${"k"}`]: four });
  const operator = await stack.startOperator();
  await client.create(secretStores, {
    apiVersion: "external-secrets.io/v1",
    kind: "SecretStore",
    metadata: { namespace: "shop", name: "wrong-token" },
    spec: {
      provider: {
        vault: {
          server: stack.store.url,
          path: "secret",
          version: "v2",
          auth: { tokenSecretRef: { name: "wrong", key: "token" } },
        },
      },
    },
  });
  await client.create({ group: "", version: "v1", kind: "Secret", plural: "secrets", namespaced: true }, {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { namespace: "shop", name: "wrong" },
    stringData: { token },
  } as never);
  const template = (text: string) => ({
    dataFrom: [{ extract: { key: "good" } }],
    target: { template: { data: { out: text } } },
  });
  const property = (key: string, name: string) => ({ data: [{ secretKey: "a", remoteRef: { key, property: name } }] });
  const broken = {
    "template-fails": template("{{ .password | b64dec | fail }}"),
    "template-fail-value": template("{{ fail .password }}"),
    "template-index": template("{{ index .password 99999 }}"),
    "template-json": template("{{ fromJson .password }}"),
    "template-int": template('{{ add .password 1 | printf "%d" }}{{ .missing }}'),
    "template-yaml": {
      dataFrom: [{ extract: { key: "good" } }],
      target: { template: { templateFrom: [{ literal: "{{ .password }}" }] } },
    },
    "template-date": template('{{ toDate "2006" .password | mustToDate "2006" }}'),
    "template-regexp": template('{{ regexMatch (printf "(%s" .password) "x" }}'),
    "template-pem": template(
      '{{ .password | filterCertChain "leaf" }}{{ genSignedCert .password nil nil 1 .password }}',
    ),
    "decode-fails": {
      data: [{ secretKey: "a", remoteRef: { key: "good", property: "password", decodingStrategy: "Base64" as const } }],
    },
    "property-in-text": property("json", "document.broken"),
    "extract-not-an-object": { dataFrom: [{ extract: { key: "good", property: "password" } }] },
    "merge-not-json": { dataFrom: [{ extract: { key: "good" }, rewrite: [{ merge: {} }] }] },
    "wrong-token": { secretStoreRef: { name: "wrong-token" }, data: [{ secretKey: "a", remoteRef: { key: "good" } }] },
  };
  await stack.addExternalSecret("shop", "good", { dataFrom: [{ extract: { key: "good" } }] });
  for (const [name, spec] of Object.entries(broken)) await stack.addExternalSecret("shop", name, spec);
  await stack.untilReady("shop", "good");
  const synced = await stack.secretData("shop", "good");
  assert.deepEqual(synced, { password: one, other: two });
  await eventually("every ExternalSecret was looked at", async () => {
    const { items } = await client.list(externalSecrets, { namespace: "shop" });
    return items.every(({ status }) => (status?.conditions?.length ?? 0) > 0) ? true : undefined;
  });
  const outputs: Record<string, string> = {
    log: stack.log.join("\n"),
    metrics: await (await fetch(`${operator.metricsUrl}/metrics`)).text(),
    events: JSON.stringify((await client.list(events, {})).items),
    conditions: JSON.stringify((await client.list(externalSecrets, {})).items.map(({ status }) => status)),
    stores: JSON.stringify((await client.list(secretStores, {})).items.map(({ status }) => status)),
    requests: JSON.stringify(stack.store.requests()),
  };
  await operator.stop();
  outputs["log after the stop"] = stack.log.join("\n");
  for (const [where, text] of Object.entries(outputs)) {
    for (const canary of CANARIES)
      for (const form of formsOf(canary)) assert.ok(!text.includes(form), `${where} holds a form of a canary`);
  }
});
