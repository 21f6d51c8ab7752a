import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { asTegataError } from "@tegata/errors";
import fc from "fast-check";
import {
  agentSpiffeId,
  checkAgentId,
  checkMemberId,
  checkWorkloadId,
  isMemberOf,
  isReservedSpiffeId,
  MAX_SPIFFE_ID_LENGTH,
  parseSpiffeId,
  parseTrustDomain,
  parseTrustDomainOrId,
  parseWorkloadSpiffeId,
  pathOf,
  serverSpiffeId,
  spiffeIdFromPath,
  spiffeIdFromSegments,
  trustDomainId,
  trustDomainOf,
} from "./index.ts";

const TD = parseTrustDomain("example.org");
const LONGEST_NAME = "a".repeat(255);
const SEGMENT_CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
const NAME_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789._-";
const ALL_BYTES = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));

const accepted = {
  "a trust domain's own ID": "spiffe://example.org",
  "a path": "spiffe://example.org/ns/shop/sa/web",
  "upper case in the path": "spiffe://example.org/Web",
  "an IPv4 address as trust domain": "spiffe://10.0.0.1/web",
  "a trust domain that is no DNS name": "spiffe://..-_/web",
  "a trust domain of 255 characters": `spiffe://${LONGEST_NAME}/web`,
  "three dots as a segment": "spiffe://example.org/.../web",
  "the reserved path, which the specification does not know": "spiffe://example.org/spire/server",
  "2048 characters": `spiffe://example.org/${"a".repeat(MAX_SPIFFE_ID_LENGTH - 21)}`,
};

const rejected = {
  "an empty text": "",
  "no scheme": "example.org/web",
  "another scheme": "https://example.org/web",
  "an upper-case scheme": "SPIFFE://example.org/web",
  "one slash": "spiffe:/example.org/web",
  "no trust domain": "spiffe://",
  "an empty trust domain": "spiffe:///web",
  "an upper-case trust domain": "spiffe://Example.org/web",
  "a trust domain of 256 characters": `spiffe://${LONGEST_NAME}a/web`,
  "a port": "spiffe://example.org:443/web",
  "user information": "spiffe://user@example.org/web",
  "an IPv6 address": "spiffe://[::1]/web",
  "a percent-encoded trust domain": "spiffe://example%2eorg/web",
  "a trust domain beyond ASCII": "spiffe://exämple.org/web",
  "a trailing slash": "spiffe://example.org/web/",
  "a root path": "spiffe://example.org/",
  "an empty segment": "spiffe://example.org/ns//web",
  "a dot segment": "spiffe://example.org/./web",
  "a double dot segment": "spiffe://example.org/ns/../web",
  "a trailing dot segment": "spiffe://example.org/web/..",
  "a percent-encoded path": "spiffe://example.org/%61",
  "a query": "spiffe://example.org/web?a=b",
  "a query without a path": "spiffe://example.org?a=b",
  "a fragment": "spiffe://example.org/web#a",
  "a space before it": " spiffe://example.org/web",
  "a line feed after it": "spiffe://example.org/web\n",
  "2049 characters": `spiffe://example.org/${"a".repeat(MAX_SPIFFE_ID_LENGTH - 20)}`,
};

describe("parseSpiffeId", () => {
  for (const [what, text] of Object.entries(accepted))
    it(`accepts ${what}`, () => assert.equal(parseSpiffeId(text), text));
  for (const [why, text] of Object.entries(rejected))
    it(`rejects ${why}`, () => assert.throws(() => parseSpiffeId(text), { code: "SPIFFE_ID_INVALID" }));

  it("accepts in a trust domain, of all bytes, exactly those of the specification", () => {
    const fine = ALL_BYTES.filter((byte) => isFine(() => parseSpiffeId(`spiffe://a${byte}b`)));
    // A slash ends the trust domain.
    assert.deepEqual(
      fine,
      ALL_BYTES.filter((byte) => NAME_CHARACTERS.includes(byte) || byte === "/"),
    );
  });

  it("accepts in a path, of all bytes, exactly those of the specification", () => {
    const fine = ALL_BYTES.filter((byte) => isFine(() => parseSpiffeId(`spiffe://td/a${byte}b`)));
    assert.deepEqual(
      fine,
      ALL_BYTES.filter((byte) => SEGMENT_CHARACTERS.includes(byte) || byte === "/"),
    );
  });

  it("accepts or rejects, and nothing else, whatever the text", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((rest) => `spiffe://${rest}`),
        ),
        (text) => {
          isFine(() => parseSpiffeId(text));
        },
      ),
    );
  });

  it("does not repeat long texts in messages", () => {
    assert.throws(
      () => parseSpiffeId(`spiffe://${"A".repeat(2000)}`),
      ({ message }: Error) => message.length < 400,
    );
  });

  it("demands a path where something in the trust domain is meant", () => {
    assert.equal(parseWorkloadSpiffeId("spiffe://example.org/a"), "spiffe://example.org/a");
    assert.throws(() => parseWorkloadSpiffeId("spiffe://example.org"), { code: "SPIFFE_ID_INVALID" });
  });
});

describe("parts of a SPIFFE ID", () => {
  const segment = fc
    .string({ unit: fc.constantFrom(...SEGMENT_CHARACTERS.split("")), minLength: 1, maxLength: 12 })
    .filter((text) => text !== "." && text !== "..");
  const name = fc
    .string({ unit: fc.constantFrom(...NAME_CHARACTERS.split("")), minLength: 1, maxLength: 30 })
    .map(parseTrustDomain);

  it("make the same ID again", () => {
    fc.assert(
      fc.property(name, fc.array(segment, { maxLength: 5 }), (trustDomain, segments) => {
        const id = spiffeIdFromSegments(trustDomain, ...segments);
        assert.equal(trustDomainOf(id), trustDomain);
        assert.equal(pathOf(id), segments.map((one) => `/${one}`).join(""));
        assert.equal(spiffeIdFromPath(trustDomainOf(id), pathOf(id)), id);
        assert.ok(isMemberOf(id, trustDomain));
      }),
    );
  });

  it("tell members from those of a trust domain with the same beginning", () => {
    assert.ok(isMemberOf(trustDomainId(TD), TD));
    assert.ok(!isMemberOf(parseSpiffeId("spiffe://example.org.evil/web"), TD));
    assert.ok(!isMemberOf(parseSpiffeId("spiffe://example.or/web"), TD));
  });

  it("cannot bring in more than they say", () => {
    assert.throws(() => spiffeIdFromPath(TD, "web"), { code: "SPIFFE_ID_INVALID" });
    assert.throws(() => spiffeIdFromPath(TD, "/"), { code: "SPIFFE_ID_INVALID" });
    assert.throws(() => spiffeIdFromSegments(TD, "a/b"), { code: "SPIFFE_ID_INVALID" });
    assert.throws(() => spiffeIdFromSegments(TD, ""), { code: "SPIFFE_ID_INVALID" });
  });
});

describe("trust domains", () => {
  it("are read from a name or any ID in them", () => {
    for (const text of ["example.org", "spiffe://example.org", "spiffe://example.org/web"])
      assert.equal(parseTrustDomainOrId(text), TD);
  });

  for (const text of ["", "Example.org", "example.org:80", "example.org/web", "a b", "spiffe://a", `${LONGEST_NAME}a`])
    it(`are not named ${JSON.stringify(text.slice(0, 20))}`, () =>
      assert.throws(() => parseTrustDomain(text), { code: "TRUST_DOMAIN_INVALID" }));

  it("are not read from an ID that is none", () => {
    assert.throws(() => parseTrustDomainOrId("spiffe://example.org/"), { code: "SPIFFE_ID_INVALID" });
    assert.throws(() => parseTrustDomainOrId("http://example.org"), { code: "SPIFFE_ID_INVALID" });
  });
});

describe("SPIRE's paths", () => {
  const agent = agentSpiffeId(TD, "k8s_psat", "prod", "node-uid");
  const web = parseSpiffeId("spiffe://example.org/web");
  const likeReserved = parseSpiffeId("spiffe://example.org/spirea/agent/x");
  const notAllowed = { code: "SPIFFE_ID_NOT_ALLOWED" };

  it("are those of servers and agents", () => {
    assert.equal(serverSpiffeId(TD), "spiffe://example.org/spire/server");
    assert.equal(agent, "spiffe://example.org/spire/agent/k8s_psat/prod/node-uid");
    assert.throws(() => agentSpiffeId(TD, "join_token", ""), { code: "SPIFFE_ID_INVALID" });
  });

  it("are reserved, and only they", () => {
    assert.ok(isReservedSpiffeId(agent) && isReservedSpiffeId(parseSpiffeId("spiffe://example.org/spire")));
    assert.ok(!isReservedSpiffeId(web) && !isReservedSpiffeId(likeReserved));
  });

  it("decide who may be an agent and who a workload", () => {
    checkAgentId(agent, TD);
    checkWorkloadId(web, TD);
    checkWorkloadId(likeReserved, TD);
    checkMemberId(serverSpiffeId(TD), TD);
    assert.throws(() => checkAgentId(web, TD), notAllowed);
    assert.throws(() => checkAgentId(serverSpiffeId(TD), TD), notAllowed);
    assert.throws(() => checkAgentId(agent, parseTrustDomain("other.org")), notAllowed);
    assert.throws(() => checkWorkloadId(agent, TD), notAllowed);
    assert.throws(() => checkWorkloadId(web, parseTrustDomain("other.org")), notAllowed);
    assert.throws(() => checkMemberId(trustDomainId(TD), TD), notAllowed);
  });
});

/** Whether it returns; any error but a TegataError is a bug. */
function isFine(run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch (thrown) {
    assert.ok(asTegataError(thrown));
    return false;
  }
}
