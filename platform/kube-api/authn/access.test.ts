import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { text } from "node:stream/consumers";
import { describe, it } from "node:test";
import { decodeBase64, decodeUtf8 } from "@tegata/bytes";
import type { JsonObject, JsonValue, KubeStatus, Secret } from "@tegata/kube-types";
import { TestApi } from "../registry/testing.ts";

const ACCOUNTS = "/api/v1/namespaces/default/serviceaccounts";
const SECRETS = "/api/v1/namespaces/default/secrets";
const REVIEW = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };

/** A client that has no certificate, and a token at most. */
function bearer({ api }: TestApi, token?: string) {
  async function send(method: string, path: string, body?: unknown) {
    const headers = {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    const request = httpsRequest(api.url + path, { method, headers, ca: api.caPem, agent: false });
    request.end(body === undefined ? undefined : JSON.stringify(body));
    const [response] = (await once(request, "response")) as [IncomingMessage];
    const answer = await text(response);
    const json = answer.startsWith("{") ? (JSON.parse(answer) as KubeStatus & Record<string, JsonValue>) : undefined;
    return { status: response.statusCode ?? 0, headers: response.headers, body: json };
  }
  return {
    get: (path: string) => send("GET", path),
    /** @returns the username, or the status code of the refusal. */
    async whoAmI(): Promise<string | number> {
      const { status, body } = await send("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", REVIEW);
      return status === 201 ? (body as unknown as SelfReview).status.userInfo.username : status;
    },
  };
}

interface SelfReview {
  readonly status: { readonly userInfo: { readonly username: string } };
}

async function issue(api: TestApi, account: string): Promise<string> {
  const request = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} };
  const { body } = await api.post(`${ACCOUNTS}/${account}/token`, request);
  return (body as unknown as { status: { token: string } }).status.token;
}

async function untilSecret(
  api: TestApi,
  name: string,
  holds: (secret: Secret | undefined) => boolean,
): Promise<Secret> {
  for (;;) {
    const { status, body } = await api.get(`${SECRETS}/${name}`);
    const secret = status === 200 ? (body as unknown as Secret) : undefined;
    if (holds(secret)) return secret ?? { apiVersion: "v1", kind: "Secret", metadata: {} };
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe("access to the server", () => {
  it("is anonymous without credentials, which may see whether the server is well", async (t) => {
    const api = await TestApi.start(t);
    const nobody = bearer(api);
    assert.equal((await nobody.get("/readyz")).status, 200);
    const { status, body } = await nobody.get("/api/v1/namespaces");
    assert.equal(status, 403);
    assert.equal(
      body?.message,
      'namespaces is forbidden: User "system:anonymous" cannot list resource "namespaces" in API group "" at the cluster scope',
    );
  });

  it("is refused with a token that nobody issued", async (t) => {
    const api = await TestApi.start(t);
    const { status, body } = await bearer(api, "made-up").get("/readyz");
    assert.equal(status, 401);
    assert.equal(body?.reason, "Unauthorized");
  });

  it("by a static token is that of its user", async (t) => {
    const user = { username: "ci", groups: ["system:masters"] };
    const api = await TestApi.start(t, { staticTokens: [["let-me-in", user]] });
    const ci = bearer(api, "let-me-in");
    assert.equal(await ci.whoAmI(), "ci");
    assert.equal((await ci.get("/api/v1/namespaces")).status, 200);
  });

  it("by token ends at once when the ServiceAccount is deleted", async (t) => {
    const api = await TestApi.start(t);
    await api.post(ACCOUNTS, { metadata: { name: "robot" } });
    const robot = bearer(api, await issue(api, "robot"));
    assert.equal((await robot.get("/api")).status, 200);
    assert.equal(await robot.whoAmI(), "system:serviceaccount:default:robot");
    await api.delete(`${ACCOUNTS}/robot`);
    assert.equal((await robot.get("/api")).status, 401);
  });

  it("may be tried as somebody else by who may impersonate", async (t) => {
    const api = await TestApi.start(t);
    const asJane = await api.get("/api/v1/namespaces", { "impersonate-user": "jane" });
    assert.match(asJane.body.message ?? "", /^namespaces is forbidden: User "jane" cannot list/);
    const jane = await api.as("jane");
    const asBob = await jane.get("/api/v1/namespaces", { "impersonate-user": "bob" });
    assert.equal(
      asBob.body.message,
      'users "bob" is forbidden: User "jane" cannot impersonate resource "users" in API group "" at the cluster scope',
    );
  });

  it("is explained by access reviews", async (t) => {
    const api = await TestApi.start(t);
    const resourceAttributes = { namespace: "default", verb: "list", resource: "pods" };
    const review = async (kind: string, spec: object) => {
      const path = `/apis/authorization.k8s.io/v1/${kind.toLowerCase()}s`;
      return (await api.post(path, { apiVersion: "authorization.k8s.io/v1", kind, spec })).body;
    };
    const allowed = await review("SelfSubjectAccessReview", { resourceAttributes });
    assert.equal((allowed as unknown as { status: { allowed: boolean } }).status.allowed, true);
    const denied = await review("SubjectAccessReview", { user: "jane", resourceAttributes });
    assert.deepEqual(denied["status"], { allowed: false });
    const both = await review("SubjectAccessReview", {
      user: "jane",
      resourceAttributes,
      nonResourceAttributes: { path: "/", verb: "get" },
    });
    assert.equal(both.code, 422);
    const nobody = await review("SubjectAccessReview", { resourceAttributes });
    assert.match(nobody.message ?? "", /at least one of user or group must be specified/);
  });

  it("publishes the keys of its tokens to ServiceAccounts", async (t) => {
    const api = await TestApi.start(t);
    const account = bearer(api, await issue(api, "default"));
    const keys = await account.get("/openid/v1/jwks");
    assert.equal(keys.headers["content-type"], "application/jwk-set+json");
    const [key] = (keys.body?.["keys"] ?? []) as JsonObject[];
    assert.equal(key?.["alg"], "ES256");
    const issuer = await account.get("/.well-known/openid-configuration");
    assert.equal(issuer.body?.["issuer"], "https://kubernetes.default.svc");
  });
});

describe("Secrets of type service-account-token", () => {
  const secret = (name: string, account: string) => ({
    apiVersion: "v1",
    kind: "Secret",
    type: "kubernetes.io/service-account-token",
    metadata: { name, annotations: { "kubernetes.io/service-account.name": account } },
  });

  it("are filled with a token that works until the Secret is deleted", async (t) => {
    const api = await TestApi.start(t);
    await api.post(SECRETS, secret("held", "default"));
    const { data = {}, metadata } = await untilSecret(api, "held", (found) => found?.data?.["token"] !== undefined);
    assert.deepEqual(Object.keys(data).sort(), ["ca.crt", "namespace", "token"]);
    const value = (key: string) => decodeUtf8(decodeBase64(data[key] ?? "") ?? new Uint8Array());
    assert.equal(value("namespace"), "default");
    assert.equal(value("ca.crt"), api.api.caPem);
    const account = (await api.get(`${ACCOUNTS}/default`)).body;
    assert.equal(metadata.annotations?.["kubernetes.io/service-account.uid"], account.metadata.uid);
    const holder = bearer(api, value("token"));
    assert.equal(await holder.whoAmI(), "system:serviceaccount:default:default");
    await api.delete(`${SECRETS}/held`);
    assert.equal(await holder.whoAmI(), 401);
  });

  it("hold one token at a time: the one before stops when it is replaced", async (t) => {
    const api = await TestApi.start(t);
    await api.post(SECRETS, secret("held", "default"));
    const before = await untilSecret(api, "held", (found) => found?.data?.["token"] !== undefined);
    const holder = bearer(api, decodeUtf8(decodeBase64(before.data?.["token"] ?? "") ?? new Uint8Array()));
    assert.equal(await holder.whoAmI(), "system:serviceaccount:default:default");
    await api.patch("merge", `${SECRETS}/held`, { data: { token: "eA==" } });
    assert.equal(await holder.whoAmI(), 401);
  });

  it("are deleted with their ServiceAccount", async (t) => {
    const api = await TestApi.start(t);
    await api.post(ACCOUNTS, { metadata: { name: "robot" } });
    await api.post(SECRETS, secret("held", "robot"));
    await untilSecret(api, "held", (found) => found?.data?.["token"] !== undefined);
    await api.delete(`${ACCOUNTS}/robot`);
    await untilSecret(api, "held", (found) => found === undefined);
  });

  it("for no ServiceAccount are deleted", async (t) => {
    const api = await TestApi.start(t);
    await api.post(SECRETS, secret("orphan", "nobody"));
    await untilSecret(api, "orphan", (found) => found === undefined);
  });
});
