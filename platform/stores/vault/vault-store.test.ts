import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it, type TestContext } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { decodeUtf8, encodeBase64, encodeUtf8, SecretBytes } from "@tegata/bytes";
import { type DevStore, type DevStoreOptions, startDevStore } from "@tegata/dev-store";
import { startDevStoreForTest } from "@tegata/dev-store/testing";
import { TegataError } from "@tegata/errors";
import { exportPkcs8Pem, generateSigner } from "@tegata/keys";
import type { JsonObject } from "@tegata/kube-types";
import { distinguishedName, formatCertificatePem, rootTemplate, signCertificate } from "@tegata/pki";
import type { RemoteRef, SecretStore } from "../contract.ts";
import { checkStoreProvider, openStore } from "../open-store.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { type StaticObjects, staticReferences } from "../testing/static-references.ts";
import { TOKEN_TRUSTED_MS } from "./session.ts";

const JWT = "jwt-canary-3f1b";
const never = () => new AbortController().signal;
const readAll = 'path "secret/*" { capabilities = ["create", "read", "update", "delete", "list"] }';

function refTo(key: string, property = "", rest: Partial<RemoteRef> = {}): RemoteRef {
  return { key, property, version: "", what: "value", ...rest };
}

async function readText(store: SecretStore, key: string, property = ""): Promise<string> {
  const [outcome] = await store.read([refTo(key, property)], never());
  assert.equal(outcome?.kind, "found");
  return outcome?.kind === "found" ? decodeUtf8(outcome.bytes.reveal()) : "";
}

interface Setup {
  readonly spec?: JsonObject;
  readonly auth: JsonObject;
  readonly objects?: StaticObjects;
  readonly clock?: ManualClock;
}

async function open(
  t: TestContext,
  server: { readonly url: string },
  { spec = {}, auth, objects = {}, clock }: Setup,
): Promise<SecretStore> {
  const store = await openStore(
    { vault: { server: server.url, path: "secret", ...spec, auth } },
    {
      displayName: 'SecretStore "shop/vault"',
      references: staticReferences(objects),
      ...(clock === undefined ? {} : { clock }),
    },
  );
  t.after(() => store.close());
  return store;
}

const kubernetesAuth = {
  kubernetes: { mountPath: "kubernetes", role: "payments", serviceAccountRef: { name: "tegata" } },
};

/** A server with a role for the ServiceAccount `shop/tegata`, whose token is {@link JWT}. */
async function startKubernetes(
  t: TestContext,
  role: JsonObject = {},
  options: DevStoreOptions = {},
): Promise<DevStore> {
  const server = await startDevStoreForTest(t, {
    secrets: { "app/db": { password: "first" } },
    reviewToken: async (token) => ({
      authenticated: token === JWT,
      username: "system:serviceaccount:shop:tegata",
      uid: "u",
    }),
    ...options,
  });
  await server.call("PUT", "sys/policies/acl/payments", { policy: readAll });
  await server.call("POST", "sys/auth/kubernetes", { type: "kubernetes" });
  await server.call("POST", "auth/kubernetes/role/payments", {
    bound_service_account_names: "tegata",
    bound_service_account_namespaces: "shop",
    token_policies: "payments",
    token_ttl: "1h",
    ...role,
  });
  return server;
}

const calls = (server: DevStore, path: string) => server.requests().filter((request) => request.path === path).length;
const settled = async (condition: () => boolean) => {
  while (!condition()) await turn();
};

describe("a Vault login", () => {
  it("by Kubernetes is made once for all reads, and revoked at the end", async (t) => {
    const server = await startKubernetes(t);
    const store = await open(t, server, { auth: kubernetesAuth, objects: { tokens: { tegata: JWT } } });
    await Promise.all(Array.from({ length: 20 }, () => readText(store, "app/db", "password")));
    assert.equal(calls(server, "auth/kubernetes/login"), 1);
    assert.equal(calls(server, "auth/token/lookup-self"), 0);
    await store.close();
    assert.equal(calls(server, "auth/token/revoke-self"), 1);
  });
  it('takes a mountPath that is written "auth/kubernetes"', async (t) => {
    const server = await startKubernetes(t);
    const auth = { kubernetes: { ...kubernetesAuth.kubernetes, mountPath: "auth/kubernetes" } };
    const store = await open(t, server, { auth, objects: { tokens: { tegata: JWT } } });
    assert.equal(await readText(store, "app/db", "password"), "first");
  });
  it("by Kubernetes takes the token of a Secret, or the operator's own", async (t) => {
    const server = await startKubernetes(t);
    const inSecret = { kubernetes: { role: "payments", secretRef: { name: "sa" } } };
    const bySecret = await open(t, server, { auth: inSecret, objects: { secrets: { "sa/token": `${JWT}\n` } } });
    assert.equal(await readText(bySecret, "app/db", "password"), "first");
    const byPod = await open(t, server, {
      auth: { kubernetes: { role: "payments" } },
      objects: { operatorToken: JWT },
    });
    assert.equal(await readText(byPod, "app/db", "password"), "first");
  });
  it("that is refused names store, role, status and server, and no credential", async (t) => {
    const server = await startKubernetes(t, { bound_service_account_namespaces: "other" });
    const store = await open(t, server, { auth: kubernetesAuth, objects: { tokens: { tegata: JWT } } });
    await assert.rejects(store.read([refTo("app/db")], never()), (error) => {
      assert.ok(error instanceof TegataError);
      assert.equal(error.kind, "denied");
      assert.equal(
        error.message,
        `SecretStore "shop/vault": login as role "payments" at auth/kubernetes was refused (HTTP 403 from ${server.url}: namespace not authorized)`,
      );
      assert.match(error.remedy, /bound to ServiceAccount "tegata"/);
      assert.ok(!error.stack?.includes(JWT));
      return true;
    });
  });
  it("with a role that does not exist is denied, although Vault says 400", async (t) => {
    const server = await startKubernetes(t);
    const auth = { kubernetes: { role: "nobody", serviceAccountRef: { name: "tegata" } } };
    const store = await open(t, server, { auth, objects: { tokens: { tegata: JWT } } });
    await assert.rejects(store.read([refTo("app/db")], never()), {
      kind: "denied",
      message: /invalid role name "nobody"/,
    });
  });
  it("that is refused with the credential in the server's own words does not repeat it", async (t) => {
    const server = await startServer(t, (_, response) =>
      response.writeHead(400).end(JSON.stringify({ errors: [`bad token ${JWT}`, "no"] })),
    );
    const store = await open(t, server, { auth: kubernetesAuth, objects: { tokens: { tegata: JWT } } });
    await assert.rejects(store.read([refTo("app/db")], never()), (error) => {
      assert.ok(error instanceof TegataError && error.kind === "denied");
      assert.match(error.message, /: no\)$/);
      assert.ok(!error.stack?.includes(JWT));
      return true;
    });
  });
  it("at an auth method that is not there is denied", async (t) => {
    const server = await startDevStoreForTest(t);
    const store = await open(t, server, { auth: kubernetesAuth, objects: { tokens: { tegata: JWT } } });
    await assert.rejects(store.read([refTo("app/db")], never()), { kind: "denied" });
  });
  it("that fails is tried again by the next read", async (t) => {
    const server = await startKubernetes(t);
    const tokens: Record<string, string> = {};
    const store = await open(t, server, { auth: kubernetesAuth, objects: { tokens } });
    await assert.rejects(store.read([refTo("app/db")], never()), { code: "REFERENCE_NOT_FOUND" });
    tokens.tegata = JWT;
    assert.equal(await readText(store, "app/db", "password"), "first");
  });
  it("by AppRole works with a role ID in the manifest or in a Secret", async (t) => {
    const server = await startDevStoreForTest(t, { secrets: { a: { v: "1" } } });
    await server.call("PUT", "sys/policies/acl/p", { policy: readAll });
    await server.call("POST", "sys/auth/apps", { type: "approle" });
    await server.call("POST", "auth/apps/role/web", { token_policies: "p" });
    await server.call("POST", "auth/apps/role/web/role-id", { role_id: "web-role" });
    await server.call("POST", "auth/apps/role/web/custom-secret-id", { secret_id: "web-secret" });
    const objects = { secrets: { "cred/secretId": "web-secret", "cred/roleId": "web-role" } };
    const secretRef = { name: "cred", key: "secretId" };
    for (const role of [{ roleId: "web-role" }, { roleRef: { name: "cred", key: "roleId" } }]) {
      const store = await open(t, server, { auth: { appRole: { path: "apps", ...role, secretRef } }, objects });
      assert.equal(await readText(store, "a", "v"), "1");
    }
  });
  for (const method of ["userPass", "ldap"] as const) {
    it(`by ${method} works`, async (t) => {
      const server = await startDevStoreForTest(t, { secrets: { a: { v: "1" } } });
      await server.call("PUT", "sys/policies/acl/p", { policy: readAll });
      await server.call("POST", `sys/auth/${method.toLowerCase()}`, { type: method.toLowerCase() });
      await server.call("POST", `auth/${method.toLowerCase()}/users/ann`, { password: "pässword", policies: "p" });
      const auth = { [method]: { username: "ann", secretRef: { name: "cred", key: "pw" } } };
      const store = await open(t, server, { auth, objects: { secrets: { "cred/pw": "pässword" } } });
      assert.equal(await readText(store, "a", "v"), "1");
    });
  }
  it("by JWT works with a token of a Secret and of a ServiceAccount", async (t) => {
    const server = await startDevStoreForTest(t, { secrets: { a: { v: "1" } } });
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    await server.call("PUT", "sys/policies/acl/p", { policy: readAll });
    await server.call("POST", "sys/auth/jwt", { type: "jwt" });
    await server.call("POST", "auth/jwt/config", {
      jwt_validation_pubkeys: publicKey.export({ type: "spki", format: "pem" }).toString(),
    });
    await server.call("POST", "auth/jwt/role/ci", { user_claim: "sub", bound_audiences: "vault", token_policies: "p" });
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const signed = `${part({ alg: "ES256" })}.${part({ sub: "ci", aud: "vault", exp: Date.now() / 1000 + 600 })}`;
    const jwt = `${signed}.${sign("sha256", Buffer.from(signed), { key: privateKey, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
    const bySecret = await open(t, server, {
      auth: { jwt: { role: "ci", secretRef: { name: "cred", key: "jwt" } } },
      objects: { secrets: { "cred/jwt": jwt } },
    });
    assert.equal(await readText(bySecret, "a", "v"), "1");
    const byAccount = await open(t, server, {
      auth: { jwt: { role: "ci", kubernetesServiceAccountToken: { serviceAccountRef: { name: "ci" } } } },
      objects: { tokens: { ci: jwt } },
    });
    assert.equal(await readText(byAccount, "a", "v"), "1");
  });
  it("by certificate works over mutual TLS, with the server checked against caBundle", async (t) => {
    const server = await startDevStoreForTest(t, { tls: true, secrets: { a: { v: "1" } } });
    const signer = await generateSigner("ec-p256");
    const subject = distinguishedName([["commonName", "web"]]);
    const template = rootTemplate(
      { subject, serialNumber: 7n, publicKeySpki: signer.publicKeySpki, lifetimeMs: 3_600_000 },
      new Date(),
    );
    const certificate = formatCertificatePem(await signCertificate(template, signer));
    await server.call("PUT", "sys/policies/acl/p", { policy: readAll });
    await server.call("POST", "sys/auth/cert", { type: "cert" });
    await server.call("POST", "auth/cert/certs/web", { certificate, token_policies: "p" });
    const auth = {
      cert: {
        vaultRole: "web",
        clientCert: { name: "tls", key: "tls.crt" },
        secretRef: { name: "tls", key: "tls.key" },
      },
    };
    const secrets = { "tls/tls.crt": certificate, "tls/tls.key": exportPkcs8Pem(signer).reveal() };
    const caBundles = { "ca/ca.crt": server.caPem };
    for (const trust of [
      { caBundle: encodeBase64(encodeUtf8(server.caPem)) },
      { caProvider: { type: "ConfigMap", name: "ca" } },
    ]) {
      const store = await open(t, server, { spec: trust, auth, objects: { secrets, caBundles } });
      assert.equal(await readText(store, "a", "v"), "1");
    }
    const untrusting = await open(t, server, { auth, objects: { secrets } });
    await assert.rejects(untrusting.read([refTo("a")], never()), {
      kind: "unavailable",
      remedy: /caBundle or caProvider/,
    });
  });
});

describe("a Vault session", () => {
  it("says that it is closed to who reads after its end", async (t) => {
    const server = await startKubernetes(t);
    const store = await open(t, server, { auth: kubernetesAuth, objects: { tokens: { tegata: JWT } } });
    await readText(store, "app/db");
    await store.close();
    await assert.rejects(store.read([refTo("app/db")], never()), { code: "STORE_CLOSED", kind: "unavailable" });
  });
  it("is renewed at two thirds of its token's life, while reads go on", async (t) => {
    const clock = new ManualClock();
    const server = await startKubernetes(t, { token_ttl: "60s", token_max_ttl: "1h" });
    const store = await open(t, server, { auth: kubernetesAuth, objects: { tokens: { tegata: JWT } }, clock });
    await readText(store, "app/db");
    clock.advance(39_000);
    await readText(store, "app/db");
    assert.equal(calls(server, "auth/token/renew-self"), 0);
    clock.advance(2_000);
    await Promise.all([readText(store, "app/db"), readText(store, "app/db")]);
    await settled(() => calls(server, "auth/token/renew-self") === 1);
    assert.equal(calls(server, "auth/kubernetes/login"), 1);
  });
  it("is replaced before its end when it cannot be renewed, and batch tokens are not revoked", async (t) => {
    const clock = new ManualClock();
    const server = await startKubernetes(t, { token_ttl: "60s", token_type: "batch" });
    const store = await open(t, server, { auth: kubernetesAuth, objects: { tokens: { tegata: JWT } }, clock });
    await readText(store, "app/db");
    clock.advance(41_000);
    await readText(store, "app/db");
    await settled(() => calls(server, "auth/kubernetes/login") === 2);
    await store.close();
    assert.equal(calls(server, "auth/token/renew-self") + calls(server, "auth/token/revoke-self"), 0);
  });
  it("is made anew when its token has ended unnoticed", async (t) => {
    const clock = new ManualClock();
    const server = await startKubernetes(t, { token_ttl: "60s" });
    const store = await open(t, server, { auth: kubernetesAuth, objects: { tokens: { tegata: JWT } }, clock });
    await readText(store, "app/db");
    clock.advance(61_000);
    await readText(store, "app/db");
    assert.equal(calls(server, "auth/kubernetes/login"), 2);
  });
  it("logs in once more when an older token is refused, for all readers together", async (t) => {
    const clock = new ManualClock();
    const server = await startKubernetes(t);
    const store = await open(t, server, { auth: kubernetesAuth, objects: { tokens: { tegata: JWT } }, clock });
    await readText(store, "app/db");
    const accessor = server.requests().at(-1)?.accessor ?? "";
    await server.call("POST", "auth/token/revoke-accessor", { accessor });
    clock.advance(TOKEN_TRUSTED_MS);
    await Promise.all(Array.from({ length: 5 }, () => readText(store, "app/db")));
    assert.equal(calls(server, "auth/kubernetes/login"), 2);
  });
  it("does not log in again and again for a right that its role lacks", async (t) => {
    const clock = new ManualClock();
    const server = await startKubernetes(t);
    await server.call("PUT", "sys/policies/acl/payments", { policy: "" });
    const store = await open(t, server, { auth: kubernetesAuth, objects: { tokens: { tegata: JWT } }, clock });
    for (let i = 0; i < 10; i++) {
      await assert.rejects(store.read([refTo("app/db")], never()), {
        kind: "denied",
        code: "STORE_ACCESS_DENIED",
        message: /reading "secret\/data\/app\/db" was refused \(HTTP 403/,
        remedy: /policy of the store's role grants read/,
      });
    }
    assert.equal(calls(server, "auth/kubernetes/login"), 1);
    clock.advance(TOKEN_TRUSTED_MS);
    for (let i = 0; i < 10; i++) await assert.rejects(store.read([refTo("app/db")], never()), { kind: "denied" });
    assert.equal(calls(server, "auth/kubernetes/login"), 2);
  });
  it("takes up a static token that was replaced in its Secret", async (t) => {
    const clock = new ManualClock();
    const server = await startDevStoreForTest(t, { secrets: { a: { v: "1" } } });
    const made = await server.call("POST", "auth/token/create", { policies: ["root"] });
    const first = made.auth?.client_token;
    assert.ok(typeof first === "string");
    const secrets: Record<string, string> = { "vault/token": first };
    const store = await open(t, server, { auth: { tokenSecretRef: { name: "vault" } }, objects: { secrets }, clock });
    await readText(store, "a");
    await server.call("POST", "auth/token/revoke", { token: first });
    secrets["vault/token"] = server.rootToken;
    clock.advance(TOKEN_TRUSTED_MS);
    assert.equal(await readText(store, "a", "v"), "1");
    await store.close();
    assert.equal(calls(server, "auth/token/revoke-self"), 0, "a token from a Secret is not ours to revoke");
  });
});

describe("a Vault answer", () => {
  const token = { auth: { tokenSecretRef: { name: "vault", key: "token" } } };
  const withRoot = (server: DevStore): Setup => ({
    ...token,
    objects: { secrets: { "vault/token": server.rootToken } },
  });

  it("of 429 is unavailable, with the pause that was asked for", async (t) => {
    const server = await startDevStoreForTest(t);
    const store = await open(t, server, withRoot(server));
    server.setFault(() => ({ kind: "status", status: 429, retryAfterSeconds: 7 }));
    await assert.rejects(store.read([refTo("a")], never()), {
      kind: "unavailable",
      code: "STORE_THROTTLED",
      retryAfterMs: 7000,
    });
    server.setFault(() => ({ kind: "status", status: 503, retryAfterSeconds: 3 }));
    await assert.rejects(store.read([refTo("a")], never()), { kind: "unavailable", retryAfterMs: 3000 });
  });
  it("that is cut in the middle is unavailable", async (t) => {
    const server = await startDevStoreForTest(t, { secrets: { a: { v: "canary" } } });
    const store = await open(t, server, withRoot(server));
    server.setFault(() => ({ kind: "truncated" }));
    await assert.rejects(store.read([refTo("a")], never()), { kind: "unavailable", code: "STORE_UNREACHABLE" });
  });
  it("that flaps between refusals, faults and the secret is never taken for its absence", async (t) => {
    const server = await startDevStoreForTest(t, { secrets: { a: { v: "1" } } });
    const store = await open(t, server, withRoot(server));
    const statuses = [0, 403, 404, 500, 502, 503, 429, 400, 301];
    let next = 0;
    server.setFault(() => {
      const status = statuses[next++ % statuses.length] ?? 0;
      return status === 0 ? undefined : { kind: "status", status };
    });
    const seen = new Set<string>();
    for (let i = 0; i < 10 * statuses.length; i++) {
      const [outcome] = await store.read([refTo("a", "v")], never()).catch(() => [{ kind: "error" as const }]);
      seen.add(outcome?.kind ?? "");
    }
    assert.deepEqual([...seen].sort(), ["error", "found"]);
  });
  it("of 404 for a mount that does not exist is not taken for an absent secret", async (t) => {
    const server = await startDevStoreForTest(t);
    const store = await open(t, server, { ...withRoot(server), spec: { path: "nowhere" } });
    await assert.rejects(store.read([refTo("a")], never()), {
      kind: "unavailable",
      remedy: /Enable a key\/value secrets engine/,
    });
  });
  it("of version 2 to a store of version 1 is not taken for an absent secret", async (t) => {
    const server = await startDevStoreForTest(t, { secrets: { a: { v: "1" } } });
    const store = await open(t, server, { ...withRoot(server), spec: { version: "v1" } });
    await assert.rejects(store.read([refTo("a")], never()), { kind: "unavailable" });
    await assert.rejects(store.validate(never()), {
      code: "STORE_MOUNT_WRONG",
      message: /is a kv secrets engine of version 2/,
    });
  });
  for (const [why, status, headers, body] of [
    ["a page of a proxy", 404, {}, "<html>not found</html>"],
    ["a redirect", 307, { location: "http://127.0.0.1:1/" }, ""],
    ["an empty object", 200, {}, "{}"],
    ["no JSON", 200, {}, "canary"],
  ] as const) {
    it(`that is ${why} is unavailable`, async (t) => {
      const server = await startServer(t, (_, response) => response.writeHead(status, headers).end(body));
      const store = await open(t, server, { ...token, objects: { secrets: { "vault/token": "t" } } });
      await assert.rejects(store.read([refTo("a")], never()), (error) => {
        assert.ok(error instanceof TegataError && error.kind === "unavailable");
        assert.ok(!error.text.includes("canary"));
        return true;
      });
    });
  }
  it("keeps the digits of numbers and the order of Go's JSON", async (t) => {
    const raw = '{"data":{"data":{"z":1.50,"big":12345678901234567890,"a":"<b>"},"metadata":{"version":4}}}';
    const server = await startServer(t, (_, response) => response.end(raw));
    const store = await open(t, server, { ...token, objects: { secrets: { "vault/token": "t" } } });
    assert.equal(await readText(store, "a"), '{"a":"\\u003cb\\u003e","big":12345678901234567890,"z":1.50}');
    assert.equal(await readText(store, "a", "z"), "1.50");
    const extracted = await store.extract(refTo("a"), never());
    assert.ok(extracted.kind === "found");
    assert.equal(
      decodeUtf8(extracted.values.get("z")?.reveal() ?? new Uint8Array()),
      "1.5",
      "as upstream, which reads a float here",
    );
  });
  it("is asked for with the manifest's namespace and headers, and the login with its own namespace", async (t) => {
    const seen: Record<string, http.IncomingHttpHeaders> = {};
    const server = await startServer(t, (request, response) => {
      seen[request.url ?? ""] = request.headers;
      const login = { auth: { client_token: "t", lease_duration: 60, renewable: true } };
      response.end(
        JSON.stringify(
          request.url?.includes("login") ? login : { data: { data: { v: "1" }, metadata: { version: 1 } } },
        ),
      );
    });
    const spec = { namespace: "team", headers: { "X-Extra": "yes" }, readYourWrites: true, forwardInconsistent: true };
    const auth = { namespace: "root", userPass: { username: "ann", secretRef: { name: "s", key: "p" } } };
    const store = await open(t, server, { spec, auth, objects: { secrets: { "s/p": "pw" } } });
    await readText(store, "a");
    const [login, read] = [seen["/v1/auth/userpass/login/ann"], seen["/v1/secret/data/a"]];
    assert.deepEqual([login?.["x-vault-namespace"], login?.["x-vault-token"]], ["root", undefined]);
    assert.deepEqual(
      [
        read?.["x-vault-namespace"],
        read?.["x-vault-token"],
        read?.["x-extra"],
        read?.["x-vault-request"],
        read?.["x-vault-inconsistent"],
      ],
      ["team", "t", "yes", "true", "forward-active-node"],
    );
  });
  it("carries the state of the last write into later reads with readYourWrites", async (t) => {
    const indexes: (string | string[] | undefined)[] = [];
    const server = await startServer(t, (request, response) => {
      indexes.push(request.headers["x-vault-index"]);
      response.setHeader("X-Vault-Index", "state-1").end('{"data":{"data":{"v":"1"},"metadata":{"version":1}}}');
    });
    const store = await open(t, server, {
      spec: { readYourWrites: true },
      ...token,
      objects: { secrets: { "vault/token": "t" } },
    });
    await readText(store, "a");
    await readText(store, "a");
    assert.deepEqual(indexes, [undefined, "state-1"]);
  });
  it("says of each key by itself what is wrong with it", async (t) => {
    const server = await startDevStoreForTest(t, { secrets: { a: { v: "1" } } });
    const store = await open(t, server, withRoot(server));
    const outcomes = await store.read([refTo("a"), refTo("../sys/mounts")], never());
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      ["found", "error"],
    );
  });
});

describe("a search in Vault", () => {
  it("goes into folders below its path, and names what it finds by the mount", async (t) => {
    const secrets = { top: { v: 1 }, "app/one": { v: 1 }, "app/sub/two": { v: 2 }, "web/one": { v: 3 } };
    const server = await startDevStoreForTest(t, { secrets });
    await server.call("DELETE", "secret/data/app/sub/two");
    await server.call("POST", "secret/data/app/sub/three", { data: { v: 3 } });
    const store = await open(t, server, {
      auth: { tokenSecretRef: { name: "v", key: "t" } },
      objects: { secrets: { "v/t": server.rootToken } },
    });
    const find = async (path: string, nameRegexp: string) =>
      [...((await store.lister?.find({ path, nameRegexp, tags: {} }, never())) ?? [])].map(([key]) => key).sort();
    assert.deepEqual(await find("app", ".*"), ["app/one", "app/sub/three"]);
    assert.deepEqual(await find("", "one$"), ["app/one", "web/one"]);
    assert.deepEqual(await find("none", ".*"), []);
  });
});

describe("a push to Vault", () => {
  for (const version of [1, 2] as const) {
    it(`makes, updates and removes its own secrets in version ${version}, and leaves foreign ones alone`, async (t) => {
      const server = await startDevStoreForTest(t);
      await server.call("POST", "sys/mounts/kv", { type: "kv", options: { version: String(version) } });
      const store = await open(t, server, {
        spec: { path: "kv", version: `v${version}`, checkAndSet: { required: version === 2 } },
        auth: { tokenSecretRef: { name: "v", key: "t" } },
        objects: { secrets: { "v/t": server.rootToken } },
      });
      const { writer } = store;
      assert.ok(writer !== undefined);
      const write = (key: string, property: string, value: string) =>
        writer.write(refTo(key, property), new SecretBytes(encodeUtf8(value)), never());
      await write("own", "a", '1"');
      await write("own", "b", "2");
      assert.deepEqual([await readText(store, "own", "a"), await readText(store, "own", "b")], ['1"', "2"]);
      const before = server.requests().length;
      await write("own", "b", "2");
      assert.ok(
        server
          .requests()
          .slice(before)
          .every(({ method }) => method === "GET"),
        "an equal value is not written",
      );
      await write("whole", "", '{"x":{"y":[1.50]}}');
      assert.equal(await readText(store, "whole", "x.y"), "[1.50]");
      assert.equal(await writer.exists(refTo("own", "a"), never()), true);
      await writer.remove(refTo("own", "a"), never());
      assert.equal(await writer.exists(refTo("own", "a"), never()), false);
      await writer.remove(refTo("own", "b"), never());
      assert.equal((await store.read([refTo("own")], never()))[0]?.kind, "absent");
      await server.call(
        "POST",
        version === 1 ? "kv/foreign" : "kv/data/foreign",
        version === 1 ? { v: "1" } : { data: { v: "1" } },
      );
      await assert.rejects(write("foreign", "v", "2"), { code: "STORE_SECRET_FOREIGN", kind: "denied" });
      await writer.remove(refTo("foreign"), never());
      assert.equal(await readText(store, "foreign", "v"), "1");
      await assert.rejects(write("text", "", "canary"), { code: "SECRET_NOT_AN_OBJECT" });
    });
  }
});

describe("a Vault store's manifest", () => {
  const auth = { tokenSecretRef: { name: "t", key: "k" } };
  const rejected: Record<string, [JsonObject, RegExp]> = {
    "no server": [{ auth }, /vault\.server is required/],
    "a server that is no URL": [{ server: "vault:8200", auth }, /must be an https/],
    "credentials in the URL": [{ server: "https://u:canary@vault", auth }, /must not hold/],
    "an unknown version": [{ server: "https://v", version: "v3", auth }, /must be v1 or v2/],
    "no auth": [{ server: "https://v" }, /auth is required/],
    "an empty auth": [{ server: "https://v", auth: {} }, /needs one of/],
    "an auth of a cloud": [{ server: "https://v", auth: { iam: {} } }, /iam is not supported/],
    "Kubernetes without a role": [{ server: "https://v", auth: { kubernetes: {} } }, /kubernetes\.role is required/],
    "AppRole without a role ID": [
      { server: "https://v", auth: { appRole: { secretRef: { name: "a", key: "b" } } } },
      /roleRef is required/,
    ],
    "JWT without a source": [
      { server: "https://v", auth: { jwt: { role: "r" } } },
      /kubernetesServiceAccountToken is required/,
    ],
    "half a client certificate": [{ server: "https://v", auth, tls: { certSecretRef: { name: "a" } } }, /needs both/],
    "check-and-set in version 1": [
      { server: "https://v", auth, version: "v1", checkAndSet: { required: true } },
      /not possible with version v1/,
    ],
  };
  for (const [why, [vault, message]] of Object.entries(rejected)) {
    it(`with ${why} is refused`, async () => {
      await assert.rejects(checkStoreProvider({ vault }), (error) => {
        assert.ok(error instanceof TegataError && error.code === "STORE_SPEC_INVALID");
        assert.match(error.message, message);
        assert.ok(!error.message.includes("canary"));
        return true;
      });
    });
  }
  it("of an openBao store is read alike, and named in its refusals", async (t) => {
    const server = await startDevStoreForTest(t, { secrets: { a: { v: "1" } } });
    const references = staticReferences({ secrets: { "t/k": server.rootToken } });
    const store = await openStore(
      { openBao: { server: server.url, path: "secret", auth } },
      { displayName: "bao", references },
    );
    t.after(() => store.close());
    assert.equal(await readText(store, "a", "v"), "1");
    await assert.rejects(checkStoreProvider({ openBao: { auth } }), {
      message: "spec.provider.openBao.server is required",
    });
  });
  it("as the seed has it is accepted", async () => {
    const kubernetes = {
      mountPath: "auth/kubernetes",
      role: "eso-role",
      serviceAccountRef: { name: "external-secrets-sa" },
    };
    const server = "https://your-org.secrets.hashicorp.cloud";
    await checkStoreProvider({ vault: { server, path: "kvv2", version: "v2", auth: { kubernetes } } });
  });
});

it("a Vault store works again when its server is back, without being opened anew", async (t) => {
  const first = await startDevStore({ rootToken: "root" });
  await first.call("POST", "secret/data/a", { data: { v: "1" } });
  const store = await open(t, first, {
    auth: { tokenSecretRef: { name: "v", key: "t" } },
    objects: { secrets: { "v/t": "root" } },
  });
  await readText(store, "a");
  await first.stop();
  await assert.rejects(store.read([refTo("a")], never()), { kind: "unavailable", message: /ECONNREFUSED/ });
  const second = await startDevStore({ rootToken: "root", port: Number(new URL(first.url).port) });
  t.after(() => second.stop());
  await second.call("POST", "secret/data/a", { data: { v: "2" } });
  assert.equal(await readText(store, "a", "v"), "2");
});

async function startServer(t: TestContext, onRequest: http.RequestListener): Promise<{ readonly url: string }> {
  const server = http.createServer(onRequest);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
