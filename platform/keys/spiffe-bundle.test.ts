// These tests of @tegata/spiffe stand here because the kernel may not import a signer, not even in its tests.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { encodeBase64 } from "@tegata/bytes";
import { asTegataError } from "@tegata/errors";
import { type Certificate, parseCertificate, parsePublicKey, publicKeyJwk, signCertificate } from "@tegata/pki";
import {
  addAuthorities,
  caTemplate,
  decodeBundleJwks,
  decodeBundlePem,
  decodeJwtBundleJwks,
  diffBundles,
  emptyBundle,
  encodeBundleJwks,
  encodeBundlePem,
  encodeJwtBundleJwks,
  type JsonClaims,
  type JwtAuthority,
  parseTrustDomain,
  sameAuthorities,
  sameBundle,
  SPIRE_PROFILE,
  type TrustBundle,
} from "@tegata/spiffe";
import fc from "fast-check";
import * as jose from "jose";
import { generateSigner } from "./index.ts";

const TD = parseTrustDomain("example.org");
const NOW = new Date("2026-05-01T12:00:00Z");
const INVALID = { code: "BUNDLE_INVALID" };

let roots: Certificate[];
let jwtKeys: JwtAuthority[];
let bundle: TrustBundle;
before(async () => {
  roots = await Promise.all((["ec-p256", "rsa-2048", "ec-p384"] as const).map(root));
  jwtKeys = await Promise.all(["a", "b", "c"].map(async (keyId) => ({ keyId, publicKey: await publicKey() })));
  bundle = {
    trustDomain: TD,
    x509Authorities: roots.slice(0, 2),
    jwtAuthorities: jwtKeys.slice(0, 2),
    sequenceNumber: 7n,
    refreshHintSeconds: 300,
  };
});

async function root(algorithm: "ec-p256" | "rsa-2048" | "ec-p384"): Promise<Certificate> {
  const signer = await generateSigner(algorithm);
  const { publicKeySpki } = signer;
  const request = {
    trustDomain: TD,
    publicKeySpki,
    serialNumber: 1n,
    ttlSeconds: 60,
    subject: SPIRE_PROFILE.caSubject,
  };
  return parseCertificate(await signCertificate(caTemplate(request, NOW), signer));
}

async function publicKey() {
  return parsePublicKey((await generateSigner("ec-p256")).publicKeySpki);
}

function x509Jwk(certificate: Certificate | undefined = roots[0]): JsonClaims {
  assert.ok(certificate);
  return { use: "x509-svid", ...publicKeyJwk(certificate.publicKey), x5c: [encodeBase64(certificate.der)] };
}

function jwtJwk(): JsonClaims {
  const [key] = jwtKeys;
  assert.ok(key);
  return { use: "jwt-svid", kid: key.keyId, ...publicKeyJwk(key.publicKey) };
}

function decode(document: unknown): TrustBundle {
  return decodeBundleJwks(JSON.stringify(document), TD);
}

describe("SPIFFE bundle documents", () => {
  it("are read back as they were written", () => {
    assert.deepEqual(decodeBundleJwks(encodeBundleJwks(bundle), TD), bundle);
    assert.deepEqual(decodeBundleJwks(encodeBundleJwks(emptyBundle(TD)), TD), emptyBundle(TD));
  });

  it("look as SPIRE's do", () => {
    const text = encodeBundleJwks(bundle);
    assert.equal(JSON.stringify(JSON.parse(text), undefined, 4), text.trimEnd());
    const { keys, ...rest } = JSON.parse(text);
    assert.deepEqual(rest, { spiffe_sequence: 7, spiffe_refresh_hint: 300 });
    assert.deepEqual(keys.map(Object.keys), [
      ["use", "kty", "crv", "x", "y", "x5c"],
      ["use", "kty", "n", "e", "x5c"],
      ["use", "kty", "kid", "crv", "x", "y"],
      ["use", "kty", "kid", "crv", "x", "y"],
    ]);
  });

  it("keep sequence numbers of 64 bits", () => {
    const large = { ...emptyBundle(TD), sequenceNumber: 2n ** 64n - 1n };
    assert.match(encodeBundleJwks(large), /"spiffe_sequence": 18446744073709551615/);
    assert.deepEqual(decodeBundleJwks(encodeBundleJwks(large), TD), large);
  });

  it("have JWT keys that jose reads", async () => {
    const keys = jose.createLocalJWKSet(JSON.parse(encodeJwtBundleJwks(bundle)));
    assert.equal((await keys({ alg: "ES256", kid: "b" })).type, "public");
  });

  it("have JWT keys without use where the Workload API sends them", () => {
    assert.ok(!encodeJwtBundleJwks(bundle).includes("use"));
    assert.deepEqual(decodeJwtBundleJwks(encodeJwtBundleJwks(bundle), TD), bundle.jwtAuthorities);
    assert.deepEqual(decodeJwtBundleJwks(encodeBundleJwks(bundle), TD), bundle.jwtAuthorities);
  });

  const passedOver: Readonly<Record<string, () => JsonClaims>> = {
    "without a use": () => ({ ...x509Jwk(), use: undefined }),
    "of an unknown use": () => ({ ...x509Jwk(), use: "wit-svid" }),
    "of use sig": () => ({ ...jwtJwk(), use: "sig" }),
    "of an unknown type": () => ({ ...jwtJwk(), kty: "AKP" }),
    "of shared secrets": () => ({ use: "jwt-svid", kty: "oct", k: "c2VjcmV0", kid: "s" }),
    "without a type": () => ({ ...jwtJwk(), kty: undefined }),
    "of X.509 without a certificate": () => ({ ...x509Jwk(), x5c: undefined }),
  };
  for (const [what, jwk] of Object.entries(passedOver))
    it(`pass over keys ${what}`, () => assert.deepEqual(decode({ keys: [jwk()] }), emptyBundle(TD)));

  const accepted: Readonly<Record<string, () => readonly [unknown, number]>> = {
    "no keys: everything was revoked": () => [{ keys: [] }, 0],
    "an X.509 key": () => [{ keys: [x509Jwk()] }, 1],
    "an X.509 key with an ID": () => [{ keys: [{ ...x509Jwk(), kid: "x" }] }, 1],
    "the same certificate twice, once": () => [{ keys: [x509Jwk(), x509Jwk()] }, 1],
    "the first certificate of several": () => [
      { keys: [{ ...x509Jwk(), x5c: [...(x509Jwk()["x5c"] as string[]), "!"] }] },
      1,
    ],
    "a JWT key": () => [{ keys: [jwtJwk()] }, 1],
    "unknown members": () => [{ keys: [], more: { spiffe_sequence: 1.5 } }, 0],
  };
  for (const [what, make] of Object.entries(accepted))
    it(`may hold ${what}`, () => {
      const [document, count] = make();
      const { x509Authorities, jwtAuthorities } = decode(document);
      assert.equal(x509Authorities.length + jwtAuthorities.length, count);
    });

  const rejected: Readonly<Record<string, () => unknown>> = {
    "a list": () => [],
    null: () => null,
    "no keys": () => ({}),
    "keys that are no list": () => ({ keys: {} }),
    "a key that is no object": () => ({ keys: ["a"] }),
    "a key that is null": () => ({ keys: [null] }),
    "a certificate that is no base64": () => ({ keys: [{ ...x509Jwk(), x5c: ["!"] }] }),
    "a certificate that is none": () => ({ keys: [{ ...x509Jwk(), x5c: ["MAA="] }] }),
    "certificates that are no list": () => ({ keys: [{ ...x509Jwk(), x5c: "MAA=" }] }),
    "an empty list of certificates": () => ({ keys: [{ ...x509Jwk(), x5c: [] }] }),
    "a key that is not its certificate's": () => ({ keys: [{ ...x509Jwk(roots[1]), x5c: x509Jwk(roots[0])["x5c"] }] }),
    "a JWT key without an ID": () => ({ keys: [{ ...jwtJwk(), kid: undefined }] }),
    "a JWT key with an empty ID": () => ({ keys: [{ ...jwtJwk(), kid: "" }] }),
    "two JWT keys with one ID": () => ({ keys: [jwtJwk(), jwtJwk()] }),
    "a malformed JWT key": () => ({ keys: [{ ...jwtJwk(), x: "AA" }] }),
    "a negative sequence number": () => ({ keys: [], spiffe_sequence: -1 }),
    "a fraction as sequence number": () => ({ keys: [], spiffe_sequence: 1.5 }),
    "a text as sequence number": () => ({ keys: [], spiffe_sequence: "1" }),
    "a sequence number beyond 64 bits": () => ({ keys: [], spiffe_sequence: 2 ** 65 }),
    "a negative refresh hint": () => ({ keys: [], spiffe_refresh_hint: -300 }),
  };
  for (const [why, make] of Object.entries(rejected))
    it(`are not ${why}`, () => assert.throws(() => decode(make()), INVALID));

  it("are not cut off, too long, or too deep", () => {
    assert.throws(() => decodeBundleJwks(encodeBundleJwks(bundle).slice(0, -3), TD), INVALID);
    assert.throws(() => decodeBundleJwks(" ".repeat(4 * 1024 * 1024 + 1), TD), { ...INVALID, message: /longer/ });
    assert.throws(() => decodeBundleJwks("[".repeat(500_000) + "]".repeat(500_000), TD), INVALID);
  });

  it("are read or refused, and nothing else, whatever the text", () => {
    const jwk = fc.record(
      {
        use: fc.constantFrom("x509-svid", "jwt-svid", 1),
        kty: fc.constantFrom("EC", "RSA"),
        crv: fc.constantFrom("P-256", "x"),
        x: fc.json(),
        y: fc.json(),
        n: fc.base64String(),
        e: fc.base64String(),
        kid: fc.string(),
        x5c: fc.array(fc.base64String()),
      },
      { requiredKeys: ["use", "kty"] },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.record({ keys: fc.array(jwk) }).map((one) => JSON.stringify(one)),
        ),
        (text) => {
          try {
            decodeBundleJwks(text, TD);
          } catch (thrown) {
            assert.equal(asTegataError(thrown)?.code, "BUNDLE_INVALID");
          }
        },
      ),
    );
  });
});

describe("bundles in PEM", () => {
  it("hold the X.509 authorities", () => {
    assert.deepEqual(decodeBundlePem(encodeBundlePem(bundle), TD).x509Authorities, bundle.x509Authorities);
  });
  it("are not empty", () => assert.throws(() => decodeBundlePem("# nothing\n", TD), INVALID));
  it("are not damaged", () => {
    assert.throws(() => decodeBundlePem(encodeBundlePem(bundle).slice(0, -30), TD), INVALID);
    assert.throws(() => decodeBundlePem("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", TD), INVALID);
  });
});

describe("comparing and extending bundles", () => {
  const subset = <T>(items: () => readonly T[]) =>
    fc.array(fc.nat(2), { maxLength: 4 }).map((picks) => [...new Set(picks)].flatMap((i) => items().slice(i, i + 1)));
  const some = fc.record({ x509Authorities: subset(() => roots), jwtAuthorities: subset(() => jwtKeys) });

  it("says what has come and gone", () => {
    fc.assert(
      fc.property(some, some, (a, b) => {
        const [from, to] = [
          { trustDomain: TD, ...a },
          { trustDomain: TD, ...b },
        ];
        const diff = diffBundles(from, to);
        const kept = from.x509Authorities.filter((one) => !diff.removedX509Authorities.includes(one));
        const keptKeys = from.jwtAuthorities.filter((one) => !diff.removedJwtAuthorities.includes(one));
        const made: TrustBundle = {
          trustDomain: TD,
          x509Authorities: [...kept, ...diff.addedX509Authorities],
          jwtAuthorities: [...keptKeys, ...diff.addedJwtAuthorities],
        };
        assert.ok(sameAuthorities(made, to));
        assert.equal(
          sameAuthorities(from, to),
          Object.values(diff).every((list) => list.length === 0),
        );
      }),
    );
  });

  it("adds what is new, and counts up only then", () => {
    fc.assert(
      fc.property(some, some, (a, b) => {
        const before: TrustBundle = { trustDomain: TD, ...a, sequenceNumber: 5n };
        const after = addAuthorities(before, b);
        const diff = diffBundles(before, after);
        assert.deepEqual([diff.removedX509Authorities, diff.removedJwtAuthorities], [[], []]);
        assert.equal(after.sequenceNumber, sameAuthorities(before, after) ? 5n : 6n);
        assert.equal(addAuthorities(after, b), after);
      }),
    );
  });

  it("tells bundles apart by everything but order", () => {
    assert.ok(sameBundle(bundle, { ...bundle, x509Authorities: bundle.x509Authorities.toReversed() }));
    assert.ok(!sameBundle(bundle, { ...bundle, sequenceNumber: 8n }));
    assert.ok(!sameBundle(bundle, { ...bundle, refreshHintSeconds: 301 }));
    assert.ok(!sameAuthorities(bundle, { ...bundle, trustDomain: parseTrustDomain("other.org") }));
    assert.ok(!sameAuthorities(bundle, { ...bundle, jwtAuthorities: [] }));
  });

  it("does not put another key under an ID that is taken", () => {
    const [, b] = jwtKeys;
    assert.ok(b);
    const clash = { keyId: "a", publicKey: b.publicKey };
    assert.throws(() => addAuthorities(bundle, { jwtAuthorities: [clash] }), INVALID);
    const diff = diffBundles(bundle, { ...bundle, jwtAuthorities: [clash, b] });
    assert.deepEqual([diff.addedJwtAuthorities, diff.removedJwtAuthorities], [[clash], jwtKeys.slice(0, 1)]);
  });
});
