import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { type ClientHttp2Session, connect, constants } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { connect as connectTls } from "node:tls";
import { type KubeApi, startKubeApi, STOP_GRACE_MS } from "./kube-api.ts";
import { configMap, TestApi } from "./registry/testing.ts";

async function temporaryDir(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "tegata-kube-api-"));
  t.after(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

describe("the embedded Kubernetes API", () => {
  it("answers anybody who asks whether it is well and which version it speaks", async (t) => {
    const api = await TestApi.start(t);
    const nobody = new TestApi(t, api.api, null);
    for (const path of ["/healthz", "/livez", "/readyz", "/readyz/ping", "/version", "/version/"]) {
      assert.equal((await nobody.get(path)).status, path === "/readyz/ping" ? 403 : 200, path);
    }
    assert.equal((await nobody.get("/healthz")).text, "ok");
    assert.match(JSON.parse((await nobody.get("/version")).text).gitVersion, /^v1\.33\.\d+$/);
  });

  it("tells who may not what, and 401 to a credential that is not valid", async (t) => {
    const api = await TestApi.start(t);
    const nobody = new TestApi(t, api.api, null);
    const anonymous = await nobody.get(CONFIG_MAPS);
    assert.equal(anonymous.status, 403);
    assert.equal(
      anonymous.body.message,
      'configmaps is forbidden: User "system:anonymous" cannot list resource "configmaps" in API group "" in the namespace "default"',
    );
    assert.equal(
      (await nobody.get("/metrics")).body.message,
      'forbidden: User "system:anonymous" cannot get path "/metrics"',
    );
    const token = await nobody.get(CONFIG_MAPS, { authorization: "Bearer nope" });
    assert.deepEqual([token.status, token.body.reason], [401, "Unauthorized"]);
    const other = await TestApi.start(t);
    const stranger = new TestApi(t, { ...api.api, admin: other.api.admin });
    assert.equal((await stranger.get(CONFIG_MAPS)).status, 401);
    const jane = await api.as("jane", ["team"]);
    const get = await jane.get(`${CONFIG_MAPS}/a`);
    assert.match(get.body.message ?? "", /^configmaps "a" is forbidden: User "jane" cannot get resource "configmaps"/);
  });

  it("lets users do what RBAC allows them", async (t) => {
    const api = await TestApi.start(t);
    const rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/default";
    await api.post(`${rbac}/roles`, {
      metadata: { name: "r" },
      rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["list"] }],
    });
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "r" };
    await api.post(`${rbac}/rolebindings`, {
      metadata: { name: "b" },
      roleRef,
      subjects: [{ kind: "Group", name: "team", apiGroup: "rbac.authorization.k8s.io" }],
    });
    const jane = await api.as("jane", ["team"]);
    assert.equal((await jane.get(CONFIG_MAPS)).status, 200);
    assert.equal((await jane.post(CONFIG_MAPS, configMap("x"))).status, 403);
  });

  it("marks every answer with an audit id and forbids to cache it", async (t) => {
    const api = await TestApi.start(t);
    for (const path of [CONFIG_MAPS, "/nope", "/version"]) {
      const { headers } = await api.get(path);
      assert.match(String(headers["audit-id"]), /^[0-9a-f-]{36}$/);
      assert.equal(headers["cache-control"], "no-cache, private");
    }
  });

  it("serves discovery and OpenAPI, and spares those who have it already", async (t) => {
    const api = await TestApi.start(t);
    const { body, headers } = await api.get("/openapi/v3");
    assert.ok((body.paths as Record<string, unknown>)["apis/apps/v1"]);
    const again = await api.get("/openapi/v3", { "if-none-match": String(headers.etag) });
    assert.deepEqual([again.status, again.text], [304, ""]);
    assert.equal((await api.get("/api")).body.kind, "APIVersions");
  });

  it("speaks HTTP/2 as well", async (t) => {
    const { api } = await TestApi.start(t);
    const session = connect(api.url, { ca: api.caPem, cert: api.admin.certificatePem, key: api.admin.privateKeyPem });
    t.after(() => session.destroy());
    const stream = session.request({ ":path": CONFIG_MAPS });
    stream.resume();
    const [headers] = (await once(stream, "response")) as [Record<string, unknown>];
    assert.equal(headers[":status"], 200);
  });

  it("says what it does not do: it runs no Pods", async (t) => {
    const api = await TestApi.start(t);
    const { status, body } = await api.get("/api/v1/namespaces/default/pods/p/log");
    assert.equal(status, 501);
    assert.match(body.message ?? "", /pods\/log is not implemented/);
  });

  it("stays up whatever is sent to it", async (t) => {
    const api = await TestApi.start(t);
    const { hostname: host, port } = new URL(api.api.url);
    for (const bytes of [
      "",
      "\x16\x03\x01",
      "GET / HTTP/1.1\r\n\r\n",
      "GET /%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nxxxxxxxxxxxx",
    ]) {
      const socket = connectTls({ host, port: Number(port), ca: api.api.caPem });
      await once(socket, "secureConnect");
      socket.on("error", () => undefined);
      socket.resume();
      socket.end(bytes);
      await new Promise((resolve) => socket.once("close", resolve));
    }
    assert.equal((await api.get("/api/v1/namespaces/%zz/configmaps")).status, 400);
    assert.equal((await api.get("/healthz")).status, 200);
  });

  it("stays up while clients break off at any moment", async (t) => {
    const test = await TestApi.start(t);
    const { api } = test;
    const { certificatePem: cert, privateKeyPem: key } = api.admin;
    const session = connect(api.url, { ca: api.caPem, cert, key });
    session.on("error", () => undefined);
    const turns = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) await new Promise(setImmediate);
    };
    const breakOff = async (i: number): Promise<void> => {
      const [method = "GET", query = ""] = [["GET"], ["POST"], ["GET", "?watch=1"], ["DELETE"]][i % 4] ?? [];
      const stream = session.request(
        { ":method": method, ":path": `${CONFIG_MAPS}${query}` },
        { endStream: method === "GET" },
      );
      stream.on("error", () => undefined);
      if (method !== "GET") stream.write(JSON.stringify(configMap(`broken-${i}`)));
      await turns(i % 13);
      stream.close(i % 3 === 0 ? constants.NGHTTP2_CANCEL : constants.NGHTTP2_NO_ERROR);
    };
    await Promise.all(Array.from({ length: 400 }, (_, i) => breakOff(i)));
    session.destroy();
    for (let i = 0; i < 30; i++) {
      const watch = await test.watch(`${CONFIG_MAPS}?watch=1`);
      if (i % 2 === 0) await watch.next();
      watch.close();
    }
    assert.equal((await test.get("/healthz")).status, 200);
  });

  it("has everything again after a restart: objects, custom resources, keys and certificates", async (t) => {
    const dataDir = await temporaryDir(t);
    const first = await startKubeApi({ dataDir });
    const api = new TestApi(t, first);
    await api.post(CONFIG_MAPS, configMap("kept"));
    const version = (await api.get(CONFIG_MAPS)).body.metadata.resourceVersion;
    await first.stop();
    const second = await startKubeApi({ dataDir });
    t.after(() => second.stop());
    assert.equal(second.caPem, first.caPem);
    assert.deepEqual(second.admin, first.admin);
    const again = new TestApi(t, second);
    assert.equal((await again.get(`${CONFIG_MAPS}/kept`)).status, 200);
    assert.ok(Number((await again.get(CONFIG_MAPS)).body.metadata.resourceVersion) >= Number(version));
    const watch = await again.watch(`${CONFIG_MAPS}?watch=1&resourceVersion=${version}`);
    await again.delete(`${CONFIG_MAPS}/kept`);
    assert.deepEqual(await watch.take(1), ["DELETED kept"]);
    for (const name of await readdir(join(dataDir, "pki"))) {
      assert.equal((await stat(join(dataDir, "pki", name))).mode & 0o777, 0o600);
    }
  });

  it("has every write that it has answered, after it was killed while 64 clients wrote", async (t) => {
    const dataDir = await temporaryDir(t);
    const child = fork(join(import.meta.dirname, "testdata", "serve.ts"), [dataDir]);
    const [{ url, caPem, admin }] = (await once(child, "message")) as [KubeApi];
    const session = connect(url, { ca: caPem, cert: admin.certificatePem, key: admin.privateKeyPem });
    session.on("error", () => undefined);
    const answered = new Map<string, number>();
    const write = async (client: number): Promise<void> => {
      for (let i = 0; !session.destroyed; i++) {
        const name = `w${client}-${i}`;
        const version = await createdVersion(session, name);
        if (version !== undefined) answered.set(name, version);
        if (answered.size === 1000) child.kill("SIGKILL");
      }
    };
    await Promise.all(Array.from({ length: 64 }, (_, client) => write(client)));
    const api = await startKubeApi({ dataDir });
    t.after(() => api.stop());
    const { body } = await new TestApi(t, api).get(CONFIG_MAPS);
    const items = body.items as unknown as { metadata: { name: string; resourceVersion: string } }[];
    const stored = new Map(items.map(({ metadata }) => [metadata.name, Number(metadata.resourceVersion)]));
    assert.ok(answered.size >= 1000);
    for (const [name, version] of answered) assert.equal(stored.get(name), version, name);
  });

  it("refuses a second server on its data folder", async (t) => {
    const dataDir = await temporaryDir(t);
    const api = await startKubeApi({ dataDir });
    t.after(() => api.stop());
    await assert.rejects(startKubeApi({ dataDir }), { code: "KUBE_API_DATA_LOCKED" });
    await assert.rejects(startKubeApi({ dataDir: "memory", port: Number(new URL(api.url).port) }), {
      code: "KUBE_API_LISTEN_FAILED",
    });
  });

  it("renews certificates at the start before they end, and keeps the CA", async (t) => {
    const dataDir = await temporaryDir(t);
    let time = Date.now();
    const first = await startKubeApi({ dataDir, now: () => new Date(time) });
    await first.stop();
    time += 300 * 24 * 3_600_000;
    const second = await startKubeApi({ dataDir, now: () => new Date(time) });
    await second.stop();
    assert.equal(second.caPem, first.caPem);
    assert.notEqual(second.admin.certificatePem, first.admin.certificatePem);
  });

  it("ends watches when it stops, and stops at once although clients keep their connections", async (t) => {
    const api = await TestApi.start(t);
    const watch = await api.watch(`${CONFIG_MAPS}?watch=1`);
    await watch.next();
    const { certificatePem: cert, privateKeyPem: key } = api.api.admin;
    const session = connect(api.api.url, { ca: api.api.caPem, cert, key });
    session.on("error", () => undefined);
    await once(session, "connect");
    const startedAt = performance.now();
    await api.api.stop();
    assert.ok(performance.now() - startedAt < STOP_GRACE_MS);
    assert.equal(await watch.next(), undefined);
    assert.equal(watch.response.complete, true);
    await api.api.stop();
  });
});

/** Creates a ConfigMap. @returns its version, undefined if there was no answer. */
function createdVersion(session: ClientHttp2Session, name: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    if (session.destroyed || session.closed) return resolve(undefined);
    const stream = session.request({ ":method": "POST", ":path": CONFIG_MAPS, "content-type": "application/json" });
    let text = "";
    stream.setEncoding("utf8");
    stream.on("data", (chunk: string) => {
      text += chunk;
    });
    stream.on("error", () => undefined);
    stream.on("close", () => {
      const version = /"resourceVersion":"(\d+)"/.exec(text)?.[1];
      resolve(version === undefined ? undefined : Number(version));
    });
    stream.end(JSON.stringify(configMap(name)));
  });
}
