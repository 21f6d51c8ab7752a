// Row C1, as far as it is served: ExternalSecret, SecretStore and ClusterSecretStore as External Secrets 2.9 has them, in `v1`
// and `v1beta1`, and taken over from it without a write. Not served yet: PushSecret, ClusterExternalSecret,
// ClusterPushSecret, GeneratorState, ClusterGenerator and the generators. Fields and policies: secret-sync-*.test.ts.
import assert from "node:assert/strict";
import { it, type TestContext } from "node:test";
import { secrets } from "@tegata/kube";
import { type ExternalSecret, externalSecrets } from "@tegata/secret-sync";
import { KUBECTL_MISSING, kubectlFor } from "./support/kubectl.ts";
import { eventually, type Stack, startStack } from "./support/stack.ts";

const spec = {
  secretStoreRef: { name: "vault", kind: "SecretStore" as const },
  refreshInterval: "1h0m0s",
  data: [
    { secretKey: "foo", remoteRef: { key: "db", property: "foo" } },
    { secretKey: "bar", remoteRef: { key: "db", property: "bar" } },
  ],
};
const VALUES = { foo: "value1", bar: "value2" };
const FINALIZER = "externalsecrets.external-secrets.io/externalsecret-cleanup";
// Hashes as External Secrets computes them (its own test vectors).
const NO_METADATA = "f47fe3c0b255b6dd8047cdffa772587bb829efe7a1cb70febeda2eb2";
const DATA_HASH = "1bed8bcbcb4547ffe19a19cd47d9078e84aa6598266d86b99f992d64";
const OWNER_DEFAULT_MY_ES = "b8464376b5fe3535e690594280bfe59b60be2603cb6cbb6d6c8bcbb4";

/** An ExternalSecret, its status and its Secret as External Secrets 2.9 leaves them behind. */
async function leftByExternalSecrets(stack: Stack, refreshTime: Date): Promise<void> {
  await stack.addStore("default");
  await stack.writeValue("db", VALUES);
  const { metadata } = await stack.addExternalSecret("default", "my-es", spec, { finalizers: [FINALIZER] });
  const at = refreshTime.toISOString().replace(/\.\d+Z/, "Z");
  await stack.client.patch(
    externalSecrets,
    "default",
    "my-es",
    "merge",
    {
      status: {
        binding: { name: "my-es" },
        refreshTime: at,
        syncedResourceVersion: `1-${NO_METADATA}`,
        conditions: [
          { type: "Ready", status: "True", reason: "SecretSynced", message: "secret synced", lastTransitionTime: at },
        ],
      },
    },
    { subresource: "status", fieldManager: "external-secrets" },
  );
  const written = {
    apiVersion: "v1",
    kind: "Secret",
    type: "Opaque",
    metadata: {
      namespace: "default",
      name: "my-es",
      labels: {
        "reconcile.external-secrets.io/created-by": OWNER_DEFAULT_MY_ES,
        "reconcile.external-secrets.io/managed": "true",
      },
      annotations: { "reconcile.external-secrets.io/data-hash": DATA_HASH },
      ownerReferences: [
        {
          apiVersion: "external-secrets.io/v1",
          kind: "ExternalSecret",
          name: "my-es",
          uid: metadata.uid ?? "",
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    data: { foo: "dmFsdWUx", bar: "dmFsdWUy" },
  };
  const fieldManager = "externalsecrets.external-secrets.io/my-es";
  const created = await stack.client.create(secrets, { ...written, data: { foo: "b2xk" } }, { fieldManager });
  await stack.client.update(secrets, { ...created, data: written.data }, { fieldManager });
}

const versionOfSecret = async (stack: Stack): Promise<string | undefined> =>
  (await stack.client.get(secrets, "default", "my-es"))?.metadata.resourceVersion;
const readsOf = (stack: Stack): number => stack.store.requests().filter(({ path }) => path === "secret/data/db").length;

/** Starts the operator and waits until it has looked at these ExternalSecrets. */
async function startAndSettle(stack: Stack, ...names: string[]): Promise<void> {
  const { metricsUrl } = await stack.startOperator();
  await eventually(`metrics of ${names.join(", ")}`, async () => {
    const text = await (await fetch(`${metricsUrl}/metrics`)).text();
    const isSeen = (name: string) => text.includes(`externalsecret_status_condition{name="${name}"`);
    return names.every(isSeen) ? true : undefined;
  });
}

it("takes over what is in time with no write at all", async (t) => {
  const stack = await startStack(t);
  await leftByExternalSecrets(stack, new Date());
  const before = [await versionOfSecret(stack), await stack.client.get(externalSecrets, "default", "my-es")];
  await startAndSettle(stack, "my-es");
  assert.equal(readsOf(stack), 0);
  assert.deepEqual([await versionOfSecret(stack), await stack.client.get(externalSecrets, "default", "my-es")], before);
});

it("takes over what is due with a refresh that does not write the Secret", async (t) => {
  const stack = await startStack(t);
  await leftByExternalSecrets(stack, new Date(Date.now() - 24 * 3_600_000));
  const before = await versionOfSecret(stack);
  await stack.startOperator();
  await eventually("the refresh is recorded", async () => {
    const { status } = (await stack.client.get(externalSecrets, "default", "my-es")) ?? {};
    return Date.now() - Date.parse(status?.refreshTime ?? "") < 3_600_000 ? true : undefined;
  });
  assert.ok(readsOf(stack) > 0);
  assert.equal(await versionOfSecret(stack), before);
});

it("removes the finalizer that External Secrets left, so that deletion does not hang", async (t) => {
  const stack = await startStack(t);
  await leftByExternalSecrets(stack, new Date());
  await startAndSettle(stack, "my-es");
  await stack.client.delete(externalSecrets, "default", "my-es");
  await eventually("both are gone", async () => {
    const externalSecret = await stack.client.get(externalSecrets, "default", "my-es");
    return externalSecret === undefined && (await versionOfSecret(stack)) === undefined ? true : undefined;
  });
});

it("a restart of the operator at rest writes nothing and reads nothing", async (t) => {
  const stack = await startStack(t);
  await stack.addStore("default");
  await stack.writeValue("db", VALUES);
  const operator = await stack.startOperator();
  for (const name of ["one", "two", "three"]) await stack.addExternalSecret("default", name, spec);
  for (const name of ["one", "two", "three"]) await stack.untilReady("default", name);
  await operator.stop();
  const state = async (): Promise<unknown> => {
    const lists = [await stack.client.list(externalSecrets), await stack.client.list(secrets)];
    return lists.flatMap(({ items }) => items.map(({ metadata }) => [metadata.name, metadata.resourceVersion]));
  };
  const [before, reads] = [await state(), readsOf(stack)];
  await startAndSettle(stack, "one", "two", "three");
  assert.deepEqual(await state(), before);
  assert.equal(readsOf(stack), reads);
});

it("kubectl shows External Secrets' columns under its short names, in both versions", {
  skip: KUBECTL_MISSING,
}, async (t: TestContext) => {
  const stack = await startStack(t);
  await stack.addStore("default");
  await stack.writeValue("db", VALUES);
  await stack.addExternalSecret("default", "my-es", spec);
  await stack.startOperator();
  await stack.untilReady("default", "my-es");
  const kubectl = kubectlFor(t, stack.kube.adminKubeconfig);
  const [header, row] = (await kubectl("get", "es")).split("\n");
  assert.match(header ?? "", /^NAME +STORETYPE +STORE +REFRESH INTERVAL +STATUS +READY +LAST SYNC *$/);
  assert.match(row ?? "", /^my-es +SecretStore +vault +1h0m0s +SecretSynced +True +\d+m?s/);
  const [storeHeader, storeRow] = (await kubectl("get", "ss")).split("\n");
  assert.match(storeHeader ?? "", /^NAME +AGE +STATUS +CAPABILITIES +READY *$/);
  assert.match(storeRow ?? "", /^vault +\S+ +Valid +ReadWrite +True *$/);
  assert.match(await kubectl("get", "css"), /^(No resources found)?\s*$/);
  const names = (await kubectl("api-resources", "--categories=external-secrets", "-o", "name")).trim().split("\n");
  assert.deepEqual(names.sort(), [
    "clustersecretstores.external-secrets.io",
    "externalsecrets.external-secrets.io",
    "secretstores.external-secrets.io",
  ]);
  const beta = JSON.parse(
    await kubectl("get", "externalsecrets.v1beta1.external-secrets.io", "my-es", "-o", "json"),
  ) as ExternalSecret;
  assert.equal(beta.apiVersion, "external-secrets.io/v1beta1");
  assert.match(await kubectl("explain", "externalsecret.spec.target.creationPolicy"), /CreateOrMerge/);
});

it("field selectors find ExternalSecrets by store, target and interval", async (t) => {
  const stack = await startStack(t);
  await stack.addStore("default");
  await stack.addExternalSecret("default", "one", { ...spec, target: { name: "t1" } });
  await stack.addExternalSecret("default", "two", {
    ...spec,
    secretStoreRef: { name: "other", kind: "ClusterSecretStore" },
    refreshInterval: "5m",
  });
  const found = async (fieldSelector: string): Promise<unknown[]> =>
    (await stack.client.list(externalSecrets, { namespace: "default", fieldSelector })).items.map(
      ({ metadata }) => metadata.name,
    );
  assert.deepEqual(await found("spec.secretStoreRef.name=vault"), ["one"]);
  assert.deepEqual(await found("spec.secretStoreRef.kind=ClusterSecretStore"), ["two"]);
  assert.deepEqual(await found("spec.target.name=t1"), ["one"]);
  assert.deepEqual(await found("spec.refreshInterval!=1h0m0s"), ["two"]);
});
