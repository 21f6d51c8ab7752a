import assert from "node:assert/strict";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { describe, it, type TestContext } from "node:test";
import type { KubeClient } from "../client-types.ts";
import { secrets, serviceAccounts, tokenRequests, defineResource } from "../resources.ts";
import { createStaticAccess } from "../config/composed-access.ts";
import { ScriptedKubeApi } from "../testing/scripted-kube-api.ts";
import { createKubeClient, type KubeClientOptions } from "./kube-client.ts";

const SECRETS = "/api/v1/secrets";

async function start(t: TestContext, options: KubeClientOptions & { http2?: boolean } = {}) {
  const api = await ScriptedKubeApi.start(t, options.http2 === undefined ? {} : { http2: options.http2 });
  const client = createKubeClient(api.access("first"), { random: () => 0, ...options });
  t.after(() => client.close());
  return { api, client };
}

function secret(name: string, extra: object = {}) {
  return { apiVersion: "v1", kind: "Secret", metadata: { namespace: "shop", name }, ...extra };
}

/** Passes bytes on to a local port until it is told to keep them all. */
async function startSilentProxy(t: TestContext, port: number) {
  const sockets: Socket[] = [];
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) sockets.push(socket.on("error", () => socket.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fallSilent() {
      for (const socket of sockets) socket.unpipe().pause();
    },
  };
}

for (const http2 of [true, false]) {
  describe(`a client over ${http2 ? "HTTP/2" : "HTTP/1.1"}`, () => {
    it("creates, reads, updates, patches, applies and deletes", async (t) => {
      const { client } = await start(t, { http2 });
      assert.equal(await client.get(secrets, "shop", "db"), undefined);
      const created = await client.create(secrets, secret("db", { data: { a: "MQ==" } }));
      assert.equal(created.metadata.name, "db");
      const updated = await client.update(secrets, { ...created, data: { a: "Mg==" } });
      assert.deepEqual((await client.get(secrets, "shop", "db"))?.data, { a: "Mg==" });
      const patched = await client.patch(secrets, "shop", "db", "merge", { data: { b: "Mw==" } });
      assert.deepEqual(patched.data, { a: "Mg==", b: "Mw==" });
      const applied = await client.apply(secrets, secret("other", { data: { c: "" } }), { fieldManager: "tegata" });
      assert.equal(applied.metadata.name, "other");
      await assert.rejects(client.update(secrets, updated), { code: "KUBE_CONFLICT", kind: "not-ready", status: 409 });
      assert.equal(await client.delete(secrets, "shop", "db"), true);
      assert.equal(await client.delete(secrets, "shop", "db"), false);
    });

    it("lists in chunks and fills in what items leave out", async (t) => {
      const { api, client } = await start(t, { http2 });
      for (let i = 0; i < 7; i++) api.put(SECRETS, secret(`s${i}`));
      const list = await client.list(secrets, { chunkSize: 3 });
      assert.deepEqual(
        list.items.map(({ kind, apiVersion, metadata }) => `${apiVersion} ${kind} ${metadata.name}`),
        ["s0", "s1", "s2", "s3", "s4", "s5", "s6"].map((name) => `v1 Secret ${name}`),
      );
      assert.equal(list.metadata.continue, undefined);
      assert.equal(api.requests.length, 3);
    });

    it("streams a watch until the server ends it", async (t) => {
      const { api, client } = await start(t, { http2 });
      api.put(SECRETS, secret("a"));
      const seen: string[] = [];
      const watch = client.watch(secrets, { resourceVersion: "1" }, AbortSignal.timeout(10_000));
      for await (const event of watch) {
        seen.push(
          event.type === "BOOKMARK"
            ? `BOOKMARK ${event.resourceVersion}`
            : `${event.type} ${event.object.metadata.name}`,
        );
        if (seen.length === 1) api.put(SECRETS, secret("a", { type: "Opaque" }));
        if (seen.length === 2) api.remove(SECRETS, "shop/a");
        if (seen.length === 3) api.sendBookmarks();
        if (seen.length === 4) api.endWatches();
      }
      assert.deepEqual(seen, ["ADDED a", "MODIFIED a", "DELETED a", `BOOKMARK ${api.resourceVersion}`]);
    });

    it("tells a watch that was cut from one that ended", async (t) => {
      const { api, client } = await start(t, { http2 });
      api.put(SECRETS, secret("a"));
      const watch = async () => {
        for await (const _ of client.watch(secrets, { resourceVersion: "1" }, AbortSignal.timeout(10_000)))
          api.dropConnections();
      };
      await assert.rejects(watch(), { code: "KUBE_NO_ANSWER" });
    });

    it("gives up waiting when its caller does", async (t) => {
      const { api, client } = await start(t, { http2 });
      api.script = () => true;
      const controller = new AbortController();
      const reading = client.get(secrets, "shop", "db", controller.signal);
      while (api.requests.length === 0) await new Promise(setImmediate);
      controller.abort();
      await assert.rejects(reading, { name: "AbortError" });
    });
  });
}

describe("a client", () => {
  it("sends all requests of a moment over one connection", async (t) => {
    const { api, client } = await start(t);
    await Promise.all(Array.from({ length: 40 }, () => client.get(secrets, "shop", "db")));
    assert.equal(api.connections, 1);
  });

  it("keeps watches on a connection of their own", async (t) => {
    const { api, client } = await start(t);
    const controller = new AbortController();
    await client.get(secrets, "shop", "db");
    const watch = client.watch(secrets, { resourceVersion: "" }, controller.signal)[Symbol.asyncIterator]();
    const first = watch.next();
    while (api.watcherCount === 0) await new Promise(setImmediate);
    controller.abort();
    await assert.rejects(first, { name: "AbortError" });
    assert.equal(api.connections, 2);
  });

  it("says what failed, why, and what to do", async (t) => {
    const { api, client } = await start(t);
    api.script = (_, response) => {
      response.writeHead(403, { "content-type": "application/json" });
      response.end(
        JSON.stringify({
          kind: "Status",
          apiVersion: "v1",
          metadata: {},
          status: "Failure",
          message: 'secrets "db" is forbidden: User "jane" cannot get resource "secrets"',
          reason: "Forbidden",
          code: 403,
        }),
      );
      return true;
    };
    await assert.rejects(client.get(secrets, "shop", "db"), {
      kind: "denied",
      code: "KUBE_FORBIDDEN",
      message: `cannot get secrets "shop/db": secrets "db" is forbidden: User "jane" cannot get resource "secrets" (HTTP 403 from ${api.url})`,
      remedy: "Grant the verb to this user with a Role and a RoleBinding.",
    });
  });

  it("never repeats what the server says of a Secret's content", async (t) => {
    const { api, client } = await start(t);
    api.script = (_, response) => {
      response.writeHead(422).end(
        JSON.stringify({
          kind: "Status",
          message: 'data[k]: Invalid value: "hunter2"',
          reason: "Invalid",
          code: 422,
          details: { causes: [{ reason: "FieldValueInvalid", message: 'Invalid value: "hunter2"', field: "data[k]" }] },
        }),
      );
      return true;
    };
    await assert.rejects(client.create(secrets, secret("db")), (error: Error) => {
      assert.match(error.message, /data\[k\] \(FieldValueInvalid\)/);
      assert.doesNotMatch(JSON.stringify(error) + error.message, /hunter2/);
      return true;
    });
  });

  it("does not take a proxy's 404 page for an absent object", async (t) => {
    const { api, client } = await start(t);
    api.script = (_, response) => {
      response.writeHead(404, { "content-type": "text/html" }).end("<h1>not here</h1>");
      return true;
    };
    await assert.rejects(client.get(secrets, "shop", "db"), { code: "KUBE_NOT_FOUND", saidByApi: false });
  });

  it("waits as long as a throttling server asks, and repeats even a create", async (t) => {
    const { api, client } = await start(t);
    let throttled = 0;
    api.script = (_, response) => {
      if (throttled++ > 0) return false;
      response.writeHead(429, { "retry-after": "0" }).end();
      return true;
    };
    assert.equal((await client.create(secrets, secret("db"))).metadata.name, "db");
    assert.equal(throttled, 2);
  });

  it("repeats a read that was lost on the way", async (t) => {
    const { api, client } = await start(t);
    api.put(SECRETS, secret("db"));
    let lost = 0;
    api.script = () => {
      if (lost++ > 0) return false;
      api.dropConnections();
      return true;
    };
    assert.equal((await client.get(secrets, "shop", "db"))?.metadata.name, "db");
  });

  it("does not repeat a create that was lost on the way: it may have been done", async (t) => {
    const { api, client } = await start(t);
    api.script = () => {
      api.dropConnections();
      return true;
    };
    await assert.rejects(client.create(secrets, secret("db")), {
      kind: "unavailable",
      code: "KUBE_NO_ANSWER",
      status: 0,
    });
    assert.equal(api.requests.length, 1);
  });

  it("finds a server again that was restarted", async (t) => {
    const { api, client } = await start(t);
    await client.create(secrets, secret("db"));
    await api.stop();
    await assert.rejects(client.create(secrets, secret("db2")), { code: "KUBE_NO_ANSWER" });
    await api.listen();
    assert.equal((await client.create(secrets, secret("db2"))).metadata.name, "db2");
  });

  it("gives up on a server that takes too long", async (t) => {
    const { api, client } = await start(t, { timeoutMs: 50 });
    api.script = () => true;
    await assert.rejects(client.get(secrets, "shop", "db"), { code: "KUBE_TIMEOUT", kind: "unavailable" });
  });

  it("starts a list over when its continuation expires", async (t) => {
    const { api, client } = await start(t);
    for (let i = 0; i < 5; i++) api.put(SECRETS, secret(`s${i}`));
    let lists = 0;
    api.script = () => {
      if (++lists === 2) {
        api.put(SECRETS, secret("s9"));
        api.compact();
      }
      return false;
    };
    const list = await client.list(secrets, { chunkSize: 3 });
    assert.equal(list.items.length, 6);
    assert.equal(list.metadata.resourceVersion, api.resourceVersion);
  });

  it("asks for metadata only", async (t) => {
    const { api, client } = await start(t);
    api.put(SECRETS, secret("db", { data: { a: "MQ==" } }));
    const [item] = (await client.list(secrets, { metadataOnly: true })).items;
    assert.equal(item?.data, undefined);
    assert.equal(item?.metadata.name, "db");
  });

  it("names itself, its token and its field manager", async (t) => {
    const { api, client } = await start(t);
    await client.apply(secrets, secret("db"), { fieldManager: "me", force: true, dryRun: true });
    const request = api.requests.at(-1);
    assert.match(request?.headers["user-agent"] ?? "", /^tegata\/\d/);
    assert.equal(request?.headers.authorization, "Bearer first");
    assert.equal(request?.headers["content-type"], "application/apply-patch+yaml");
    assert.equal(request?.url.search, "?fieldManager=me&dryRun=All&force=true");
  });

  it("posts to a subresource", async (t) => {
    const { api, client } = await start(t);
    const body = {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      metadata: {},
      spec: { audiences: ["vault"] },
    };
    await client.post(tokenRequests, body, { namespace: "shop", name: "app", subresource: "token" });
    assert.equal(api.requests.at(-1)?.url.pathname, "/api/v1/namespaces/shop/serviceaccounts/app/token");
  });

  it("reads any path", async (t) => {
    const { client } = await start(t);
    assert.deepEqual(await client.getRaw("/version"), { status: 404, body: "404 page not found" });
  });

  it("refuses a server whose certificate it does not trust", async (t) => {
    const { api } = await start(t);
    const other = await ScriptedKubeApi.start(t);
    const client: KubeClient = createKubeClient(createStaticAccess({ server: api.url, caPem: other.caPem }), {
      random: () => 0,
    });
    t.after(() => client.close());
    await assert.rejects(client.create(serviceAccounts, secret("x")), {
      code: "KUBE_SERVER_UNTRUSTED",
      message: /not trusted here/,
    });
  });

  it("follows a server that asks it to go elsewhere, and lets open watches be", async (t) => {
    const { api, client } = await start(t);
    const watch = client.watch(secrets, { resourceVersion: "" }, AbortSignal.timeout(30_000))[Symbol.asyncIterator]();
    api.put(SECRETS, secret("a"));
    assert.equal((await watch.next()).value?.type, "ADDED");
    await client.get(secrets, "shop", "a");
    assert.equal(api.connections, 2);
    api.goAway();
    await Promise.all(Array.from({ length: 20 }, (_, i) => client.create(secrets, secret(`s${i}`))));
    while (api.connections < 3) await client.get(secrets, "shop", "a");
    assert.equal((await watch.next()).value?.type, "ADDED");
  });

  it("notices that the other end has vanished without a word", async (t) => {
    const { api } = await start(t);
    const proxy = await startSilentProxy(t, Number(new URL(api.url).port));
    const access = createStaticAccess({ server: proxy.url, caPem: api.caPem });
    const client = createKubeClient(access, { random: () => 0, ping: { intervalMs: 20, timeoutMs: 200 } });
    t.after(() => client.close());
    const signal = AbortSignal.timeout(10_000);
    const watch = client.watch(secrets, { resourceVersion: "" }, signal)[Symbol.asyncIterator]();
    api.put(SECRETS, secret("a"));
    assert.equal((await watch.next()).value?.type, "ADDED");
    proxy.fallSilent();
    await assert.rejects(watch.next(), { code: "KUBE_NO_ANSWER" });
  });

  it("stops a watch with an expired version", async (t) => {
    const { api, client } = await start(t);
    api.put(SECRETS, secret("a"));
    api.compact();
    const watch = client.watch(secrets, { resourceVersion: "1" }, AbortSignal.timeout(10_000))[Symbol.asyncIterator]();
    await assert.rejects(watch.next(), { code: "KUBE_EXPIRED", reason: "Expired", status: 410 });
  });

  it("does not quote a line that is not an event", async (t) => {
    const { api, client } = await start(t);
    const watch = client.watch(secrets, { resourceVersion: "1" }, AbortSignal.timeout(10_000))[Symbol.asyncIterator]();
    const next = watch.next();
    while (api.watcherCount === 0) await new Promise(setImmediate);
    api.sendLine('{"type":"ADDED","object":"hunter2');
    await assert.rejects(
      next,
      (error: Error) => !error.message.includes("hunter2") && error.message.includes("not a watch event"),
    );
  });

  it("reaches a server without TLS and below a path, such as kubectl proxy or Rancher", async (t) => {
    const paths: (string | undefined)[] = [];
    const server = createHttpServer((request, response) => {
      paths.push(request.url);
      response.writeHead(200, { "content-type": "application/json" }).end('{"kind":"Secret","metadata":{"name":"db"}}');
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const client = createKubeClient(createStaticAccess({ server: `http://127.0.0.1:${port}/k8s/clusters/c-1/` }));
    t.after(() => client.close());
    assert.equal((await client.get(secrets, "shop", "db"))?.metadata.name, "db");
    assert.deepEqual(paths, ["/k8s/clusters/c-1/api/v1/namespaces/shop/secrets/db"]);
  });

  it("reaches custom resources by group and version", async (t) => {
    const { api, client } = await start(t);
    const stores = defineResource({
      apiVersion: "external-secrets.io/v1",
      kind: "ClusterSecretStore",
      plural: "clustersecretstores",
      namespaced: false,
    });
    await client.get(stores, "", "vault");
    assert.equal(api.requests.at(-1)?.url.pathname, "/apis/external-secrets.io/v1/clustersecretstores/vault");
  });
});
