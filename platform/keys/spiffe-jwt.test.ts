// These tests of @tegata/spiffe stand here because the kernel may not import a signer, not even in its tests.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { before, describe, it } from "node:test";
import { encodeBase64Url, encodeUtf8 } from "@tegata/bytes";
import { asTegataError } from "@tegata/errors";
import { parseJwk, parsePublicKey, publicKeyJwk, type Signer } from "@tegata/pki";
import {
  emptyBundle,
  isSignedBy,
  issueJwtSvid,
  type JsonClaims,
  jwtSvidClaims,
  MAX_TOKEN_LENGTH,
  parseJws,
  parseSpiffeId,
  parseTrustDomain,
  parseUnverifiedJwtSvid,
  type SigningJwtAuthority,
  signJws,
  type TrustBundle,
  type TrustDomain,
  trustDomainId,
  verifyJwtSvid,
} from "@tegata/spiffe";
import fc from "fast-check";
import * as jose from "jose";
import { generateSigner, nodeVerifier } from "./index.ts";

const TD = parseTrustDomain("example.org");
const WEB = parseSpiffeId("spiffe://example.org/web");
const NOW = new Date("2026-05-01T12:00:00.900Z");
const IAT = Math.floor(NOW.getTime() / 1000);
const INVALID = { code: "JWT_SVID_INVALID" };
const FOLDER = new URL("../../../shared/vectors/wycheproof/", import.meta.url);

let signer: Signer;
let bundles: Map<TrustDomain, TrustBundle>;
before(async () => {
  signer = await generateSigner("ec-p256");
  bundles = bundlesOf(TD, signer);
});

function bundlesOf(trustDomain: TrustDomain, { publicKeySpki }: Signer): Map<TrustDomain, TrustBundle> {
  const authority = { keyId: "key-1", publicKey: parsePublicKey(publicKeySpki) };
  return new Map([[trustDomain, { ...emptyBundle(trustDomain), jwtAuthorities: [authority] }]]);
}

function authority(own: Signer = signer): SigningJwtAuthority {
  return { keyId: "key-1", signer: own, notAfter: new Date(NOW.getTime() + 3600_000), verifier: nodeVerifier };
}

function verify(token: string, rest: Partial<Parameters<typeof verifyJwtSvid>[2]> = {}) {
  return verifyJwtSvid(token, bundles, { audience: "shop", now: NOW, verifier: nodeVerifier, ...rest });
}

const CLAIMS = { sub: WEB, aud: ["shop"], exp: IAT + 300, iat: IAT };
const HEADER = { kid: "key-1", typ: "JWT" };

describe("issuing JWT-SVIDs", () => {
  const request = { spiffeId: WEB, audience: ["shop"], ttlSeconds: 300 };

  it("gives SPIRE's header and claims", async () => {
    const token = await issueJwtSvid(
      { ...request, issuer: "https://oidc.example.org", tokenId: "t1" },
      authority(),
      NOW,
    );
    const [head = "", payload = ""] = token.split(".").map((part) => Buffer.from(part, "base64url").toString());
    assert.equal(head, '{"alg":"ES256","kid":"key-1","typ":"JWT"}');
    assert.deepEqual(JSON.parse(payload), { ...CLAIMS, iss: "https://oidc.example.org", jti: "t1" });
    assert.deepEqual(verify(token).claims, JSON.parse(payload));
  });

  for (const [algorithm, alg] of [
    ["rsa-2048", "RS256"],
    ["ec-p256", "ES256"],
    ["ec-p384", "ES384"],
  ] as const)
    it(`signs by ${alg} with a key ${algorithm}, as jose verifies`, async () => {
      const own = await generateSigner(algorithm);
      const token = await issueJwtSvid(request, authority(own), NOW);
      const key = await jose.importJWK({ ...publicKeyJwk(parsePublicKey(own.publicKeySpki)) }, alg);
      const { payload, protectedHeader } = await jose.jwtVerify(token, key, { currentDate: NOW, audience: "shop" });
      assert.deepEqual([payload, protectedHeader.alg], [CLAIMS, alg]);
      assert.equal(
        verifyJwtSvid(token, bundlesOf(TD, own), { audience: "shop", now: NOW, verifier: nodeVerifier }).spiffeId,
        WEB,
      );
    });

  it("does not sign with Ed25519, which JWT-SVIDs do not know", async () => {
    const own = await generateSigner("ed25519");
    await assert.rejects(issueJwtSvid(request, authority(own), NOW), INVALID);
  });

  it("never outlives the key", () => {
    const { exp } = jwtSvidClaims({ ...request, ttlSeconds: 7200 }, new Date(NOW.getTime() + 3600_000), NOW);
    assert.equal(exp, IAT + 3600);
    assert.throws(() => jwtSvidClaims(request, NOW, NOW), INVALID);
  });

  it("demands an audience, a lifetime, and an ID with a path", () => {
    for (const bad of [{ audience: [] }, { audience: [""] }, { ttlSeconds: 0 }, { spiffeId: trustDomainId(TD) }])
      assert.throws(() => jwtSvidClaims({ ...request, ...bad }, new Date(8e15), NOW), INVALID);
  });

  it("does not hand out what another key signed", async () => {
    const other = await generateSigner("ec-p256");
    const liar: Signer = { ...signer, sign: (bytes) => other.sign(bytes) };
    await assert.rejects(issueJwtSvid(request, authority(liar), NOW), INVALID);
  });
});

describe("verifying JWT-SVIDs", () => {
  const accepted: Readonly<Record<string, readonly [JsonClaims, JsonClaims]>> = {
    "as SPIRE writes them": [HEADER, CLAIMS],
    "without a type": [{ kid: "key-1" }, CLAIMS],
    "of type JOSE": [{ kid: "key-1", typ: "JOSE" }, CLAIMS],
    "with keys in the header, which mean nothing": [{ ...HEADER, jku: "https://evil", jwk: {}, x5c: [] }, CLAIMS],
    "with one audience as a string": [HEADER, { ...CLAIMS, aud: "shop" }],
    "with several audiences": [HEADER, { ...CLAIMS, aud: ["other", "shop"] }],
    "with only the claims that must be there": [HEADER, { sub: WEB, aud: "shop", exp: IAT + 1 }],
    "with unknown claims": [HEADER, { ...CLAIMS, more: { a: [1] } }],
    "with a fraction of a second": [HEADER, { ...CLAIMS, exp: IAT + 1.5 }],
    "just expired, within the leeway": [HEADER, { ...CLAIMS, exp: IAT - 59 }],
    "issued by a clock that is ahead a little": [HEADER, { ...CLAIMS, iat: IAT + 60, nbf: IAT + 60 }],
  };
  for (const [what, [header, claims]] of Object.entries(accepted))
    it(`accepts tokens ${what}`, async () => {
      const svid = verify(await signJws(header, claims, signer));
      assert.deepEqual([svid.spiffeId, svid.claims], [WEB, claims]);
    });

  const rejected: Readonly<Record<string, readonly [JsonClaims, JsonClaims]>> = {
    "without a key ID": [{ typ: "JWT" }, CLAIMS],
    "with an empty key ID": [{ kid: "" }, CLAIMS],
    "with a number as key ID": [{ kid: 1 }, CLAIMS],
    "of an unknown key": [{ kid: "key-2" }, CLAIMS],
    "of another type": [{ ...HEADER, typ: "at+jwt" }, CLAIMS],
    "of a type that is no string": [{ ...HEADER, typ: 1 }, CLAIMS],
    "with critical extensions": [{ ...HEADER, crit: ["exp"], exp: 1 }, CLAIMS],
    "with an empty list of critical extensions": [{ ...HEADER, crit: [] }, CLAIMS],
    "with an unencoded payload": [{ ...HEADER, crit: ["b64"], b64: false }, CLAIMS],
    "with b64 alone": [{ ...HEADER, b64: true }, CLAIMS],
    "without a subject": [HEADER, { aud: "shop", exp: IAT + 1 }],
    "whose subject is no SPIFFE ID": [HEADER, { ...CLAIMS, sub: "web" }],
    "whose subject is a list": [HEADER, { ...CLAIMS, sub: [WEB] }],
    "whose subject is a trust domain": [HEADER, { ...CLAIMS, sub: "spiffe://example.org" }],
    "without an audience": [HEADER, { sub: WEB, exp: IAT + 1 }],
    "with an empty list of audiences": [HEADER, { ...CLAIMS, aud: [] }],
    "with an empty audience": [HEADER, { ...CLAIMS, aud: "" }],
    "with a number among the audiences": [HEADER, { ...CLAIMS, aud: ["shop", 1] }],
    "for another audience": [HEADER, { ...CLAIMS, aud: ["shop2", "SHOP"] }],
    "without an end": [HEADER, { sub: WEB, aud: "shop" }],
    "whose end is a string": [HEADER, { ...CLAIMS, exp: String(IAT + 300) }],
    "whose end is beyond all time": [HEADER, { ...CLAIMS, exp: 1e300 }],
    "whose end is negative": [HEADER, { ...CLAIMS, exp: -1 }],
    "that have expired": [HEADER, { ...CLAIMS, exp: IAT - 60 }],
    "that begin later": [HEADER, { ...CLAIMS, nbf: IAT + 62 }],
    "that were issued in the future": [HEADER, { ...CLAIMS, iat: IAT + 62 }],
    "whose time of issue is no time": [HEADER, { ...CLAIMS, iat: "now" }],
  };
  for (const [why, [header, claims]] of Object.entries(rejected))
    it(`rejects tokens ${why}`, async () => {
      const token = await signJws(header, claims, signer);
      assert.throws(() => verify(token), INVALID);
    });

  it("rejects tokens of a trust domain without a bundle, and by the bundle of another", async () => {
    const token = await signJws(HEADER, { ...CLAIMS, sub: "spiffe://other.org/web" }, signer);
    assert.throws(() => verify(token), { code: "BUNDLE_NOT_FOUND" });
    const other = parseTrustDomain("other.org");
    const both = new Map([...bundles, [other, emptyBundle(other)]]);
    assert.throws(() => verifyJwtSvid(token, both, { audience: "shop", now: NOW, verifier: nodeVerifier }), INVALID);
  });

  it("takes the leeway that it is told", async () => {
    const token = await signJws(HEADER, { ...CLAIMS, exp: IAT }, signer);
    assert.throws(() => verify(token, { leewaySeconds: 0 }), INVALID);
    assert.ok(verify(token, { leewaySeconds: 1 }));
  });

  it("rejects another encoding of the same token", async () => {
    const token = await signJws(HEADER, CLAIMS, signer);
    const [head = "", payload = "", signature = ""] = token.split(".");
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const spare = alphabet[alphabet.indexOf(signature.at(-1) ?? "") ^ 1] ?? "";
    const changed = {
      padding: `${token}==`,
      "a line feed": `${token}\n`,
      "a space": ` ${token}`,
      "spare bits": token.slice(0, -1) + spare,
      "standard base64": `${head}.${payload}.${signature.replaceAll("-", "+").replaceAll("_", "/")}+`,
      "four parts": `${token}.`,
      "two parts": `${head}.${payload}`,
      "no signature": `${head}.${payload}.`,
      "no header": `.${payload}.${signature}`,
      "JSON serialization": JSON.stringify({ protected: head, payload, signature }),
      "an empty text": "",
    };
    for (const [what, text] of Object.entries(changed)) assert.throws(() => verify(text), INVALID, what);
  });

  it("rejects tokens that are too long, before it reads them", () =>
    assert.throws(() => parseJws("a".repeat(MAX_TOKEN_LENGTH + 1)), { ...INVALID, message: /longer/ }));

  it("rejects parts that are not JSON objects in UTF-8", async () => {
    const part = (text: string) => encodeBase64Url(encodeUtf8(text));
    const head = part('{"alg":"ES256","kid":"key-1"}');
    for (const payload of ["[]", "null", '"a"', "{", ""])
      assert.throws(() => parseUnverifiedJwtSvid(`${head}.${part(payload)}.AAAA`), INVALID);
    assert.throws(
      () => parseUnverifiedJwtSvid(`${head}.${encodeBase64Url(Uint8Array.of(0x7b, 0xff, 0x7d))}.AAAA`),
      INVALID,
    );
    for (const header of ["[]", "null", "{}", '{"alg":1}', '{"alg":"toString"}', '{"alg":"es256"}', '{"alg":"EdDSA"}'])
      assert.throws(() => parseJws(`${part(header)}.${part("{}")}.AAAA`), INVALID);
  });

  it("never puts a token into a message", async () => {
    const token = await signJws({ kid: "key-2" }, CLAIMS, signer);
    assert.throws(
      () => verify(token),
      ({ message }: Error) => token.split(".").every((part) => !message.includes(part)),
    );
  });

  it("accepts or rejects, and nothing else, whatever the text", () => {
    const part = fc.oneof(
      fc.string(),
      fc.json().map((text) => encodeBase64Url(encodeUtf8(text))),
      fc.constant(encodeBase64Url(encodeUtf8('{"alg":"ES256","kid":"key-1"}'))),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(part, { maxLength: 4 }).map((parts) => parts.join(".")),
        ),
        (text) => {
          assert.throws(
            () => verify(text),
            (thrown) => asTegataError(thrown) !== undefined,
          );
        },
      ),
    );
  });

  it("finds every changed bit", async () => {
    const token = await signJws(HEADER, CLAIMS, signer);
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom("A", "b", "9", "_", "."), (at, character) => {
        fc.pre(token[at] !== character);
        assert.throws(
          () => verify(token.slice(0, at) + character + token.slice(at + 1)),
          (thrown) => asTegataError(thrown) !== undefined,
        );
      }),
      { numRuns: 200 },
    );
  });
});

describe("JWS algorithms", () => {
  for (const alg of ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"])
    it(`verifies ${alg} as jose signs it, and under no other name`, async () => {
      const { privateKey, publicKey } = await jose.generateKeyPair(alg, { extractable: true });
      const token = await new jose.SignJWT(CLAIMS).setProtectedHeader({ alg, kid: "key-1" }).sign(privateKey);
      const key = parseJwk({ ...(await jose.exportJWK(publicKey)) });
      assert.ok(isSignedBy(parseJws(token), key, nodeVerifier));
      const [, payload = "", signature = ""] = token.split(".");
      for (const other of ["RS256", "RS512", "PS256", "ES256", "ES384"].filter((name) => name !== alg)) {
        const head = encodeBase64Url(encodeUtf8(JSON.stringify({ alg: other, kid: "key-1" })));
        assert.ok(!isSignedBy(parseJws(`${head}.${payload}.${signature}`), key, nodeVerifier));
      }
    });

  for (const alg of ["none", "None", "NONE", "", "HS256", "HS384", "HS512", "EdDSA", "Ed25519", "ES256K", "RSA-OAEP"])
    it(`refuses ${JSON.stringify(alg)}`, () => {
      const head = encodeBase64Url(encodeUtf8(JSON.stringify({ alg })));
      assert.throws(() => parseJws(`${head}.e30.`), INVALID);
    });

  it("does not take a public key for a shared secret", async () => {
    const token = await new jose.SignJWT(CLAIMS)
      .setProtectedHeader({ alg: "HS256", kid: "key-1" })
      .sign(signer.publicKeySpki);
    assert.throws(() => verify(token), INVALID);
  });
});

describe("published vectors", () => {
  const payload = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
  const rfc7515: Readonly<Record<string, readonly [JsonClaims, string]>> = {
    "A.2, RS256": [
      {
        kty: "RSA",
        e: "AQAB",
        n: "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
      },
      `eyJhbGciOiJSUzI1NiJ9.${payload}.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw`,
    ],
    "A.3, ES256": [
      {
        kty: "EC",
        crv: "P-256",
        x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
      },
      `eyJhbGciOiJFUzI1NiJ9.${payload}.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q`,
    ],
    "A.4, ES512": [
      {
        kty: "EC",
        crv: "P-521",
        x: "AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk",
        y: "ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2",
      },
      "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn",
    ],
  };
  for (const [name, [jwk, token]] of Object.entries(rfc7515))
    it(`verifies RFC 7515 ${name}`, () => assert.ok(isSignedBy(parseJws(token), parseJwk(jwk), nodeVerifier)));

  it("refuses RFC 7515 A.1 (HS256) and A.5 (unsecured)", () => {
    assert.throws(
      () => parseJws(`eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.${payload}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk`),
      INVALID,
    );
    assert.throws(() => parseJws(`eyJhbGciOiJub25lIn0.${payload}.`), INVALID);
  });

  /**
   * What we accept although Wycheproof does not. `alg`, `use` and `key_ops` of a key are not looked at: keys come from SPIFFE
   * bundles, where `use` is "jwt-svid" and nothing else counts. ROCA keys can be told only by what one vendor's chips made.
   */
  const different: Readonly<Record<string, readonly number[]>> = {
    "json_web_signature_test.json": [332, 334, 336, 338, 340, 353, 354, 355, 356],
    "json_web_key_test.json": [6, 7, 19, 20, 21],
  };
  for (const [name, ids] of Object.entries(different)) {
    const file = new URL(name, FOLDER);
    it(`agrees with Wycheproof's ${name}`, { skip: existsSync(file) ? false : `${name} is not here` }, () => {
      const { testGroups } = JSON.parse(readFileSync(file, "utf8")) as { testGroups: readonly WycheproofGroup[] };
      const cases = testGroups.flatMap(({ tests, ...group }) => tests.map((test) => ({ ...test, group })));
      assert.ok(cases.length > 20);
      const wrong = cases.filter(({ jws, result, group }) => {
        // A shared secret has no public key, and JWT-SVIDs have no shared secrets.
        const expected = result === "valid" && group.public !== undefined;
        return verifiesUnder(jws, group) !== expected;
      });
      assert.deepEqual(
        wrong.map(({ tcId }) => tcId),
        ids,
      );
    });
  }
});

interface WycheproofGroup {
  readonly private: JsonClaims;
  readonly public?: JsonClaims;
  readonly tests: readonly { tcId: number; comment: string; jws: unknown; result: string }[];
}

function verifiesUnder(jws: unknown, group: Pick<WycheproofGroup, "public">): boolean {
  const keys = (group.public?.["keys"] ?? [group.public]) as readonly (JsonClaims | undefined)[];
  try {
    const parsed = parseJws(typeof jws === "string" ? jws : JSON.stringify(jws));
    return keys.some((key) => key !== undefined && isSignedBy(parsed, parseJwk(key), nodeVerifier));
  } catch (thrown) {
    assert.ok(asTegataError(thrown), String(thrown));
    return false;
  }
}
