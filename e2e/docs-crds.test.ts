// The manifests of docs/crds and of secret sync's README, as they stand but for the store's address, pass the webhook and sync.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { caMirrorCrds, captControlPlanes } from "@tegata/ca-mirror";
import { customResourceDefinitions, namespaces, secrets } from "@tegata/kube";
import type { KubeObject } from "@tegata/kube-types";
import { clusterSecretStores, externalSecrets, secretStores } from "@tegata/secret-sync";
import { parse } from "yaml";
import { startStack } from "./support/stack.ts";

const ROOT = join(import.meta.dirname, "..");
const MIRROR_PAGE = join("docs", "crds", "captcontrolplane.md");
const SYNC_PAGES = [
  ...readdirSync(join(ROOT, "docs", "crds"))
    .map((name) => join("docs", "crds", name))
    .filter((page) => page !== MIRROR_PAGE),
  join("capabilities", "secret-sync", "README.md"),
];

function manifestsOf(page: string, vaultUrl: string): KubeObject[] {
  const text = readFileSync(join(ROOT, page), "utf8").replaceAll("https://vault.example:8200", vaultUrl);
  return [...text.matchAll(/```yaml\n([^]*?)```/g)].map(([, block = ""]) => parse(block) as KubeObject);
}

it("the manifests of the pages on secret sync sync", async (t) => {
  const stack = await startStack(t);
  const { client, store } = stack;
  await client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
  await client.create(secrets, {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { namespace: "shop", name: "vault-token" },
    stringData: { token: store.rootToken },
  });
  await stack.writeValue("shop/database", { user: "shop", password: "first" });
  await stack.startOperator({}, { host: "127.0.0.1", port: 0 });
  const kinds = new Map([externalSecrets, secretStores, clusterSecretStores].map((kind) => [kind.kind, kind]));
  const objects = SYNC_PAGES.flatMap((page) => manifestsOf(page, store.url));
  for (const object of objects) {
    const kind = kinds.get(object.kind ?? "");
    assert.ok(kind !== undefined, `a manifest of kind ${object.kind ?? ""}`);
    await client.create(kind as typeof secretStores, object as never);
  }
  for (const { kind, metadata } of objects)
    if (kind === "ExternalSecret") await stack.untilReady(metadata.namespace ?? "", metadata.name ?? "");
  assert.deepEqual(await stack.secretData("shop", "database"), { password: "first" });
  assert.deepEqual(await stack.secretData("shop", "database-connection"), {
    url: "postgres://shop:first@database.shop/shop",
  });
  assert.deepEqual(await stack.secretData("shop", "application"), { password: "first" });
});

it("the manifests of the page on CAPTControlPlane are accepted", async (t) => {
  const { client } = await startStack(t);
  for (const crd of caMirrorCrds()) await client.create(customResourceDefinitions, crd as never);
  const [manifest, ...others] = manifestsOf(MIRROR_PAGE, "");
  assert.deepEqual(others, []);
  await client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: "clusters" } });
  const created = await client.create(captControlPlanes, manifest as never);
  assert.deepEqual(created.spec, (manifest as typeof created).spec);
});
