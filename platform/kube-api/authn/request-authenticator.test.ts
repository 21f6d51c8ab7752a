import assert from "node:assert/strict";
import type { IncomingHttpHeaders } from "node:http";
import { before, describe, it } from "node:test";
import { generateSigner } from "@tegata/keys";
import { kubernetesSubject, leafTemplate, parseCertificate, rootTemplate, signCertificate } from "@tegata/pki";
import type { AccessAttributes, Authorizer } from "../authz/types.ts";
import type { UserInfo } from "../registry/types.ts";
import { RequestAuthenticator } from "./request-authenticator.ts";
import { staticTokens } from "./static-tokens.ts";
import { TokenError } from "./token-authenticator.ts";

const NOW = new Date("2026-05-01T12:00:00Z");
const HOUR_MS = 3_600_000;

/** Allows what is listed, e.g. `impersonate users bob`, and notes everything that it is asked. */
function allowing(...allowed: string[]): Authorizer & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    authorize(attributes: AccessAttributes) {
      assert.equal(attributes.kind, "resource");
      const { verb, resource, subresource, namespace, name } = attributes as Extract<
        AccessAttributes,
        { kind: "resource" }
      >;
      const question = [verb, subresource === "" ? resource : `${resource}/${subresource}`, namespace, name]
        .filter((x) => x !== "")
        .join(" ");
      asked.push(question);
      return { allowed: allowed.includes(question), reason: "" };
    },
  };
}

const admin: UserInfo = { username: "admin", groups: ["system:masters"] };

function authenticate(
  headers: IncomingHttpHeaders,
  rest: { readonly der?: Uint8Array; readonly authorizer?: Authorizer; readonly now?: Date } = {},
): Promise<UserInfo> {
  const tokens = [
    staticTokens([["let-me-in", admin]]),
    {
      async authenticateToken(token: string) {
        if (token === "bad") throw new TokenError("why is nobody's business");
        if (token === "elsewhere") return { user: admin, audiences: ["vault"] };
        if (token === "here-too") return { user: admin, audiences: ["vault", "api"] };
        return undefined;
      },
    },
  ];
  const authorizer = rest.authorizer ?? allowing();
  return new RequestAuthenticator({ tokens, audiences: ["api"], authorizer, now: () => rest.now ?? NOW }).authenticate({
    headers,
    clientCertificateDer: rest.der,
  });
}

async function clientCertificate(usages: ("clientAuth" | "serverAuth")[], username = "jane"): Promise<Uint8Array> {
  const ca = await generateSigner("ec-p256");
  const root = rootTemplate(
    {
      subject: kubernetesSubject("ca", []),
      serialNumber: 1n,
      publicKeySpki: ca.publicKeySpki,
      lifetimeMs: 2 * HOUR_MS,
    },
    NOW,
  );
  const issuer = parseCertificate(await signCertificate(root, ca));
  const subject = kubernetesSubject(username, ["ops", "dev"]);
  const leaf = { subject, serialNumber: 2n, publicKeySpki: ca.publicKeySpki, lifetimeMs: HOUR_MS, issuer, usages };
  return signCertificate(leafTemplate(leaf, NOW), ca);
}

describe("authentication", () => {
  let der: Uint8Array;
  before(async () => {
    der = await clientCertificate(["clientAuth"]);
  });

  it("takes name and groups from the client certificate", async () => {
    const user = await authenticate({}, { der });
    assert.equal(user.username, "jane");
    assert.deepEqual(user.groups, ["ops", "dev", "system:authenticated"]);
    assert.match(user.extra?.["authentication.kubernetes.io/credential-id"]?.[0] ?? "", /^X509SHA256=[0-9a-f]{64}$/);
  });

  it("refuses a certificate that has expired since the connection was made", async () => {
    await assert.rejects(authenticate({}, { der, now: new Date(NOW.getTime() + HOUR_MS + 1000) }), { code: 401 });
  });

  it("refuses a certificate that is for servers", async () => {
    await assert.rejects(authenticate({}, { der: await clientCertificate(["serverAuth"]) }), { code: 401 });
  });

  it("knows static tokens", async () => {
    const user = await authenticate({ authorization: "Bearer let-me-in" });
    assert.deepEqual(user, { username: "admin", groups: ["system:masters", "system:authenticated"] });
  });

  it("takes a token that is meant for others, too", async () => {
    assert.equal((await authenticate({ authorization: "bearer here-too" })).username, "admin");
  });

  it("refuses a certificate that it cannot read", async () => {
    await assert.rejects(authenticate({}, { der: Uint8Array.of(0x30, 0x00) }), { code: 401 });
  });

  for (const authorization of ["Bearer nobody-knows", "Bearer bad", "Bearer elsewhere"])
    it(`answers 401 and no reason for "${authorization}"`, async () => {
      await assert.rejects(authenticate({ authorization }), {
        code: 401,
        reason: "Unauthorized",
        message: "Unauthorized",
      });
    });

  for (const headers of [{}, { authorization: "Basic YTpi" }])
    it(`takes ${JSON.stringify(headers)} for anonymous`, async () => {
      assert.deepEqual(await authenticate(headers), {
        username: "system:anonymous",
        groups: ["system:unauthenticated"],
      });
    });
});

describe("impersonation", () => {
  const authorization = "Bearer let-me-in";

  it("asks for every part of the wanted user", async () => {
    const authorizer = allowing(
      "impersonate users bob",
      "impersonate groups ops",
      "impersonate groups dev",
      "impersonate userextras/scopes view",
      "impersonate uids 42",
    );
    const headers = {
      authorization,
      "impersonate-user": "bob",
      "impersonate-group": "ops, dev",
      "impersonate-extra-scopes": "view",
      "impersonate-uid": "42",
    };
    const user = await authenticate(headers, { authorizer });
    assert.deepEqual(user, {
      username: "bob",
      uid: "42",
      groups: ["ops", "dev", "system:authenticated"],
      extra: { scopes: ["view"] },
    });
    assert.equal(authorizer.asked.length, 5);
  });

  it("gives a ServiceAccount its groups", async () => {
    const authorizer = allowing("impersonate serviceaccounts shop web");
    const headers = { authorization, "impersonate-user": "system:serviceaccount:shop:web" };
    const { groups } = await authenticate(headers, { authorizer });
    assert.deepEqual(groups, ["system:serviceaccounts", "system:serviceaccounts:shop", "system:authenticated"]);
  });

  it("gives a ServiceAccount the groups that are asked for, if any are", async () => {
    const authorizer = allowing("impersonate serviceaccounts shop web", "impersonate groups ops");
    const headers = { authorization, "impersonate-user": "system:serviceaccount:shop:web", "impersonate-group": "ops" };
    assert.deepEqual((await authenticate(headers, { authorizer })).groups, ["ops", "system:authenticated"]);
  });

  it("leaves the anonymous user unauthenticated", async () => {
    const authorizer = allowing("impersonate users system:anonymous");
    const { groups } = await authenticate({ authorization, "impersonate-user": "system:anonymous" }, { authorizer });
    assert.deepEqual(groups, ["system:unauthenticated"]);
  });

  it("refuses what one part of is not allowed", async () => {
    const headers = { authorization, "impersonate-user": "bob", "impersonate-group": "system:masters" };
    await assert.rejects(authenticate(headers, { authorizer: allowing("impersonate users bob") }), {
      code: 403,
      message:
        'groups "system:masters" is forbidden: User "admin" cannot impersonate resource "groups" in API group "" at the cluster scope',
    });
  });

  it("refuses groups without a user", async () => {
    await assert.rejects(authenticate({ authorization, "impersonate-group": "ops" }), { code: 400 });
  });
});
