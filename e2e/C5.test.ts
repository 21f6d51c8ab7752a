// Row C5: v1beta1 and v1 are both served and converted; the validating webhook refuses what External Secrets refuses, in its
// words, and its certificates manage themselves.
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { it } from "node:test";
import { decodeBase64, decodeUtf8 } from "@tegata/bytes";
import { defineResource, isKubeApiError, secrets } from "@tegata/kube";
import type { KubeObject } from "@tegata/kube-types";
import { type Operator, WEBHOOK_SECRET } from "@tegata/operator";
import {
  clusterSecretStores,
  type ExternalSecretSpec,
  externalSecrets,
  type SecretStoreObject,
  secretStores,
} from "@tegata/secret-sync";
import { eventually, type Stack, startStack } from "./support/stack.ts";

const data = [{ secretKey: "password", remoteRef: { key: "db", property: "password" } }];
const webhookConfigurations = defineResource<KubeObject & { webhooks?: { clientConfig: { caBundle?: string } }[] }>({
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingWebhookConfiguration",
  plural: "validatingwebhookconfigurations",
  namespaced: false,
});

const withWebhook = (stack: Stack): Promise<Operator> => stack.startOperator({}, { host: "127.0.0.1", port: 0 });

/** The message of a refusal. */
async function refusal(writing: Promise<unknown>): Promise<string> {
  try {
    await writing;
  } catch (error) {
    assert.ok(isKubeApiError(error));
    return error.message;
  }
  return assert.fail("the write was accepted");
}

const refusedSpecs: Record<string, [ExternalSecretSpec, RegExp]> = {
  "neither data nor dataFrom": [{}, /either data or dataFrom should be specified/],
  "deletionPolicy Delete without ownership": [
    { data, target: { creationPolicy: "Merge", deletionPolicy: "Delete" } },
    /deletionPolicy=Delete must not be used when the controller doesn't own the secret/,
  ],
  "deletionPolicy Merge without a Secret": [
    { data, target: { creationPolicy: "None", deletionPolicy: "Merge" } },
    /There is no Secret to merge with/,
  ],
  "two sources in one entry": [{ dataFrom: [{ extract: { key: "a" }, find: {} }] }, /cannot be set at the same time/],
  "no source in an entry": [{ dataFrom: [{}] }, /either extract, find, or sourceRef must be set to dataFrom/],
  "the same key twice": [{ data: [...data, ...data] }, /duplicate secretKey found: password/],
  "a template for a bootstrap token": [
    { data, target: { template: { type: "bootstrap.kubernetes.io/token" } } },
    /template\.type="bootstrap\.kubernetes\.io\/token" is not allowed/,
  ],
  "a template beyond data and metadata": [
    { data, target: { template: { templateFrom: [{ literal: "a: b", target: "metadata.finalizers" }] } } },
    /templateFrom target="metadata\.finalizers" is not allowed when targeting a Secret/,
  ],
};

const vault = { server: "https://vault", auth: { tokenSecretRef: { name: "a", key: "b" } } };
const refusedStores: Record<string, [SecretStoreObject["kind"], SecretStoreObject["spec"], RegExp]> = {
  "an address that is none": [
    "SecretStore",
    { provider: { vault: { ...vault, server: "nonsense" } } },
    /spec\.provider\.vault\.server/,
  ],
  "an interval that is none": [
    "SecretStore",
    { provider: { vault }, refreshInterval: "soon" },
    /"soon" is not a duration/,
  ],
  "a Secret of another namespace": [
    "SecretStore",
    { provider: { vault: { ...vault, auth: { tokenSecretRef: { name: "a", key: "b", namespace: "other" } } } } },
    /namespace should either be empty or match the namespace of the SecretStore/,
  ],
  "a CA of no namespace": [
    "ClusterSecretStore",
    { provider: { vault: { ...vault, caProvider: { type: "Secret", name: "ca", key: "ca.crt" } } } },
    /CAProvider\.namespace must not be empty with ClusterSecretStore/,
  ],
  "a condition that is no expression": [
    "ClusterSecretStore",
    { provider: { vault }, conditions: [{ namespaceRegexes: ["("] }] },
    /namespaceRegexes: "\(" is not an RE2 expression/,
  ],
};

it("the webhook refuses, by External Secrets' words, whichever version is written", async (t) => {
  const stack = await startStack(t);
  await stack.addStore("shop");
  await withWebhook(stack);
  for (const [what, [spec, message]] of Object.entries(refusedSpecs)) {
    await t.test(`an ExternalSecret with ${what}`, async () => {
      const text = await refusal(stack.addExternalSecret("shop", "refused", spec));
      assert.match(text, /admission webhook "validate\.externalsecret\.external-secrets\.io" denied the request: /);
      assert.match(text, message);
    });
  }
  for (const [what, [kind, spec, message]] of Object.entries(refusedStores)) {
    await t.test(`a ${kind} with ${what}`, async () => {
      const isCluster = kind === "ClusterSecretStore";
      const metadata = { name: "refused", ...(isCluster ? {} : { namespace: "shop" }) };
      const object = { apiVersion: "external-secrets.io/v1", kind, metadata, spec };
      const text = await refusal(stack.client.create(isCluster ? clusterSecretStores : secretStores, object));
      assert.match(text, new RegExp(`"validate\\.${kind.toLowerCase()}\\.external-secrets\\.io" denied`));
      assert.match(text, message);
    });
  }
  await t.test("a manifest in v1beta1", async () => {
    const beta = defineResource({
      apiVersion: "external-secrets.io/v1beta1",
      kind: "ExternalSecret",
      plural: "externalsecrets",
    });
    const metadata = { namespace: "shop", name: "beta" };
    const manifest = { apiVersion: "external-secrets.io/v1beta1", kind: "ExternalSecret", metadata };
    const refused = { ...manifest, spec: { secretStoreRef: { name: "vault" }, data: [...data, ...data] } };
    assert.match(await refusal(stack.client.create(beta, refused)), /duplicate secretKey found: password/);
    // One that is right is stored, converted both ways, and synced.
    await stack.writeValue("db", { password: "first" });
    await stack.client.create(beta, { ...manifest, spec: { secretStoreRef: { name: "vault" }, data } } as KubeObject);
    await stack.untilReady("shop", "beta");
    assert.equal((await stack.client.get(externalSecrets, "shop", "beta"))?.apiVersion, "external-secrets.io/v1");
    assert.equal((await stack.client.get(beta, "shop", "beta"))?.apiVersion, "external-secrets.io/v1beta1");
  });
  await t.test("and lets go of everything", async () => {
    assert.equal(await stack.client.delete(externalSecrets, "shop", "beta"), true);
    assert.equal(await stack.client.delete(secretStores, "shop", "vault"), true);
  });
});

async function servedCa(stack: Stack): Promise<string> {
  const secret = await stack.client.get(secrets, "default", WEBHOOK_SECRET);
  return decodeUtf8(decodeBase64(secret?.data?.["ca.crt"] ?? "") ?? new Uint8Array());
}

const isRefused = async (stack: Stack): Promise<void> =>
  assert.match(await refusal(stack.addExternalSecret("shop", "refused", {})), /either data or dataFrom should be/);

it("the certificates are made, shared by the replicas, made anew when they are gone or damaged, and calls go on", async (t) => {
  const stack = await startStack(t);
  await stack.addStore("shop");
  await withWebhook(stack);
  await isRefused(stack);
  const first = await servedCa(stack);
  assert.equal(new X509Certificate(first).ca, true);
  await withWebhook(stack);
  await isRefused(stack);
  assert.equal(await servedCa(stack), first, "a second replica takes the certificates that are there");
  await stack.client.delete(secrets, "default", WEBHOOK_SECRET);
  const second = await eventually("a new CA", async () => {
    const ca = await servedCa(stack);
    return ca !== "" && ca !== first ? ca : undefined;
  });
  await isRefused(stack);
  await stack.client.patch(secrets, "default", WEBHOOK_SECRET, "merge", { data: { "tls.crt": "bm9uc2Vuc2U=" } });
  await eventually("a new leaf", async () => {
    const secret = await stack.client.get(secrets, "default", WEBHOOK_SECRET);
    return secret?.data?.["tls.crt"] === "bm9uc2Vuc2U=" ? undefined : true;
  });
  assert.equal(await servedCa(stack), second, "a CA that serves is kept");
  await isRefused(stack);
});

it("a configuration that someone deletes is written again", async (t) => {
  const stack = await startStack(t);
  await stack.addStore("shop");
  await withWebhook(stack);
  for (const name of ["externalsecret-validate", "secretstore-validate"]) {
    const hooks = (await stack.client.get(webhookConfigurations, "", name))?.webhooks ?? [];
    assert.ok(hooks.every(({ clientConfig }) => (clientConfig.caBundle ?? "") !== ""));
    await stack.client.delete(webhookConfigurations, "", name);
    await eventually(`${name} is back`, () => stack.client.get(webhookConfigurations, "", name));
  }
  await isRefused(stack);
});
