import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { startKubeApi } from "@tegata/kube-api";
import { startKubeApiForTest } from "@tegata/kube-api/testing";
import {
  addFinalizer,
  configMaps,
  createController,
  createEventRecorder,
  createInformer,
  createInformerFactory,
  createKubeClient,
  defineResource,
  enqueueObjects,
  events,
  leadWhenElected,
  leases,
  parseKubeconfigAccess,
  removeFinalizer,
  secrets,
  serviceAccounts,
  tokenRequests,
} from "@tegata/kube";
import { eventually } from "./testing/eventually.ts";

// The same code against the embedded API server: what the scripted one knows of the API is only what we believe of it.
async function start(t: TestContext) {
  const api = await startKubeApiForTest(t);
  const client = createKubeClient(await parseKubeconfigAccess(api.adminKubeconfig));
  t.after(() => client.close());
  const stop = new AbortController();
  t.after(() => stop.abort());
  return { api, client, signal: stop.signal };
}

function secret(name: string, data: Record<string, string> = {}) {
  return { apiVersion: "v1", kind: "Secret", metadata: { namespace: "default", name }, data };
}

describe("on the embedded API server, the client", () => {
  it("creates, reads, updates, patches and deletes", async (t) => {
    const { client } = await start(t);
    assert.equal(await client.get(secrets, "default", "db"), undefined);
    const created = await client.create(secrets, secret("db", { a: "MQ==" }));
    await client.update(secrets, { ...created, data: { a: "Mg==" } });
    await assert.rejects(client.update(secrets, created), { code: "KUBE_CONFLICT", status: 409 });
    await assert.rejects(client.create(secrets, secret("db")), { code: "KUBE_ALREADY_EXISTS" });
    const patched = await client.patch(secrets, "default", "db", "merge", { data: { b: "Mw==" } });
    assert.deepEqual(patched.data, { a: "Mg==", b: "Mw==" });
    const json = await client.patch(secrets, "default", "db", "json", [{ op: "remove", path: "/data/a" }]);
    assert.deepEqual(json.data, { b: "Mw==" });
    assert.equal(await client.delete(secrets, "default", "db"), true);
    assert.equal(await client.delete(secrets, "default", "db"), false);
    await assert.rejects(client.create(secrets, { ...secret("x"), metadata: { namespace: "nope", name: "x" } }), {
      code: "KUBE_NOT_FOUND",
    });
  });

  it("does not take a kind that is not installed for an absent object", async (t) => {
    const { client } = await start(t);
    const things = defineResource({ apiVersion: "test.dev/v1", kind: "Thing", plural: "things" });
    await assert.rejects(client.get(things, "default", "a"), { code: "KUBE_NOT_FOUND", kind: "not-ready" });
  });

  it("follows continue", async (t) => {
    const { client } = await start(t);
    for (let i = 0; i < 7; i++) await client.create(configMaps, { ...secret(`c${i}`), kind: "ConfigMap" });
    const list = await client.list(configMaps, { namespace: "default", chunkSize: 3 });
    assert.equal(list.items.filter(({ metadata: { name = "" } }) => /^c\d$/.test(name)).length, 7);
    assert.ok(list.items.every(({ kind, apiVersion }) => kind === "ConfigMap" && apiVersion === "v1"));
  });

  it("reads raw paths", async (t) => {
    const { client } = await start(t);
    assert.equal((await client.getRaw("/readyz")).status, 200);
  });
});

describe("on the embedded API server, an informer", () => {
  for (const metadataOnly of [false, true]) {
    it(`follows changes${metadataOnly ? " of metadata" : ""}`, async (t) => {
      const { client, signal } = await start(t);
      await client.create(secrets, secret("a", { k: "MQ==" }));
      const informer = createInformer(client, secrets, { namespace: "default", metadataOnly });
      void informer.run(signal);
      await informer.waitForSync(signal);
      assert.equal(informer.get("default/a")?.data?.["k"], metadataOnly ? undefined : "MQ==");
      await client.create(secrets, secret("b"));
      await client.delete(secrets, "default", "a");
      await eventually(() => informer.get("default/b") !== undefined && informer.list().length === 1, "it follows");
    });
  }
});

describe("on the embedded API server, a restart", () => {
  it("is survived by client and informer: reads go on, and what changed is seen when it is back", async (t) => {
    const dataDir = await mkdtemp(join(tmpdir(), "tegata-kube-"));
    t.after(() => rm(dataDir, { recursive: true, force: true }));
    const first = await startKubeApi({ dataDir });
    const client = createKubeClient(await parseKubeconfigAccess(first.adminKubeconfig));
    t.after(() => client.close());
    const stop = new AbortController();
    t.after(() => stop.abort());
    await client.create(secrets, secret("a"));
    const informer = createInformer(
      client,
      secrets,
      { namespace: "default" },
      { backoff: { firstMs: 10, maxMs: 100, resetAfterMs: 1000 } },
    );
    const heard: string[] = [];
    informer.onChange({
      added: ({ metadata: { name } }, initial) => heard.push(`added ${name} ${initial}`),
      deleted: ({ metadata: { name } }) => heard.push(`deleted ${name}`),
    });
    void informer.run(stop.signal);
    await informer.waitForSync(stop.signal);
    await first.stop();
    await eventually(() => informer.failure() !== undefined, "the outage is seen");
    assert.equal(informer.list().length, 1);
    await assert.rejects(client.create(secrets, secret("b")), { kind: "unavailable" });
    const again = await startKubeApi({ dataDir, port: Number(new URL(first.url).port) });
    t.after(() => again.stop());
    await client.delete(secrets, "default", "a");
    await client.create(secrets, secret("b"));
    await eventually(() => heard.length === 3, "the changes are seen");
    assert.deepEqual(heard, ["added a true", "deleted a", "added b false"]);
  });
});

describe("on the embedded API server, a controller", () => {
  it("mirrors Secrets into ConfigMaps, with finalizer, Events and a Lease", async (t) => {
    const { client, signal } = await start(t);
    const recorder = createEventRecorder({ client, component: "test", instance: "here" });
    const informers = createInformerFactory(client);
    const source = informers.informer(secrets, { namespace: "default" });
    const controller = createController({
      name: "mirror",
      reconcile: async (key, signal) => {
        const object = source.get(key);
        if (object === undefined) return {};
        const { name = "" } = object.metadata;
        if (object.metadata.deletionTimestamp !== undefined) {
          await client.delete(configMaps, "default", name, {}, signal);
          await removeFinalizer(client, secrets, object, "test.dev/mirror", signal);
          return {};
        }
        const held = await addFinalizer(client, secrets, object, "test.dev/mirror", signal);
        await client.apply(
          configMaps,
          { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace: "default", name }, data: held.data ?? {} },
          { fieldManager: "mirror" },
          signal,
        );
        recorder.event(held, "Normal", "Mirrored", "mirrored");
        return {};
      },
    });
    enqueueObjects(source, controller);
    void informers.run(signal);
    await informers.waitForSync(signal);
    const stop = new AbortController();
    const election = { client, namespace: "default", name: "mirror", identity: "a" };
    const leading = leadWhenElected(election, (leadership) => controller.run(leadership.signal), stop.signal);
    await client.create(secrets, secret("db", { k: "MQ==" }));
    const copies = createInformer(client, configMaps, { namespace: "default" });
    void copies.run(signal);
    await eventually(() => copies.get("default/db")?.data?.["k"] === "MQ==", "it is mirrored");
    await client.delete(secrets, "default", "db");
    await eventually(() => copies.get("default/db") === undefined, "the mirror is deleted");
    await eventually(() => source.get("default/db") === undefined, "the finalizer lets go");
    await recorder.flush();
    const written = await client.list(events, { namespace: "default" });
    assert.ok(
      written.items.some(({ reason, involvedObject }) => reason === "Mirrored" && involvedObject.name === "db"),
    );
    assert.equal((await client.get(leases, "default", "mirror"))?.spec?.holderIdentity, "a");
    stop.abort();
    await leading;
    assert.equal((await client.get(leases, "default", "mirror"))?.spec?.holderIdentity ?? "", "");
  });
});

describe("on the embedded API server, a ServiceAccount", () => {
  it("gets a token", async (t) => {
    const { client } = await start(t);
    await client.create(serviceAccounts, {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { namespace: "default", name: "app" },
    });
    const answer = await client.post(
      tokenRequests,
      { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", metadata: {}, spec: { audiences: ["vault"] } },
      { namespace: "default", name: "app", subresource: "token" },
    );
    assert.equal(answer.status?.token.split(".").length, 3);
  });
});
