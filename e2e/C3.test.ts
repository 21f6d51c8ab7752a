// Row C3: the seed's Harbor, GitHub Actions (Merge into an existing Secret) and slack3 manifests sync; `template` merges
// several remote keys into one Secret; Go templates with the whole function library.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { applyObjects, exampleObjects, prepareDevStore, readManifest } from "@tegata/up";
import { externalSecrets } from "@tegata/secret-sync";
import { type Stack, startStack } from "./support/stack.ts";

const EXAMPLES = join(import.meta.dirname, "..", "examples", "external-secrets-seed");
const SEED = join(import.meta.dirname, "..", "..", "shared", "seeds", "002_50d5762fa2b4ce3a.txt");
const signal = AbortSignal.timeout(60_000);

async function loadSeed(stack: Stack): Promise<void> {
  await prepareDevStore(stack.store);
  await applyObjects(stack.client, await exampleObjects(stack.store.url), signal);
  await stack.startOperator();
}

describe("the seed's manifests", () => {
  it("stand in examples/ letter for letter", {
    skip: existsSync(SEED) ? false : "the source document is not beside the project",
  }, () => {
    const seed = readFileSync(SEED, "utf8");
    const files = readdirSync(EXAMPLES).filter((file) => file.endsWith(".yaml") && file !== "surroundings.yaml");
    assert.equal(files.length, 8);
    for (const file of files)
      assert.ok(seed.includes(readFileSync(join(EXAMPLES, file), "utf8")), `${file} differs from the seed`);
  });

  it("sync: Harbor's three remote keys become one Secret by a template", async (t) => {
    const stack = await startStack(t);
    await loadSeed(stack);
    await stack.untilReady("harbor", "harbor-secrets");
    assert.deepEqual(await stack.secretData("harbor", "harbor-admin-secret"), {
      "admin-password": '{"value":"SuperSecurePassword123!"}',
      "ci-password": '{"value":"ci-example-password"}',
      "database-password": '{"value":"database-example-password"}',
    });
    // slack3: two keys, no template
    await stack.untilReady("slack3", "slack3-secrets");
    assert.deepEqual(Object.keys((await stack.secretData("slack3", "slack3")) ?? {}).sort(), [
      "signing-secret",
      "token",
    ]);
    // GitHub Actions: merged into a Secret that exists, whose own key stays
    await stack.untilReady("arc-systems", "github-actions-secrets");
    const merged = (await stack.secretData("arc-systems", "github-auth")) ?? {};
    assert.deepEqual(Object.keys(merged).sort(), [
      "GITHUB_TOKEN",
      "github_app_id",
      "github_app_installation_id",
      "github_app_private_key",
    ]);
    assert.equal(merged["github_app_installation_id"], "12345678");
  });

  it("sync as the guide's quick start has them, in v1beta1, and are served in v1, too", async (t) => {
    const stack = await startStack(t);
    await prepareDevStore(stack.store);
    const objects = (await exampleObjects(stack.store.url)).filter(({ kind }) => kind !== "ExternalSecret");
    await applyObjects(
      stack.client,
      [...objects, ...(await readManifest(join(EXAMPLES, "harbor-quick-start.yaml")))],
      signal,
    );
    await stack.startOperator();
    await stack.untilReady("harbor", "harbor-admin-secret");
    assert.deepEqual(await stack.secretData("harbor", "harbor-admin-secret"), {
      password: '{"value":"SuperSecurePassword123!"}',
    });
    assert.equal(
      (await stack.client.get(externalSecrets, "harbor", "harbor-admin-secret"))?.apiVersion,
      "external-secrets.io/v1",
    );
  });
});

describe("templates", () => {
  it("render with the function library, from the manifest, a ConfigMap and a literal", async (t) => {
    const stack = await startStack(t);
    await stack.addStore("shop");
    await stack.writeValue("db", { user: "shop", password: "p@ss word", host: "db.shop" });
    await stack.client.create({ group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", namespaced: true }, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { namespace: "shop", name: "templates" },
      data: { "app.ini": "[db]\nhost={{ .host | upper }}\n" },
    } as never);
    await stack.addExternalSecret("shop", "db", {
      dataFrom: [{ extract: { key: "db" } }],
      target: {
        template: {
          metadata: { labels: { user: "{{ .user }}" } },
          data: {
            url: "postgres://{{ .user }}:{{ .password | urlquery }}@{{ .host }}/shop",
            json: '{{ dict "u" .user | toJson }}',
          },
          templateFrom: [
            { configMap: { name: "templates", items: [{ key: "app.ini" }] } },
            { literal: 'length: "{{ len .password }}"' },
          ],
        },
      },
    });
    await stack.startOperator();
    await stack.untilReady("shop", "db");
    assert.deepEqual(await stack.secretData("shop", "db"), {
      "app.ini": "[db]\nhost=DB.SHOP\n",
      length: "9",
      url: "postgres://shop:p%40ss+word@db.shop/shop",
      json: '{"u":"shop"}',
    });
  });
});
