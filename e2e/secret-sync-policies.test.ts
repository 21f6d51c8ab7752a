// Creation, deletion and refresh policies, and what wakes an ExternalSecret, on the running stack. reference eso.md
// sections 1.4, 2.2, 2.5 and 2.6.
import assert from "node:assert/strict";
import { it, type TestContext } from "node:test";
import { configMaps, namespaces, secrets } from "@tegata/kube";
import {
  clusterSecretStores,
  type ExternalSecret,
  type ExternalSecretSpec,
  externalSecrets,
  secretStores,
} from "@tegata/secret-sync";
import { eventually, type Stack, startStack } from "./support/stack.ts";

const data = [{ secretKey: "password", remoteRef: { key: "db", property: "password" } }];
const CREATED_BY = "reconcile.external-secrets.io/created-by";

async function running(t: TestContext, options?: Parameters<Stack["startOperator"]>[0]): Promise<Stack> {
  const stack = await startStack(t);
  await stack.addStore("shop");
  await stack.writeValue("db", { password: "first" });
  await stack.startOperator(options);
  return stack;
}

const change = (stack: Stack, name: string, patch: object): Promise<ExternalSecret> =>
  stack.client.patch(externalSecrets, "shop", name, "merge", patch as never);
const untilData = (stack: Stack, name: string, expected: Readonly<Record<string, string>>): Promise<true> =>
  eventually(`Secret ${name} holds ${Object.keys(expected).join(", ")} as expected`, async () => {
    const found = await stack.secretData("shop", name);
    return JSON.stringify(found) === JSON.stringify(expected) ? true : undefined;
  });
const untilReason = (stack: Stack, name: string, reason: string, text: RegExp): Promise<true> =>
  eventually(`${name} has reason ${reason}`, async () => {
    const ready = await stack.readyOf("shop", name);
    return ready?.reason === reason && text.test(ready.message ?? "") ? true : undefined;
  });

const addSecret = (stack: Stack, name: string, values: Record<string, string>): Promise<unknown> =>
  stack.client.create(secrets, {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { namespace: "shop", name },
    stringData: values,
  });

it("creation policies", async (t) => {
  const stack = await running(t);
  await t.test("Owner and CreateOrMerge make a Secret anew at once when it is deleted by hand", async () => {
    for (const creationPolicy of ["Owner", "CreateOrMerge"] as const) {
      const name = creationPolicy.toLowerCase();
      await stack.addExternalSecret("shop", name, { data, target: { creationPolicy } });
      await untilData(stack, name, { password: "first" });
      await stack.client.delete(secrets, "shop", name);
      await untilData(stack, name, { password: "first" });
    }
  });
  await t.test("Merge waits for its Secret, and fills it as soon as it is there", async () => {
    await stack.addExternalSecret("shop", "merge", { data, target: { creationPolicy: "Merge" } });
    await untilReason(stack, "merge", "SecretMissing", /^secret will not be created due to CreationPolicy=Merge$/);
    await addSecret(stack, "merge", { other: "theirs" });
    await untilData(stack, "merge", { other: "theirs", password: "first" });
    await untilReason(stack, "merge", "SecretSynced", /^secret synced$/);
  });
  await t.test("a key that is no longer wanted goes, those of others stay", async () => {
    await change(stack, "merge", { spec: { data: [{ ...data[0], secretKey: "pass" }] } });
    await untilData(stack, "merge", { other: "theirs", pass: "first" });
  });
  await t.test("Orphan lets the Secret go: it stays when the ExternalSecret is deleted", async () => {
    await stack.addExternalSecret("shop", "orphan", { data });
    await stack.untilReady("shop", "orphan");
    await change(stack, "orphan", { spec: { target: { creationPolicy: "Orphan" } } });
    await eventually("it has no owner", async () => {
      const { metadata } = (await stack.client.get(secrets, "shop", "orphan")) ?? {};
      return metadata?.ownerReferences === undefined && metadata?.labels?.[CREATED_BY] === undefined ? true : undefined;
    });
    await stack.client.delete(externalSecrets, "shop", "orphan");
    await eventually("the ExternalSecret is gone", async () =>
      (await stack.client.get(externalSecrets, "shop", "orphan")) === undefined ? true : undefined,
    );
    assert.deepEqual(await stack.secretData("shop", "orphan"), { password: "first" });
  });
  await t.test("None reads and writes nothing", async () => {
    await stack.addExternalSecret("shop", "none", { data, target: { creationPolicy: "None" } });
    await stack.untilReady("shop", "none");
    assert.equal(await stack.secretData("shop", "none"), undefined);
  });
  await t.test("another target.name moves the Secret, and status.binding follows", async () => {
    await change(stack, "owner", { spec: { target: { name: "renamed" } } });
    await untilData(stack, "renamed", { password: "first" });
    await eventually("the former one is gone", async () =>
      (await stack.client.get(secrets, "shop", "owner")) === undefined ? true : undefined,
    );
    await eventually("binding", async () =>
      (await stack.client.get(externalSecrets, "shop", "owner"))?.status?.binding?.name === "renamed"
        ? true
        : undefined,
    );
  });
  await t.test("a copy of the Secret, labels and all, is nobody's to delete", async () => {
    const { metadata, data: values } = (await stack.client.get(secrets, "shop", "renamed")) ?? { metadata: {} };
    await stack.client.create(secrets, {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { namespace: "shop", name: "copy", labels: metadata.labels ?? {} },
      ...(values === undefined ? {} : { data: values }),
    });
    await change(stack, "owner", { metadata: { annotations: { "force-sync": "1" }, labels: { now: "yes" } } });
    await eventually("synced", async () =>
      (await stack.client.get(secrets, "shop", "renamed"))?.metadata.labels?.["now"] === "yes" ? true : undefined,
    );
    assert.deepEqual(await stack.secretData("shop", "copy"), { password: "first" });
  });
  await t.test("immutable: the values stay as they were first written", async () => {
    await stack.addExternalSecret("shop", "frozen", { data, target: { immutable: true } });
    await untilData(stack, "frozen", { password: "first" });
    assert.equal((await stack.client.get(secrets, "shop", "frozen"))?.immutable, true);
  });
});

it("deletion policies", async (t) => {
  const stack = await running(t);
  const specs: Record<string, ExternalSecretSpec> = {
    retain: { data, target: { deletionPolicy: "Retain" } },
    delete: { data, target: { deletionPolicy: "Delete" } },
    merge: { data, target: { deletionPolicy: "Merge" } },
    orphaned: { data, target: { deletionPolicy: "Delete", creationPolicy: "Orphan" } },
  };
  for (const [name, spec] of Object.entries(specs)) {
    await stack.addExternalSecret("shop", name, spec);
    await untilData(stack, name, { password: "first" });
  }
  await stack.store.call("DELETE", "secret/metadata/db");
  for (const name of Object.keys(specs)) await change(stack, name, { metadata: { annotations: { gone: "1" } } });
  await t.test("Retain keeps the Secret and fails", async () => {
    await untilReason(stack, "retain", "SecretSyncedError", /^could not get secret data from provider: data\[0\]/);
    assert.deepEqual(await stack.secretData("shop", "retain"), { password: "first" });
  });
  await t.test("Delete deletes what it owns", async () => {
    await untilReason(stack, "delete", "SecretDeleted", /^secret deleted due to DeletionPolicy=Delete$/);
    assert.equal(await stack.client.get(secrets, "shop", "delete"), undefined);
  });
  await t.test("Merge empties the Secret and keeps it", async () => {
    await untilData(stack, "merge", {});
    await untilReason(stack, "merge", "SecretSynced", /^secret synced$/);
  });
  await t.test("Delete leaves a Secret that it does not own", async () => {
    await untilReason(stack, "orphaned", "SecretSyncedError", /^could not delete secret: .*does not belong/);
    assert.deepEqual(await stack.secretData("shop", "orphaned"), { password: "first" });
  });
  await t.test("the value that comes back is written again", async () => {
    await stack.writeValue("db", { password: "again" });
    await change(stack, "delete", { metadata: { annotations: { gone: null } } });
    await untilData(stack, "delete", { password: "again" });
  });
});

it("refresh policies", async (t) => {
  const stack = await running(t);
  const specs: Record<string, ExternalSecretSpec> = {
    once: { data, refreshPolicy: "CreatedOnce", refreshInterval: "1s" },
    "on-change": { data, refreshPolicy: "OnChange", refreshInterval: "1s" },
    never: { data, refreshInterval: "0" },
    periodic: { data, refreshInterval: "1s" },
  };
  for (const [name, spec] of Object.entries(specs)) {
    await stack.addExternalSecret("shop", name, spec);
    await untilData(stack, name, { password: "first" });
  }
  await stack.writeValue("db", { password: "second" });
  await untilData(stack, "periodic", { password: "second" });
  for (const name of ["once", "on-change", "never"])
    assert.deepEqual(await stack.secretData("shop", name), { password: "first" }, name);
  for (const name of Object.keys(specs))
    await change(stack, name, { metadata: { annotations: { "force-sync": "1" } } });
  await untilData(stack, "on-change", { password: "second" });
  await untilData(stack, "never", { password: "second" });
  assert.deepEqual(await stack.secretData("shop", "once"), { password: "first" });
  // A target that is gone is a change for every policy.
  await stack.client.delete(secrets, "shop", "once");
  await untilData(stack, "once", { password: "second" });
});

it("changes of what an ExternalSecret depends on", async (t) => {
  const stack = await running(t);
  await t.test("a template in a ConfigMap and in a Secret", async () => {
    await stack.client.create(configMaps, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { namespace: "shop", name: "t" },
      data: { a: "1 {{ .password }}" },
    });
    await addSecret(stack, "t", { b: "2 {{ .password }}" });
    await stack.addExternalSecret("shop", "templated", {
      data,
      target: {
        template: {
          templateFrom: [
            { configMap: { name: "t", items: [{ key: "a" }] } },
            { secret: { name: "t", items: [{ key: "b" }] } },
          ],
        },
      },
    });
    await untilData(stack, "templated", { a: "1 first", b: "2 first" });
    await stack.client.patch(configMaps, "shop", "t", "merge", { data: { a: "one {{ .password }}" } });
    await untilData(stack, "templated", { a: "one first", b: "2 first" });
    await stack.client.patch(secrets, "shop", "t", "merge", { stringData: { b: "two {{ .password }}" } });
    await untilData(stack, "templated", { a: "one first", b: "two first" });
  });
  await t.test("a store's Secret that appears, and is wrong, and is right again", async () => {
    const vault = (await stack.client.get(secretStores, "shop", "vault"))?.spec.provider["vault"] as object;
    const auth = { tokenSecretRef: { name: "late-token", key: "token" } };
    await stack.client.create(secretStores, {
      apiVersion: "external-secrets.io/v1",
      kind: "SecretStore",
      metadata: { namespace: "shop", name: "late" },
      spec: { provider: { vault: { ...vault, auth } } },
    });
    await stack.addExternalSecret("shop", "late", { secretStoreRef: { name: "late" }, data });
    const { message = "" } = await stack.untilReady("shop", "late", "False");
    assert.match(message, /Secret "shop\/late-token" is not there/);
    await addSecret(stack, "late-token", { token: stack.store.rootToken });
    await untilData(stack, "late", { password: "first" });
    await stack.client.patch(secrets, "shop", "late-token", "merge", { stringData: { token: "wrong" } });
    await eventually("the store is not ready", async () => {
      const { status } = (await stack.client.get(secretStores, "shop", "late")) ?? {};
      return status?.conditions?.[0]?.status === "False" ? true : undefined;
    });
    await stack.untilReady("shop", "late", "True");
    // The flood gate: nothing is read through a store that is not ready, and the last good Secret stays.
    await change(stack, "late", { metadata: { annotations: { "force-sync": "1" } } });
    await untilReason(stack, "late", "SecretSyncedError", /SecretStore "shop\/late" is not ready/);
    assert.deepEqual(await stack.secretData("shop", "late"), { password: "first" });
    await stack.client.patch(secrets, "shop", "late-token", "merge", { stringData: { token: stack.store.rootToken } });
    await stack.untilReady("shop", "late", "True");
  });
});

it("ClusterSecretStores: conditions and referent auth", async (t) => {
  const stack = await running(t);
  const fake = { fake: { data: [{ key: "shared", value: "v" }] } };
  const vault = (await stack.client.get(secretStores, "shop", "vault"))?.spec.provider["vault"];
  const stores = {
    "by-name": { provider: fake, conditions: [{ namespaces: ["shop"] }] },
    "by-regex": { provider: fake, conditions: [{ namespaces: ["nobody"] }, { namespaceRegexes: ["^sh"] }] },
    "by-label": { provider: fake, conditions: [{ namespaceSelector: { matchLabels: { team: "shop" } } }] },
    referent: { provider: { vault } },
  };
  for (const [name, spec] of Object.entries(stores))
    await stack.client.create(clusterSecretStores, {
      apiVersion: "external-secrets.io/v1",
      kind: "ClusterSecretStore",
      metadata: { name },
      spec,
    });
  await stack.client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: "other" } });
  const add = (namespace: string, name: keyof typeof stores): Promise<unknown> =>
    stack.addExternalSecret(namespace, name, {
      secretStoreRef: { name, kind: "ClusterSecretStore" },
      data: name === "referent" ? data : [{ secretKey: "s", remoteRef: { key: "shared" } }],
    });
  for (const name of Object.keys(stores) as (keyof typeof stores)[]) {
    await add("shop", name);
    await add("other", name);
  }
  for (const name of ["by-name", "by-regex", "referent"]) await stack.untilReady("shop", name);
  for (const name of ["by-name", "by-regex", "by-label"]) {
    const { message = "" } = await stack.untilReady("other", name, "False");
    assert.match(message, /is not allowed from namespace "other": denied by spec\.condition/);
  }
  // The selector of the store names no namespace: the token is looked for where the ExternalSecret is.
  const { message = "" } = await stack.untilReady("other", "referent", "False");
  assert.match(message, /Secret "other\/vault-token" is not there/);
  const { status } = (await stack.client.get(clusterSecretStores, "", "referent")) ?? {};
  assert.deepEqual(
    status?.conditions?.map(({ status: ready, reason }) => [ready, reason]),
    [["True", "ValidationUnknown"]],
  );
  // A label that lets the namespace in counts at once.
  await stack.untilReady("shop", "by-label", "False");
  await stack.client.patch(namespaces, "", "shop", "merge", { metadata: { labels: { team: "shop" } } });
  await stack.untilReady("shop", "by-label");
});

it("another controller's ExternalSecrets and stores are left alone", async (t) => {
  const stack = await running(t, { controllerClass: "mine" });
  const provider = { fake: { data: [{ key: "k", value: "v" }] } };
  for (const controller of ["mine", "theirs"])
    await stack.client.create(secretStores, {
      apiVersion: "external-secrets.io/v1",
      kind: "SecretStore",
      metadata: { namespace: "shop", name: controller },
      spec: { controller, provider },
    });
  for (const name of ["theirs", "mine"])
    await stack.addExternalSecret("shop", name, {
      secretStoreRef: { name },
      data: [{ secretKey: "a", remoteRef: { key: "k" } }],
    });
  await stack.untilReady("shop", "mine");
  assert.equal((await stack.client.get(externalSecrets, "shop", "theirs"))?.status, undefined);
  assert.equal((await stack.client.get(secretStores, "shop", "theirs"))?.status, undefined);
});
