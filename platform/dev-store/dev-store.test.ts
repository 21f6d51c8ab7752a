import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import type { JsonValue } from "@tegata/kube-types";
import { type DevStore, type DevStoreOptions, startDevStore } from "./index.ts";
import { startDevStoreForTest } from "./testing/index.ts";

interface Answer {
  readonly status: number;
  // The bodies of a foreign protocol, read field by field in assertions.
  readonly body: {
    readonly errors?: string[];
    readonly data?: JsonRecord;
    readonly auth?: JsonRecord;
    readonly warnings?: string[];
  };
  readonly text: string;
}
type JsonRecord = Record<string, JsonValue>;

/** One request as curl would make it. */
async function send(
  store: DevStore,
  method: string,
  path: string,
  { token = store.rootToken, body }: { token?: string; body?: unknown } = {},
): Promise<Answer> {
  // The path as it is: a URL would resolve its dot segments.
  const request = http.request(store.url, {
    path: `/v1/${path}`,
    method,
    headers: token === "" ? {} : { "X-Vault-Token": token },
  });
  request.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  const text = (await response.toArray()).join("");
  return { status: response.statusCode ?? 0, text, body: text === "" ? {} : JSON.parse(text) };
}

function clientToken(value: JsonValue | undefined): string {
  assert.ok(typeof value === "string");
  return value;
}

async function tokenFor(store: DevStore, policy: string): Promise<string> {
  await send(store, "PUT", "sys/policies/acl/test", { body: { policy } });
  const { body } = await send(store, "POST", "auth/token/create", { body: { policies: ["test"] } });
  return clientToken(body.auth?.client_token);
}

describe("the dev store's KV version 2", () => {
  it("answers a read with the data and its version", async (t) => {
    const store = await startDevStoreForTest(t, { nowMs: () => 0 });
    const written = await send(store, "POST", "secret/data/app/db", { body: { data: { user: "u" } } });
    assert.deepEqual([written.status, written.body.data?.version], [200, 1]);
    const { status, body } = await send(store, "GET", "secret/data/app/db");
    assert.equal(status, 200);
    assert.deepEqual(body.data, {
      data: { user: "u" },
      metadata: {
        created_time: "1970-01-01T00:00:00.000Z",
        custom_metadata: null,
        deletion_time: "",
        destroyed: false,
        version: 1,
      },
    });
  });
  it("says 404 with an empty list of errors for what does not exist", async (t) => {
    const store = await startDevStoreForTest(t, { secrets: { a: { v: 1 } } });
    for (const path of ["secret/data/none", "secret/data/a?version=9", "secret/metadata/none"]) {
      const { status, body } = await send(store, "GET", path);
      assert.deepEqual([status, body], [404, { errors: [] }]);
    }
    assert.deepEqual((await send(store, "LIST", "secret/metadata/none/")).body, { errors: [] });
  });
  it("deletes, undeletes and destroys versions", async (t) => {
    const store = await startDevStoreForTest(t, { secrets: { a: { v: "1" } } });
    assert.equal((await send(store, "DELETE", "secret/data/a")).status, 204);
    const gone = await send(store, "GET", "secret/data/a");
    assert.deepEqual([gone.status, gone.body.data?.data], [404, null]);
    assert.equal((await send(store, "POST", "secret/undelete/a", { body: { versions: [1] } })).status, 204);
    assert.equal((await send(store, "GET", "secret/data/a")).status, 200);
    await send(store, "PUT", "secret/destroy/a", { body: { versions: [1] } });
    await send(store, "POST", "secret/undelete/a", { body: { versions: [1] } });
    assert.equal((await send(store, "GET", "secret/data/a")).status, 404);
  });
  it("checks and sets", async (t) => {
    const store = await startDevStoreForTest(t);
    const write = (cas: number) => send(store, "POST", "secret/data/a", { body: { data: { v: 1 }, options: { cas } } });
    assert.equal((await write(0)).status, 200);
    assert.deepEqual((await write(0)).body.errors, ["check-and-set parameter did not match the current version"]);
    assert.equal((await write(1)).status, 200);
    await send(store, "POST", "secret/metadata/a", { body: { cas_required: true } });
    const without = await send(store, "POST", "secret/data/a", { body: { data: { v: 1 } } });
    assert.deepEqual([without.status, without.body.errors], [400, ["check-and-set parameter required for this call"]]);
  });
  it("keeps ten versions, or as many as the metadata says", async (t) => {
    const store = await startDevStoreForTest(t);
    await send(store, "POST", "secret/metadata/few", { body: { max_versions: 2 } });
    for (let v = 1; v <= 12; v++) {
      await send(store, "POST", "secret/data/many", { body: { data: { v } } });
      await send(store, "POST", "secret/data/few", { body: { data: { v } } });
    }
    const status = async (path: string) => (await send(store, "GET", path)).status;
    assert.deepEqual(
      await Promise.all([2, 3, 12].map((v) => status(`secret/data/many?version=${v}`))),
      [404, 200, 200],
    );
    assert.deepEqual(await Promise.all([10, 11].map((v) => status(`secret/data/few?version=${v}`))), [404, 200]);
  });
  it("merges a patch, and keeps custom metadata", async (t) => {
    const store = await startDevStoreForTest(t, { secrets: { a: { x: "1", y: { z: "2" } } } });
    await send(store, "PATCH", "secret/data/a", { body: { data: { x: null, y: { w: "3" } } } });
    assert.deepEqual((await send(store, "GET", "secret/data/a")).body.data?.data, { y: { w: "3", z: "2" } });
    await send(store, "POST", "secret/metadata/a", { body: { custom_metadata: { team: "shop" } } });
    await send(store, "PATCH", "secret/metadata/a", { body: { custom_metadata: { env: "prod" } } });
    const { data } = (await send(store, "GET", "secret/metadata/a")).body;
    assert.deepEqual([data?.custom_metadata, data?.current_version], [{ team: "shop", env: "prod" }, 2]);
  });
  it("lists the names of one folder, by verb and by query", async (t) => {
    const store = await startDevStoreForTest(t, { secrets: { a: { v: 1 }, "b/c": { v: 1 }, "b/d/e": { v: 1 } } });
    assert.deepEqual((await send(store, "LIST", "secret/metadata")).body.data?.keys, ["a", "b/"]);
    assert.deepEqual((await send(store, "GET", "secret/metadata/b?list=true")).body.data?.keys, ["c", "d/"]);
  });
  it("takes the LIST verb on a kept connection, before and after other requests", async (t) => {
    const store = await startDevStoreForTest(t, { secrets: { a: { v: 1 } } });
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    t.after(() => agent.destroy());
    const ask = async (method: string, path: string, body?: string) => {
      const headers = { "X-Vault-Token": store.rootToken };
      const request = http.request(`${store.url}/v1/${path}`, { method, agent, headers });
      if (body !== undefined) request.write(body.slice(0, 5));
      request.end(body?.slice(5));
      const [response] = (await once(request, "response")) as [http.IncomingMessage];
      await response.toArray();
      return response.statusCode;
    };
    const statuses = [
      await ask("LIST", "secret/metadata"),
      await ask("POST", "secret/data/b", '{"data":{"LIST / ":"0\\r\\n\\r\\n"}}'),
      await ask("LIST", "secret/metadata/"),
      await ask("GET", "secret/data/b"),
    ];
    assert.deepEqual(statuses, [200, 200, 200, 200]);
  });
  it("keeps members of every name", async (t) => {
    const store = await startDevStoreForTest(t);
    const raw = '{"data":{"__proto__":{"a":1},"constructor":"x","toString":"y"}}';
    await fetch(`${store.url}/v1/secret/data/n`, {
      method: "POST",
      body: raw,
      headers: { "X-Vault-Token": store.rootToken },
    });
    assert.match(
      (await send(store, "GET", "secret/data/n")).text,
      /"data":\{"__proto__":\{"a":1\},"constructor":"x","toString":"y"\}/,
    );
  });
  it("returns numbers with the digits that they came with", async (t) => {
    const store = await startDevStoreForTest(t);
    const raw = '{"data":{"big":123456789012345678901234567890,"price":1.50}}';
    await fetch(`${store.url}/v1/secret/data/n`, {
      method: "POST",
      body: raw,
      headers: { "X-Vault-Token": store.rootToken },
    });
    const { text } = await send(store, "GET", "secret/data/n");
    assert.match(text, /"big":123456789012345678901234567890,"price":1\.50/);
  });
  it("refuses a path of version 1 with Vault's hint", async (t) => {
    const store = await startDevStoreForTest(t);
    const { status, body } = await send(store, "GET", "secret/app");
    assert.deepEqual([status, body.errors], [404, []]);
    assert.match(body.warnings?.[0] ?? "", /^Invalid path for a versioned K\/V secrets engine/);
  });
  it("refuses malformed requests without saying what was in them", async (t) => {
    const store = await startDevStoreForTest(t);
    const headers = { "X-Vault-Token": store.rootToken };
    for (const body of ["canary", '{"data":', "[1]", `{"data":${"[".repeat(500)}${"]".repeat(500)}}`]) {
      const response = await fetch(`${store.url}/v1/secret/data/a`, { method: "POST", body, headers });
      assert.deepEqual([response.status, await response.text()], [400, '{"errors":["failed to parse JSON input"]}\n']);
    }
    assert.equal((await send(store, "GET", "secret/data/%2e%2e/%2e%2e/sys/mounts")).status, 400);
    for (const path of ["secret/constructor/x", "sys/constructor", "nowhere"])
      assert.equal((await send(store, "GET", path)).status, 404);
    assert.equal((await send(store, "GET", "secret/data/%zz")).status, 400);
  });
});

describe("the dev store's tokens and policies", () => {
  it("refuse who has no token, a wrong one, or none of the needed rights", async (t) => {
    const store = await startDevStoreForTest(t, { secrets: { "app/a": { v: 1 }, web: { v: 1 } } });
    const token = await tokenFor(store, 'path "secret/data/app/*" { capabilities = ["read"] }');
    const status = async (method: string, path: string, as: string) =>
      (await send(store, method, path, { token: as })).status;
    assert.equal(await status("GET", "secret/data/app/a", token), 200);
    assert.equal(await status("GET", "secret/data/web", token), 403);
    assert.equal(await status("DELETE", "secret/data/app/a", token), 403);
    assert.equal(await status("GET", "secret/data/app/a", ""), 403);
    assert.equal(await status("GET", "secret/data/app/a", "hvs.wrong"), 403);
    assert.deepEqual((await send(store, "GET", "secret/data/web", { token })).body.errors, [
      "1 error occurred:\n\t* permission denied\n\n",
    ]);
  });
  it("tell creating from updating", async (t) => {
    const store = await startDevStoreForTest(t, { secrets: { old: { v: 1 } } });
    const token = await tokenFor(store, 'path "secret/data/*" { capabilities = ["create"] }');
    const write = async (path: string) => (await send(store, "POST", path, { token, body: { data: {} } })).status;
    assert.deepEqual([await write("secret/data/new"), await write("secret/data/old")], [200, 403]);
  });
  it("look after themselves", async (t) => {
    let nowMs = Date.parse("2026-01-01T00:00:00Z");
    const store = await startDevStoreForTest(t, { nowMs: () => nowMs });
    const made = await send(store, "POST", "auth/token/create", {
      body: { policies: ["p"], ttl: "60s", explicit_max_ttl: "90s" },
    });
    const token = clientToken(made.body.auth?.client_token);
    const look = () => send(store, "GET", "auth/token/lookup-self", { token });
    assert.deepEqual([(await look()).body.data?.ttl, (await look()).body.data?.policies], [60, ["default", "p"]]);
    nowMs += 50_000;
    const renewed = await send(store, "POST", "auth/token/renew-self", { token, body: {} });
    assert.equal(renewed.body.auth?.lease_duration, 40, "no longer than the longest life");
    assert.equal((await send(store, "POST", "auth/token/revoke-self", { token })).status, 204);
    assert.equal((await look()).status, 403);
    nowMs += 1;
    const short = await send(store, "POST", "auth/token/create", { body: { ttl: "1s" } });
    nowMs += 1001;
    assert.equal(
      (await send(store, "GET", "auth/token/lookup-self", { token: clientToken(short.body.auth?.client_token) }))
        .status,
      403,
    );
  });
  it("go with the token that made them, unless they are orphans", async (t) => {
    const store = await startDevStoreForTest(t, { secrets: { a: { v: 1 } } });
    const make = async (path: string, token: string, body: object) =>
      clientToken((await send(store, "POST", path, { token, body })).body.auth?.client_token);
    const parent = await make("auth/token/create", store.rootToken, { policies: ["root"] });
    const child = await make("auth/token/create", parent, { policies: ["root"] });
    const grandchild = await make("auth/token/create", child, { policies: ["root"] });
    const orphan = await make("auth/token/create-orphan", child, { policies: ["root"] });
    await send(store, "POST", "auth/token/revoke-self", { token: parent });
    const statuses = [];
    for (const token of [parent, child, grandchild, orphan])
      statuses.push((await send(store, "GET", "secret/data/a", { token })).status);
    assert.deepEqual(statuses, [403, 403, 403, 200]);
  });
  it("count their uses", async (t) => {
    const store = await startDevStoreForTest(t, { secrets: { a: { v: 1 } } });
    const made = await send(store, "POST", "auth/token/create", { body: { policies: ["root"], num_uses: 2 } });
    const token = clientToken(made.body.auth?.client_token);
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await send(store, "GET", "secret/data/a", { token })).status);
    assert.deepEqual(statuses, [200, 200, 403]);
  });
});

describe("the dev store's logins", () => {
  const review: NonNullable<DevStoreOptions["reviewToken"]> = async (token, audiences) => ({
    authenticated: token === "good" && (audiences.length === 0 || audiences.includes("vault")),
    username: "system:serviceaccount:shop:tegata",
    uid: "u1",
  });

  it("by Kubernetes take a reviewed token of a bound ServiceAccount", async (t) => {
    const store = await startDevStoreForTest(t, { reviewToken: review });
    await send(store, "POST", "sys/auth/kubernetes", { body: { type: "kubernetes" } });
    const role = {
      bound_service_account_names: "tegata",
      bound_service_account_namespaces: ["shop"],
      token_policies: ["p"],
      token_ttl: "10m",
    };
    await send(store, "POST", "auth/kubernetes/role/payments", { body: { ...role, audience: "vault" } });
    await send(store, "POST", "auth/kubernetes/role/other", {
      body: { ...role, bound_service_account_namespaces: "web" },
    });
    const login = (body: object) => send(store, "POST", "auth/kubernetes/login", { token: "", body });
    const good = await login({ role: "payments", jwt: "good" });
    assert.deepEqual(
      [good.status, good.body.auth?.lease_duration, good.body.auth?.policies],
      [200, 600, ["default", "p"]],
    );
    assert.deepEqual((await login({ role: "payments", jwt: "bad" })).body, { errors: ["permission denied"] });
    assert.deepEqual((await login({ role: "other", jwt: "good" })).body, { errors: ["namespace not authorized"] });
    const unknown = await login({ role: "none", jwt: "good" });
    assert.deepEqual([unknown.status, unknown.body.errors], [400, ['invalid role name "none"']]);
  });
  it("by AppRole take a role ID and a secret ID, as often as the secret ID may be used", async (t) => {
    const store = await startDevStoreForTest(t);
    await send(store, "POST", "sys/auth/approle", { body: { type: "approle" } });
    await send(store, "POST", "auth/approle/role/web", { body: { token_policies: "p", secret_id_num_uses: 1 } });
    const { body: roleId } = await send(store, "GET", "auth/approle/role/web/role-id");
    const { body: secretId } = await send(store, "POST", "auth/approle/role/web/secret-id");
    const login = () =>
      send(store, "POST", "auth/approle/login", {
        token: "",
        body: { role_id: roleId.data?.role_id, secret_id: secretId.data?.secret_id },
      });
    assert.equal((await login()).status, 200);
    assert.deepEqual((await login()).body, { errors: ["invalid role or secret ID"] });
  });
  it("by user name take the password, which cannot be read back", async (t) => {
    const store = await startDevStoreForTest(t);
    await send(store, "POST", "sys/auth/userpass", { body: { type: "userpass" } });
    await send(store, "POST", "auth/userpass/users/Ann", { body: { password: "pw", policies: "p" } });
    const login = (password: string) =>
      send(store, "POST", "auth/userpass/login/ann", { token: "", body: { password } });
    assert.equal((await login("pw")).status, 200);
    assert.deepEqual((await login("no")).body, { errors: ["invalid username or password"] });
    assert.deepEqual(Object.keys((await send(store, "GET", "auth/userpass/users/ann")).body.data ?? {}), ["policies"]);
  });
  it("by JWT check the signature, the time and the audience", async (t) => {
    const store = await startDevStoreForTest(t);
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const pem = publicKey.export({ type: "spki", format: "pem" });
    await send(store, "POST", "sys/auth/jwt", { body: { type: "jwt" } });
    await send(store, "POST", "auth/jwt/config", { body: { jwt_validation_pubkeys: [pem] } });
    await send(store, "POST", "auth/jwt/role/ci", {
      body: { user_claim: "sub", bound_audiences: ["vault"], bound_claims: { repo: "shop" } },
    });
    const make = (claims: object, key = privateKey) => {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
      const signed = `${part({ alg: "ES256" })}.${part(claims)}`;
      return `${signed}.${sign("sha256", Buffer.from(signed), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
    };
    const good = { sub: "ci", aud: "vault", repo: "shop", exp: Date.now() / 1000 + 600 };
    const status = async (jwt: string) =>
      (await send(store, "POST", "auth/jwt/login", { token: "", body: { role: "ci", jwt } })).status;
    assert.equal(await status(make(good)), 200);
    const foreign = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    const bad = [
      make(good, foreign),
      make({ ...good, aud: "other" }),
      make({ ...good, exp: 1000 }),
      make({ ...good, repo: "x" }),
      "a.b.c",
    ];
    for (const jwt of bad) assert.equal(await status(jwt), 400);
  });
});

describe("the dev store's data directory", () => {
  async function directory(t: TestContext): Promise<string> {
    const path = await mkdtemp(join(tmpdir(), "dev-store-"));
    t.after(() => rm(path, { recursive: true }));
    return path;
  }

  it("keeps everything over a restart, with the same root token and certificate", async (t) => {
    const dataDir = await directory(t);
    const first = await startDevStore({ dataDir, tls: true });
    await first.call("POST", "secret/data/a", { data: { v: "kept" } });
    await first.stop();
    const second = await startDevStore({ dataDir, tls: true });
    t.after(() => second.stop());
    assert.deepEqual([second.rootToken, second.caPem], [first.rootToken, first.caPem]);
    assert.deepEqual((await second.call("GET", "secret/data/a")).data?.data, { v: "kept" });
  });
  it("can be read by its owner only, and holds no usable token but the root token's file", async (t) => {
    const dataDir = await directory(t);
    const store = await startDevStore({ dataDir: join(dataDir, "store") });
    const made = await store.call("POST", "auth/token/create", { policies: ["p"] });
    await store.stop();
    const files = await readdir(join(dataDir, "store"));
    for (const file of files) {
      const path = join(dataDir, "store", file);
      assert.equal((await stat(path)).mode & 0o077, 0, file);
      assert.ok(!(await readFile(path, "utf8")).includes(clientToken(made.auth?.client_token)), file);
    }
  });
  it("serves one process at a time", async (t) => {
    const dataDir = await directory(t);
    const store = await startDevStore({ dataDir });
    await assert.rejects(startDevStore({ dataDir }), { code: "DEV_STORE_LOCKED" });
    await store.stop();
    await (await startDevStore({ dataDir })).stop();
  });
  it("loses nothing that was acknowledged before kill -9", async (t) => {
    const dataDir = await directory(t);
    const writer = `
      import { startDevStore } from ${JSON.stringify(new URL("index.ts", import.meta.url).href)};
      const store = await startDevStore({ dataDir: ${JSON.stringify(dataDir)} });
      for (let i = 0; ; i++) {
        await Promise.all([0, 1, 2].map((j) => store.call("POST", \`secret/data/\${i}-\${j}\`, { data: { v: "x".repeat(500) } })));
        console.log(i);
      }`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", writer], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let acknowledged = -1;
    for await (const chunk of child.stdout) {
      acknowledged = Number(String(chunk).trim().split("\n").at(-1));
      if (acknowledged >= 40) break;
    }
    child.kill("SIGKILL");
    await once(child, "exit");
    const store = await startDevStore({ dataDir });
    t.after(() => store.stop());
    for (let i = 0; i <= acknowledged; i++) {
      for (const j of [0, 1, 2])
        assert.equal((await store.call("GET", `secret/data/${i}-${j}`)).data?.data === undefined, false);
    }
  });
});
