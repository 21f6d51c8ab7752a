import assert from "node:assert/strict";
import { createHmac, randomUUID } from "node:crypto";
import { before, describe, it } from "node:test";
import { generateSigner } from "@tegata/keys";
import type { JsonObject, KubeObject } from "@tegata/kube-types";
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import type { Signer } from "@tegata/pki";
import { openStore, type Store } from "../store/index.ts";
import { tokenReview } from "./identity-reviews.ts";
import { ServiceAccountTokens } from "./service-account-tokens.ts";
import { TokenKeys } from "./token-keys.ts";
import { tokenRequest } from "./token-request.ts";

const ISSUER = "https://kubernetes.default.svc";
const NOW = new Date("2026-05-01T12:00:00Z");

async function put(store: Store, collection: string, key: string, rest: object = {}): Promise<KubeObject> {
  const [name = "", namespace] = key.split("/").reverse();
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }), uid: randomUUID() };
  const place = { collection, key };
  const object = { apiVersion: "v1", kind: "Any", metadata, ...rest };
  return (await store.commit({ ...place, expectedVersion: store.head(place)?.version ?? 0, object })).object;
}

async function remove(store: Store, collection: string, key: string): Promise<void> {
  const place = { collection, key };
  await store.commit({ ...place, expectedVersion: store.head(place)?.version ?? 0, object: undefined });
}

function request(spec: object, name = "web") {
  const user = { username: "jane", groups: [] };
  return { verb: "create", user, namespace: "shop", name, body: { spec } as never, dryRun: false, now: NOW } as const;
}

describe("ServiceAccount tokens", () => {
  let signer: Signer;
  before(async () => {
    signer = await generateSigner("ec-p256");
  });

  async function start(
    options: { readonly key?: Signer; readonly earlierKeys?: Uint8Array[]; readonly store?: Store } = {},
  ) {
    const store = options.store ?? (await openStore({ dataDir: "memory", now: () => NOW }));
    let clock = NOW;
    const tokens = new ServiceAccountTokens({
      issuer: ISSUER,
      signer: options.key ?? signer,
      ...(options.earlierKeys === undefined ? {} : { earlierKeys: options.earlierKeys }),
      store,
      now: () => clock,
    });
    const handler = tokenRequest(tokens, store);
    const issue = async (spec: object = {}) => {
      const answer = (await handler.handle(request(spec))) as KubeObject & { status: { token: string } };
      return answer.status.token;
    };
    const advance = (seconds: number) => {
      clock = new Date(clock.getTime() + seconds * 1000);
    };
    return { store, tokens, handler, issue, advance };
  }

  it("carry the claims that Kubernetes' do", async () => {
    const { store, issue } = await start();
    const account = await put(store, "serviceaccounts", "shop/web");
    const token = await issue({ audiences: ["vault"], expirationSeconds: 900 });
    const { jti, ...claims } = decodeJwt(token);
    assert.match(jti ?? "", /^[0-9a-f-]{36}$/);
    const issuedAt = NOW.getTime() / 1000;
    assert.deepEqual(claims, {
      aud: ["vault"],
      exp: issuedAt + 900,
      iat: issuedAt,
      iss: ISSUER,
      "kubernetes.io": { namespace: "shop", serviceaccount: { name: "web", uid: account.metadata.uid } },
      nbf: issuedAt,
      sub: "system:serviceaccount:shop:web",
    });
    assert.deepEqual(Object.keys(decodeProtectedHeader(token)), ["alg", "kid"]);
  });

  for (const algorithm of ["ec-p256", "ec-p384", "rsa-2048"] as const)
    it(`verify with jose by the published keys, ${algorithm}`, async () => {
      const { store, tokens, issue } = await start({ key: await generateSigner(algorithm) });
      await put(store, "serviceaccounts", "shop/web");
      const keys = createLocalJWKSet(tokens.jwks() as never);
      const { payload } = await jwtVerify(await issue(), keys, { issuer: ISSUER, audience: ISSUER, currentDate: NOW });
      assert.equal(payload.sub, "system:serviceaccount:shop:web");
    });

  it("stand for the ServiceAccount and its groups", async () => {
    const { store, tokens, issue } = await start();
    const account = await put(store, "serviceaccounts", "shop/web");
    const identity = await tokens.authenticateToken(await issue());
    assert.equal(identity?.user.username, "system:serviceaccount:shop:web");
    assert.equal(identity?.user.uid, account.metadata.uid);
    assert.deepEqual(identity?.user.groups, [
      "system:serviceaccounts",
      "system:serviceaccounts:shop",
      "system:authenticated",
    ]);
  });

  it("stop at once when the ServiceAccount is deleted, or replaced by another of its name", async () => {
    const { store, tokens, issue } = await start();
    await put(store, "serviceaccounts", "shop/web");
    const token = await issue();
    assert.ok(await tokens.authenticateToken(token));
    await remove(store, "serviceaccounts", "shop/web");
    await assert.rejects(tokens.authenticateToken(token), { message: "service account token has been invalidated" });
    await put(store, "serviceaccounts", "shop/web");
    await assert.rejects(tokens.authenticateToken(token), { message: "service account token has been invalidated" });
  });

  it("stop at once when the Pod that they are bound to is deleted", async () => {
    const { store, tokens, issue } = await start();
    await put(store, "serviceaccounts", "shop/web");
    const pod = await put(store, "pods", "shop/web-1", { spec: { serviceAccountName: "web", nodeName: "n1" } });
    const token = await issue({
      boundObjectRef: { apiVersion: "v1", kind: "Pod", name: "web-1", uid: pod.metadata.uid },
    });
    const identity = await tokens.authenticateToken(token);
    assert.deepEqual(identity?.user.extra?.["authentication.kubernetes.io/pod-name"], ["web-1"]);
    assert.deepEqual(identity?.user.extra?.["authentication.kubernetes.io/node-name"], ["n1"]);
    await remove(store, "pods", "shop/web-1");
    await assert.rejects(tokens.authenticateToken(token), { message: "service account token has been invalidated" });
  });

  for (const [kind, collection, key] of [
    ["Secret", "secrets", "shop/held"],
    ["Node", "nodes", "n1"],
  ] as const)
    it(`stop at once when the ${kind} that they are bound to is deleted`, async () => {
      const { store, tokens, issue } = await start();
      await put(store, "serviceaccounts", "shop/web");
      await put(store, collection, key);
      const token = await issue({ boundObjectRef: { apiVersion: "v1", kind, name: key.split("/").at(-1) } });
      assert.ok(await tokens.authenticateToken(token));
      await remove(store, collection, key);
      await assert.rejects(tokens.authenticateToken(token), { message: "service account token has been invalidated" });
    });

  it("name themselves, so that a log can tell which one was used", async () => {
    const { store, tokens, issue } = await start();
    await put(store, "serviceaccounts", "shop/web");
    const token = await issue();
    const identity = await tokens.authenticateToken(token);
    assert.deepEqual(identity?.user.extra, {
      "authentication.kubernetes.io/credential-id": [`JTI=${decodeJwt(token).jti}`],
    });
  });

  it("expire", async () => {
    const { store, tokens, issue, advance } = await start();
    await put(store, "serviceaccounts", "shop/web");
    const token = await issue({ expirationSeconds: 600 });
    advance(599);
    assert.ok(await tokens.authenticateToken(token));
    advance(1);
    await assert.rejects(tokens.authenticateToken(token), { message: "service account token has expired" });
  });

  it("of an earlier key are accepted as long as that key is listed", async () => {
    const old = await start();
    await put(old.store, "serviceaccounts", "shop/web");
    const token = await old.issue();
    const key = await generateSigner("ec-p256");
    const both = await start({ key, earlierKeys: [signer.publicKeySpki], store: old.store });
    assert.ok(await both.tokens.authenticateToken(token));
    assert.equal((both.tokens.jwks()["keys"] as unknown[]).length, 2);
    const next = await start({ key, store: old.store });
    await assert.rejects(next.tokens.authenticateToken(token), { name: "TokenError" });
  });

  it("that were tampered with are refused", async () => {
    const { store, tokens, issue } = await start();
    await put(store, "serviceaccounts", "shop/web");
    await put(store, "serviceaccounts", "shop/root");
    const token = await issue();
    const [header = "", payload = "", signature = ""] = token.split(".");
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const { kid } = decodeProtectedHeader(token);
    const claims = { ...decodeJwt(token), sub: "system:serviceaccount:shop:root" };
    const hmacInput = `${encode({ alg: "HS256", kid })}.${payload}`;
    const forged = {
      "other claims": `${header}.${encode(claims)}.${signature}`,
      "no signature": `${encode({ alg: "none", kid })}.${payload}.`,
      "a MAC with the public key": `${hmacInput}.${createHmac("sha256", signer.publicKeySpki).update(hmacInput).digest("base64url")}`,
      "another algorithm in the header": `${encode({ alg: "RS256", kid })}.${payload}.${signature}`,
      "an unknown key": `${encode({ alg: "ES256", kid: "x" })}.${payload}.${signature}`,
      "no key": `${encode({ alg: "ES256" })}.${payload}.${signature}`,
      "a critical extension": `${encode({ alg: "ES256", kid, crit: ["x"] })}.${payload}.${signature}`,
      "a signature that is not base64url": `${header}.${payload}.${signature.slice(0, -1)}!`,
      "half a signature": `${header}.${payload}.${signature.slice(0, 43)}`,
    };
    for (const [what, bad] of Object.entries(forged))
      await assert.rejects(tokens.authenticateToken(bad), { name: "TokenError" }, what);
  });

  it("that lack a claim, though we signed them, are refused", async () => {
    const { store, tokens } = await start();
    const { metadata } = await put(store, "serviceaccounts", "shop/web");
    const keys = new TokenKeys(signer);
    const seconds = NOW.getTime() / 1000;
    const serviceaccount = { name: "web", uid: metadata.uid ?? "" };
    const whole = {
      iss: ISSUER,
      sub: "system:serviceaccount:shop:web",
      aud: ISSUER,
      exp: seconds + 60,
      nbf: seconds,
      "kubernetes.io": { namespace: "shop", serviceaccount },
    };
    assert.deepEqual((await tokens.authenticateToken(await keys.sign(whole)))?.audiences, [ISSUER]);
    const lacking: Record<string, JsonObject> = {
      "no end": { exp: null },
      "an end that is text": { exp: "9999999999" },
      "no beginning": { nbf: null },
      "a beginning in the future": { nbf: seconds + 61 },
      "no subject": { sub: null },
      "another subject": { sub: "system:serviceaccount:shop:root" },
      "no ServiceAccount": { "kubernetes.io": { namespace: "shop" } },
      "a ServiceAccount without UID": { "kubernetes.io": { namespace: "shop", serviceaccount: { name: "web" } } },
      "a list for a ServiceAccount": { "kubernetes.io": { namespace: "shop", serviceaccount: ["web"] } },
      "no namespace": { "kubernetes.io": { serviceaccount } },
      "nothing of Kubernetes": { "kubernetes.io": null },
    };
    for (const [what, claims] of Object.entries(lacking))
      await assert.rejects(
        keys.sign({ ...whole, ...claims }).then((token) => tokens.authenticateToken(token)),
        { name: "TokenError" },
        what,
      );
  });

  it("of other issuers, and texts that are no tokens, are left to others", async () => {
    const { tokens } = await start();
    const encode = (claims: object) => Buffer.from(JSON.stringify(claims)).toString("base64url");
    const ours = encode({ iss: ISSUER });
    const long = `e30.${encode({ iss: ISSUER, filler: "x".repeat(20_000) })}.x`;
    for (const token of [
      "",
      "abc",
      "a.b",
      `e30.${ours}.x.y`,
      `e30.${encode({ iss: "https://other" })}.x`,
      long,
      "e30.W10.x",
    ])
      assert.equal(await tokens.authenticateToken(token), undefined);
  });

  it("publish an issuer document that leads to the keys", async () => {
    const { tokens } = await start();
    assert.deepEqual(tokens.openIdConfiguration(), {
      issuer: ISSUER,
      jwks_uri: `${ISSUER}/openid/v1/jwks`,
      response_types_supported: ["id_token"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["ES256"],
    });
  });

  const refused: Record<string, [object, { code: number; message: RegExp }]> = {
    "a lifetime below 10 minutes": [
      { expirationSeconds: 599 },
      {
        code: 422,
        message:
          /^TokenRequest\.authentication\.k8s\.io "" is invalid: spec\.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes$/,
      },
    ],
    "a lifetime above 2^32 seconds": [
      { expirationSeconds: 2 ** 32 + 1 },
      { code: 422, message: /larger than 2\^32 seconds$/ },
    ],
    "a Pod that is not there": [
      { boundObjectRef: { apiVersion: "v1", kind: "Pod", name: "none" } },
      { code: 404, message: /^pods "none" not found$/ },
    ],
    "a Pod of another ServiceAccount": [
      { boundObjectRef: { apiVersion: "v1", kind: "Pod", name: "other" } },
      { code: 400, message: /different serviceaccount name\.$/ },
    ],
    "a Pod of another UID": [
      { boundObjectRef: { apiVersion: "v1", kind: "Pod", name: "other", uid: "x" } },
      { code: 409, message: /does not match the UID in record/ },
    ],
    "an object of another kind": [
      { boundObjectRef: { apiVersion: "v1", kind: "ConfigMap", name: "x" } },
      { code: 400, message: /^cannot bind token to object of type v1, Kind=ConfigMap$/ },
    ],
  };
  for (const [what, [spec, expected]] of Object.entries(refused))
    it(`are not issued for ${what}`, async () => {
      const { store, handler } = await start();
      await put(store, "serviceaccounts", "shop/web");
      await put(store, "pods", "shop/other", { spec: { serviceAccountName: "somebody" } });
      await assert.rejects(handler.handle(request(spec)), expected);
    });

  it("are not issued for a ServiceAccount that is not there", async () => {
    const { handler } = await start();
    await assert.rejects(handler.handle(request({})), { code: 404, message: 'serviceaccounts "web" not found' });
  });

  describe("reviewed", () => {
    async function review(audiences?: string[], spoil = false) {
      const { store, tokens, issue } = await start();
      await put(store, "serviceaccounts", "shop/web");
      const token = await issue({ audiences: ["vault", "other"] });
      if (spoil) await remove(store, "serviceaccounts", "shop/web");
      const spec = { token, ...(audiences === undefined ? {} : { audiences }) };
      const answer = await tokenReview([tokens], [ISSUER])(request(spec));
      return (answer as KubeObject & { status: Record<string, unknown> }).status;
    }

    it("are authenticated with the audiences that agree", async () => {
      const status = await review(["vault", "third"]);
      assert.equal(status["authenticated"], true);
      assert.deepEqual(status["audiences"], ["vault"]);
      assert.equal((status["user"] as { username: string }).username, "system:serviceaccount:shop:web");
    });

    it("for another audience are not authenticated", async () => {
      for (const audiences of [["third"], undefined]) {
        const status = await review(audiences);
        assert.equal(status["authenticated"], false);
        assert.match(String(status["error"]), /is invalid for the target audiences/);
      }
    });

    it("that were revoked say so", async () => {
      const status = await review(["vault"], true);
      assert.deepEqual(status, {
        authenticated: false,
        error: "[invalid bearer token, service account token has been invalidated]",
      });
    });
  });
});
