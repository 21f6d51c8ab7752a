import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { decodeUtf8, encodeBase64, encodeUtf8, SecretBytes } from "@tegata/bytes";
import {
  createKubeClient,
  createStaticAccess,
  type KubeClient,
  secrets,
  serviceAccounts,
  tokenRequests,
} from "@tegata/kube";
import type { KubeApi } from "@tegata/kube-api";
import { startKubeApiForTest } from "@tegata/kube-api/testing";
import type { JsonObject, Secret } from "@tegata/kube-types";
import type { ReadOutcome, RemoteRef, SecretStore } from "../contract.ts";
import { checkStoreProvider, openStore } from "../open-store.ts";
import { describeSecretStore } from "../testing/describe-secret-store.ts";
import { type StaticObjects, staticReferences } from "../testing/static-references.ts";

const never = () => new AbortController().signal;

function refTo(key: string, property = "", what: RemoteRef["what"] = "value"): RemoteRef {
  return { key, property, version: "", what };
}

const textOf = (outcome: ReadOutcome | undefined) =>
  outcome?.kind === "found" ? decodeUtf8(outcome.bytes.reveal()) : outcome?.kind;

interface Cluster {
  readonly api: KubeApi;
  readonly client: KubeClient;
  readonly server: JsonObject;
  readonly admin: StaticObjects;
}

async function startCluster(t: TestContext): Promise<Cluster> {
  const api = await startKubeApiForTest(t);
  const { certificatePem, privateKeyPem: keyPem } = api.admin;
  const access = createStaticAccess({
    server: api.url,
    caPem: api.caPem,
    clientCertificatePem: certificatePem,
    clientKeyPem: keyPem,
  });
  const client = createKubeClient(access);
  t.after(() => client.close());
  const server = { url: api.url, caBundle: encodeBase64(encodeUtf8(api.caPem)) };
  return { api, client, server, admin: { secrets: { "admin/tls.crt": certificatePem, "admin/tls.key": keyPem } } };
}

const certAuth = {
  cert: { clientCert: { name: "admin", key: "tls.crt" }, clientKey: { name: "admin", key: "tls.key" } },
};

async function open(t: TestContext, spec: JsonObject, objects: StaticObjects): Promise<SecretStore> {
  const store = await openStore(
    { kubernetes: spec },
    { displayName: 'SecretStore "shop/other"', references: staticReferences(objects) },
  );
  t.after(() => store.close());
  return store;
}

async function put(
  client: KubeClient,
  name: string,
  data: Readonly<Record<string, Uint8Array | string>>,
  metadata: Secret["metadata"] = {},
) {
  const encoded = Object.entries(data).map(([key, value]) => [
    key,
    encodeBase64(typeof value === "string" ? encodeUtf8(value) : value),
  ]);
  const secret: Secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { ...metadata, name, namespace: "default" },
    data: Object.fromEntries(encoded),
  };
  const old = await client.get(secrets, "default", name);
  return old === undefined ? client.create(secrets, secret) : client.update(secrets, secret);
}

describeSecretStore("the kubernetes store", { findByName: true, findByTags: true, flatMembers: true }, async (t) => {
  const { client, server, admin, api } = await startCluster(t);
  const store = await open(t, { server, auth: certAuth }, admin);
  return {
    store,
    put: async (key, members, tags = {}) => {
      const data = Object.entries(members).map(([name, value]) => {
        const json = value === null ? "" : JSON.stringify(value);
        return [name, typeof value === "string" ? value : json] as const;
      });
      await put(client, key, Object.fromEntries(data), { labels: { ...tags } });
      return "";
    },
    remove: async (key) => {
      await client.delete(secrets, "default", key);
    },
    breakDown: () => api.stop(),
  };
});

describe("the kubernetes store", () => {
  it("returns the bytes of a key, whatever they are", async (t) => {
    const { client, server, admin } = await startCluster(t);
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    await put(client, "binary", { "file.bin": bytes });
    const store = await open(t, { server, auth: certAuth }, admin);
    const [outcome] = await store.read([refTo("binary", "file.bin")], never());
    assert.deepEqual(outcome?.kind === "found" ? [...outcome.bytes.reveal()] : [], [...bytes]);
    const extracted = await store.extract(refTo("binary"), never());
    assert.deepEqual(extracted.kind === "found" ? [...(extracted.values.get("file.bin")?.reveal() ?? [])] : [], [
      ...bytes,
    ]);
  });
  it("returns labels and annotations as metadata", async (t) => {
    const { client, server, admin } = await startCluster(t);
    await put(
      client,
      "a",
      { k: "v" },
      { labels: { "app.kubernetes.io/name": "shop", team: "t" }, annotations: { conf: '{"x":[1]}' } },
    );
    const store = await open(t, { server, auth: certAuth }, admin);
    const properties = [
      "labels",
      "labels.team",
      "labels.app.kubernetes.io/name",
      "annotations.conf.x.0",
      "labels.none",
      "other",
      "",
    ];
    const outcomes = await store.read(
      properties.map((property) => refTo("a", property, "metadata")),
      never(),
    );
    assert.deepEqual(outcomes.map(textOf), [
      '{"app.kubernetes.io/name":"shop","team":"t"}',
      "t",
      "shop",
      "1",
      "absent",
      "absent",
      '{"annotations":{"conf":"{\\"x\\":[1]}"},"labels":{"app.kubernetes.io/name":"shop","team":"t"}}',
    ]);
    const extracted = await store.extract(refTo("a", "", "metadata"), never());
    assert.deepEqual(extracted.kind === "found" ? [...extracted.values.keys()] : [], ["annotations", "labels"]);
  });
  it("signs in by token, by ServiceAccount and by kubeconfig", async (t) => {
    const { api, client, server, admin } = await startCluster(t);
    await put(client, "a", { k: "v" });
    await client.create(serviceAccounts, {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "reader", namespace: "default" },
    });
    const rbac = { apiVersion: "rbac.authorization.k8s.io/v1", metadata: { name: "reader", namespace: "default" } };
    await client.create(
      { group: "rbac.authorization.k8s.io", version: "v1", kind: "Role", plural: "roles", namespaced: true },
      { ...rbac, kind: "Role", rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["get", "list"] }] } as never,
    );
    await client.create(
      {
        group: "rbac.authorization.k8s.io",
        version: "v1",
        kind: "RoleBinding",
        plural: "rolebindings",
        namespaced: true,
      },
      {
        ...rbac,
        kind: "RoleBinding",
        subjects: [{ kind: "ServiceAccount", name: "reader", namespace: "default" }],
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reader" },
      } as never,
    );
    const request = {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      metadata: {},
      spec: { audiences: [], expirationSeconds: 3600 },
    };
    const answer = await client.post(tokenRequests, request, {
      namespace: "default",
      name: "reader",
      subresource: "token",
    });
    const token = answer.status?.token ?? "";
    const kubeconfig = kubeconfigOf(api, { token });
    const objects = {
      secrets: { ...admin.secrets, "t/token": `${token}\n`, "k/config": kubeconfig },
      tokens: { reader: token },
    };
    for (const spec of [
      { server, auth: { token: { bearerToken: { name: "t" } } } },
      { server, auth: { serviceAccount: { name: "reader" } } },
      { authRef: { name: "k" } },
    ]) {
      const store = await open(t, spec, objects);
      assert.equal(textOf((await store.read([refTo("a", "k")], never()))[0]), "v");
      assert.equal(await store.validate(never()), "valid");
    }
  });
  it("is denied, by name, what its identity may not read", async (t) => {
    const { client, server } = await startCluster(t);
    await client.create(serviceAccounts, {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "nobody", namespace: "default" },
    });
    const request = {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      metadata: {},
      spec: { audiences: [] },
    };
    const answer = await client.post(tokenRequests, request, {
      namespace: "default",
      name: "nobody",
      subresource: "token",
    });
    const store = await open(
      t,
      { server, auth: { serviceAccount: { name: "nobody" } } },
      { tokens: { nobody: answer.status?.token ?? "" } },
    );
    await assert.rejects(store.read([refTo("a")], never()), {
      kind: "denied",
      message: /^SecretStore "shop\/other": /,
    });
    await assert.rejects(store.validate(never()), { kind: "denied", code: "STORE_ACCESS_DENIED" });
  });
  for (const [why, user] of Object.entries({
    "runs a program": { exec: { apiVersion: "client.authentication.k8s.io/v1", command: "/bin/sh" } },
    "reads the operator's files": { tokenFile: "/var/run/secrets/token" },
  })) {
    it(`refuses a kubeconfig that ${why}`, async (t) => {
      const { api } = await startCluster(t);
      const store = await open(t, { authRef: { name: "k" } }, { secrets: { "k/config": kubeconfigOf(api, user) } });
      await assert.rejects(store.read([refTo("a")], never()), {
        code: "STORE_KUBECONFIG_REFUSED",
        kind: "invalid-input",
      });
    });
  }
  it("writes keys of Secrets, and removes them with the last key", async (t) => {
    const { client, server, admin } = await startCluster(t);
    const store = await open(t, { server, auth: certAuth }, admin);
    const { writer } = store;
    assert.ok(writer !== undefined);
    const write = (property: string, text: string) =>
      writer.write(refTo("own", property), new SecretBytes(encodeUtf8(text)), never());
    await write("a", "1");
    await write("b", "2");
    const { resourceVersion } = (await client.get(secrets, "default", "own"))?.metadata ?? {};
    await write("b", "2");
    assert.equal(
      (await client.get(secrets, "default", "own"))?.metadata.resourceVersion,
      resourceVersion,
      "an equal value is not written",
    );
    await writer.remove(refTo("own", "a"), never());
    assert.deepEqual(
      [await writer.exists(refTo("own", "a"), never()), await writer.exists(refTo("own", "b"), never())],
      [false, true],
    );
    await writer.remove(refTo("own", "b"), never());
    assert.equal(await client.get(secrets, "default", "own"), undefined);
    await write("", '{"x":"1","y":{"z":2}}');
    assert.equal(textOf((await store.read([refTo("own", "y.z")], never()))[0]), "2");
  });
  it("tells of Secrets that are created, changed and deleted while it watches", async (t) => {
    const { client, server, admin } = await startCluster(t);
    await put(client, "old", { k: "v" });
    const store = await open(t, { server, auth: certAuth }, admin);
    const stop = new AbortController();
    const told: string[] = [];
    const until = async (name: string) => {
      while (!told.includes(name)) await new Promise((done) => setImmediate(done));
      told.length = 0;
    };
    const watching = store.watcher?.watch((key) => told.push(key), stop.signal);
    // The watch has begun when it tells of a change; what changed before is not told of.
    while (told.length === 0) {
      await put(client, "probe", { k: String(performance.now()) });
      await new Promise((done) => setImmediate(done));
    }
    told.length = 0;
    await put(client, "new", { k: "1" });
    await until("new");
    await put(client, "old", { k: "2" });
    await until("old");
    await client.delete(secrets, "default", "old");
    await until("old");
    stop.abort();
    await watching;
  });
  for (const [why, kubernetes] of Object.entries({
    "no auth": { server: {} },
    "two auths": { auth: { ...certAuth, token: { bearerToken: { name: "t" } } } },
    "half a certificate": { auth: { cert: { clientCert: { name: "a" } } } },
    "a server that is no URL": { server: { url: "kubernetes" }, auth: certAuth },
    "a CA that is not base64": { server: { caBundle: "-----BEGIN" }, auth: certAuth },
  })) {
    it(`refuses a manifest with ${why}`, async () => {
      await assert.rejects(checkStoreProvider({ kubernetes }), { code: "STORE_SPEC_INVALID" });
    });
  }
  it("refuses a server at an instance metadata service", async () => {
    const spec = { kubernetes: { server: { url: "https://169.254.169.254" }, auth: certAuth } };
    await assert.rejects(openStore(spec, { displayName: "s", references: staticReferences({}) }), {
      code: "STORE_SPEC_INVALID",
    });
  });
});

function kubeconfigOf({ url, caPem }: KubeApi, user: object): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "c",
    contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    clusters: [{ name: "c", cluster: { server: url, "certificate-authority-data": encodeBase64(encodeUtf8(caPem)) } }],
    users: [{ name: "u", user }],
  });
}
