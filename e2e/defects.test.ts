// The defects of External Secrets 2.9 that its code shows (reference eso.md 10.3), each as a behaviour of ours.
//
// Proven elsewhere: a, h, i (the plan) in capabilities/secret-sync/plan.test.ts; the intervals of q in checks.test.ts.
// Cannot occur here yet, because the part is not served: c (one token per store is kept and renewed: there is no cache whose
// size could be ignored), d, m (AWS), e (Vault's iam and gcp logins; nothing is ever put into the process environment),
// f (GCP), k (ClusterExternalSecret; no finalizer is set on anything), n (PushSecret).
import assert from "node:assert/strict";
import { it, type TestContext } from "node:test";
import { configMaps, events, secrets, serviceAccounts, tokenRequests } from "@tegata/kube";
import { clusterSecretStores, type ExternalSecretSpec, externalSecrets, secretStores } from "@tegata/secret-sync";
import { eventually, type Stack, startStack } from "./support/stack.ts";

const MANAGED = "reconcile.external-secrets.io/managed";
const password: ExternalSecretSpec = {
  refreshInterval: "1h",
  data: [{ secretKey: "password", remoteRef: { key: "db", property: "password" } }],
};

async function running(t: TestContext): Promise<Stack & { readonly metrics: () => Promise<string> }> {
  const stack = await startStack(t);
  await stack.addStore("shop");
  await stack.writeValue("db", { user: "shop", password: "first" });
  const { metricsUrl } = await stack.startOperator();
  return { ...stack, metrics: async () => await (await fetch(`${metricsUrl}/metrics`)).text() };
}

const annotate = (stack: Stack, name: string, value: string): Promise<unknown> =>
  stack.client.patch(externalSecrets, "shop", name, "merge", { metadata: { annotations: { "force-sync": value } } });

const readsOf = (stack: Stack, path: string): number =>
  stack.store.requests().filter((request) => request.path === `secret/data/${path}`).length;

it("a: labels that are no longer wanted go, whatever the length of the name", async (t) => {
  const stack = await running(t);
  const name = `n${"a".repeat(39)}`;
  await stack.addExternalSecret("shop", name, {
    ...password,
    target: { template: { metadata: { labels: { stale: "yes", kept: "yes" } } } },
  });
  await stack.untilReady("shop", name);
  await stack.client.patch(externalSecrets, "shop", name, "merge", {
    spec: { target: { template: { metadata: { labels: { stale: null } } } } },
  });
  await eventually("the label is gone", async () => {
    const labels = (await stack.client.get(secrets, "shop", name))?.metadata.labels ?? {};
    return labels["stale"] === undefined && labels["kept"] === "yes" ? true : undefined;
  });
});

it("b: a SecretStore after a ClusterSecretStore is found in the namespace", async (t) => {
  const stack = await running(t);
  const provider = { fake: { data: [{ key: "shared", value: "from the cluster's" }] } };
  await stack.client.create(clusterSecretStores, {
    apiVersion: "external-secrets.io/v1",
    kind: "ClusterSecretStore",
    metadata: { name: "shared" },
    spec: { provider },
  });
  await stack.addExternalSecret("shop", "both", {
    secretStoreRef: { name: "shared", kind: "ClusterSecretStore" },
    data: [
      { secretKey: "one", remoteRef: { key: "shared" } },
      {
        secretKey: "two",
        remoteRef: { key: "db", property: "password" },
        sourceRef: { storeRef: { name: "vault", kind: "SecretStore" } },
      },
    ],
    dataFrom: [{ extract: { key: "db" }, sourceRef: { storeRef: { name: "vault" } } }],
  });
  await stack.untilReady("shop", "both");
  const expected = { one: "from the cluster's", two: "first", user: "shop", password: "first" };
  assert.deepEqual(await stack.secretData("shop", "both"), expected);
});

it("g: a property or Secret that is missing follows deletionPolicy, in Vault and in Kubernetes", async (t) => {
  const stack = await running(t);
  await stack.addExternalSecret("shop", "vault-property", {
    target: { deletionPolicy: "Delete" },
    data: [
      { secretKey: "password", remoteRef: { key: "db", property: "password" } },
      { secretKey: "none", remoteRef: { key: "db", property: "no-such-property" } },
    ],
  });
  await stack.untilReady("shop", "vault-property");
  assert.deepEqual(await stack.secretData("shop", "vault-property"), { password: "first" });
  await stack.client.create(secretStores, {
    apiVersion: "external-secrets.io/v1",
    kind: "SecretStore",
    metadata: { namespace: "shop", name: "cluster" },
    spec: {
      provider: {
        kubernetes: {
          remoteNamespace: "shop",
          server: { url: stack.kube.url, caBundle: Buffer.from(stack.kube.caPem).toString("base64") },
          auth: { token: { bearerToken: { name: "api-token", key: "token" } } },
        },
      },
    },
  });
  await stack.client.create(secrets, {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { namespace: "shop", name: "api-token" },
    stringData: { token: await adminToken(stack) },
  });
  await stack.addExternalSecret("shop", "kubernetes-secret", {
    secretStoreRef: { name: "cluster", kind: "SecretStore" },
    target: { deletionPolicy: "Delete" },
    data: [
      { secretKey: "token", remoteRef: { key: "vault-token", property: "token" } },
      { secretKey: "none", remoteRef: { key: "no-such-secret" } },
    ],
  });
  await stack.untilReady("shop", "kubernetes-secret");
  assert.deepEqual(Object.keys((await stack.secretData("shop", "kubernetes-secret")) ?? {}), ["token"]);
});

it("h: an immutable Secret costs one update of its labels, and no conflict", async (t) => {
  const stack = await running(t);
  await stack.addExternalSecret("shop", "db", password);
  await stack.untilReady("shop", "db");
  await stack.client.patch(secrets, "shop", "db", "merge", { immutable: true });
  await stack.writeValue("db", { password: "second" });
  await stack.client.patch(externalSecrets, "shop", "db", "merge", { metadata: { labels: { app: "shop" } } });
  const { message = "" } = await stack.untilReady("shop", "db", "False");
  assert.match(message, /could not update secret, target is immutable/);
  const secret = await stack.client.get(secrets, "shop", "db");
  assert.equal(secret?.metadata.labels?.["app"], "shop");
  assert.deepEqual(await stack.secretData("shop", "db"), { password: "first" });
  assert.ok(!stack.log.join("").includes("Conflict"));
});

it("i: a managed label that someone removes is put back at once, also on a merged Secret", async (t) => {
  const stack = await running(t);
  await stack.client.create(secrets, {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { namespace: "shop", name: "merged" },
    stringData: { other: "theirs" },
  });
  await stack.addExternalSecret("shop", "owned", password);
  await stack.addExternalSecret("shop", "merged", { ...password, target: { creationPolicy: "Merge" } });
  for (const name of ["owned", "merged"]) {
    await stack.untilReady("shop", name);
    await stack.client.patch(secrets, "shop", name, "merge", { metadata: { labels: { [MANAGED]: null } } });
    await eventually(`the label of ${name} is back`, async () =>
      (await stack.client.get(secrets, "shop", name))?.metadata.labels?.[MANAGED] === "true" ? true : undefined,
    );
  }
  assert.deepEqual(await stack.secretData("shop", "merged"), { other: "theirs", password: "first" });
});

it("j: the duration of a reconcile is told in seconds beside the nanoseconds", async (t) => {
  const stack = await running(t);
  await stack.addExternalSecret("shop", "db", password);
  await stack.untilReady("shop", "db");
  await eventually("both are there and agree", async () => {
    const text = await stack.metrics();
    const nanoseconds = Number(/^externalsecret_reconcile_duration\{.*\} (\S+)$/m.exec(text)?.[1]);
    const seconds = Number(/^externalsecret_reconcile_duration_seconds\{.*\} (\S+)$/m.exec(text)?.[1]);
    return Math.abs(nanoseconds / 1e9 - seconds) < 1e-6 ? true : undefined;
  });
});

it("l: a refresh that changes nothing writes nothing, and stores that stay valid write no Events", async (t) => {
  const stack = await startStack(t);
  await stack.addStore("shop", { refreshInterval: 1 });
  await stack.writeValue("db", { password: "first" });
  await stack.startOperator();
  await stack.addExternalSecret("shop", "db", { ...password, refreshInterval: "1s" });
  await stack.untilReady("shop", "db");
  const versions = async (): Promise<unknown[]> => [
    (await stack.client.get(externalSecrets, "shop", "db"))?.metadata.resourceVersion,
    (await stack.client.get(secrets, "shop", "db"))?.metadata.resourceVersion,
    (await stack.client.get(secretStores, "shop", "vault"))?.metadata.resourceVersion,
    (await stack.client.list(events, { namespace: "shop" })).items.length,
  ];
  await eventually("the Events of the first sync are there", async () =>
    (await stack.client.list(events, { namespace: "shop" })).items.some(({ reason }) => reason === "Created")
      ? true
      : undefined,
  );
  const before = await versions();
  const reads = readsOf(stack, "db");
  await eventually("two more refreshes", async () => (readsOf(stack, "db") >= reads + 2 ? true : undefined));
  assert.deepEqual(await versions(), before);
});

it("o: a template that fails does not read from the store again and again, and follows its source at once", async (t) => {
  const stack = await running(t);
  await stack.addExternalSecret("shop", "db", {
    dataFrom: [{ extract: { key: "db" } }],
    target: { template: { templateFrom: [{ configMap: { name: "later", items: [{ key: "url" }] } }] } },
  });
  const { message = "" } = await stack.untilReady("shop", "db", "False");
  assert.match(message, /could not update secret: .*ConfigMap "later" has no key "url"/);
  const failedReads = readsOf(stack, "db");
  assert.equal(failedReads, 1);
  await stack.client.create(configMaps, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { namespace: "shop", name: "later" },
    data: { url: "{{ .user }}:{{ .password }}" },
  });
  await stack.untilReady("shop", "db");
  assert.deepEqual(await stack.secretData("shop", "db"), { url: "shop:first" });
});

it("p: condition metrics show False, and the series of a deleted object go", async (t) => {
  const stack = await running(t);
  await stack.addExternalSecret("shop", "db", { data: [{ secretKey: "a", remoteRef: { key: "none" } }] });
  await stack.untilReady("shop", "db", "False");
  const series =
    /^externalsecret_status_condition\{(?=.*name="db")(?=.*condition="Ready")(?=.*status="(True|False)").*\} (\d)$/gm;
  await eventually("False is 1 and True is 0", async () => {
    const values = [...(await stack.metrics()).matchAll(series)].map(([, status, value]) => `${status}=${value}`);
    return values.sort().join() === "False=1,True=0" ? true : undefined;
  });
  await stack.client.delete(externalSecrets, "shop", "db");
  await eventually("no series names it", async () =>
    (await stack.metrics()).includes('name="db"') ? undefined : true,
  );
});

it("q: what only a change can mend is mended when it comes, and tried again after one interval", async (t) => {
  const stack = await running(t);
  await stack.addExternalSecret("shop", "first", { ...password, target: { name: "shared" } });
  await stack.untilReady("shop", "first");
  await stack.addExternalSecret("shop", "second", { ...password, target: { name: "shared" }, refreshInterval: "1s" });
  const { message = "" } = await stack.untilReady("shop", "second", "False");
  assert.match(message, /target is owned by another ExternalSecret/);
  await stack.client.delete(externalSecrets, "shop", "first");
  await stack.untilReady("shop", "second");
  await eventually("the Secret is the second's", async () => {
    const owners = (await stack.client.get(secrets, "shop", "shared"))?.metadata.ownerReferences;
    return owners?.[0]?.name === "second" ? true : undefined;
  });
});

it("a wake by annotation reads anew although others read shortly before", async (t) => {
  const stack = await running(t);
  await stack.addExternalSecret("shop", "db", password);
  await stack.untilReady("shop", "db");
  await stack.writeValue("db", { password: "second" });
  await annotate(stack, "db", "now");
  await eventually("the second password", async () =>
    (await stack.secretData("shop", "db"))?.["password"] === "second" ? true : undefined,
  );
});

async function adminToken({ client }: Stack): Promise<string> {
  await client.create(serviceAccounts, {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { namespace: "shop", name: "reader" },
  });
  await client.create(
    {
      group: "rbac.authorization.k8s.io",
      version: "v1",
      kind: "RoleBinding",
      plural: "rolebindings",
      namespaced: true,
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { namespace: "shop", name: "reader" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "admin" },
      subjects: [{ kind: "ServiceAccount", name: "reader", namespace: "shop" }],
    } as never,
  );
  const answer = await client.post(
    tokenRequests,
    { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", metadata: {}, spec: { audiences: [] } },
    { namespace: "shop", name: "reader", subresource: "token" },
  );
  return answer.status?.token ?? "";
}
