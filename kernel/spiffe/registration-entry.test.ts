import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  compareSelectors,
  entryKey,
  formatSelector,
  includesSelectors,
  isNodeAlias,
  matchesSelectors,
  parseRegistrationEntry,
  parseSelector,
  parseTrustDomain,
  type RegistrationEntryInput,
  selector,
  selectorSet,
} from "./index.ts";

const TD = parseTrustDomain("example.org");
const WEB: RegistrationEntryInput = {
  spiffeId: "spiffe://example.org/ns/shop/sa/web",
  parentId: "spiffe://example.org/spire/agent/k8s_psat/prod/1",
  selectors: [
    { type: "k8s", value: "sa:web" },
    { type: "k8s", value: "ns:shop" },
  ],
};

function set(...texts: readonly string[]) {
  return selectorSet(texts.map(parseSelector));
}

describe("selectors", () => {
  it("are divided by their first colon", () => {
    assert.deepEqual({ ...parseSelector("k8s:pod-label:app:web") }, { type: "k8s", value: "pod-label:app:web" });
    assert.deepEqual({ ...parseSelector("unix:uid:1000") }, { type: "unix", value: "uid:1000" });
  });

  for (const text of ["", "k8s", ":", ":value", "k8s:"])
    it(`are not written ${JSON.stringify(text)}`, () =>
      assert.throws(() => parseSelector(text), { code: "SELECTOR_INVALID" }));

  it("have no colon in their type", () => assert.throws(() => selector("a:b", "c"), { code: "SELECTOR_INVALID" }));

  it("are what their text says", () => {
    const word = fc.string({ minLength: 1 });
    fc.assert(
      fc.property(
        word.filter((text) => !text.includes(":")),
        word,
        (type, value) => {
          const one = selector(type, value);
          assert.deepEqual(parseSelector(formatSelector(one)), one);
        },
      ),
    );
  });

  it("are sorted by type, then value, by bytes", () => {
    const texts = set("unix:uid:2", "k8s:sa:b", "unix:uid:10", "k8s:\u{1f600}", "k8s:\uffee", "k8s:sa:b").map(
      formatSelector,
    );
    assert.deepEqual(texts, ["k8s:sa:b", "k8s:\uffee", "k8s:\u{1f600}", "unix:uid:10", "unix:uid:2"]);
  });

  it("have one order, whatever the order in which they came", () => {
    const one = fc.tuple(fc.constantFrom("a", "b", "aa"), fc.string({ minLength: 1, maxLength: 3, unit: "binary" }));
    fc.assert(
      fc.property(fc.array(one.map(([type, value]) => selector(type, value))), (list) => {
        const sorted = selectorSet(list);
        assert.deepEqual(selectorSet(list.toReversed()), sorted);
        for (const [i, next] of sorted.slice(1).entries()) {
          const previous = sorted[i];
          assert.ok(previous !== undefined && compareSelectors(previous, next) < 0);
        }
        assert.ok(includesSelectors(sorted, list) && includesSelectors(list, sorted));
      }),
    );
  });

  const [ab, abc, xy] = [set("t:a", "t:b"), set("t:a", "t:b", "t:c"), set("t:x", "t:y")];
  it("match exactly", () =>
    assert.deepEqual(
      [ab, abc].map((filter) => matchesSelectors(ab, filter, "exact")),
      [true, false],
    ));
  it("match as a subset of the filter", () =>
    assert.deepEqual(
      [ab, abc, set("t:a")].map((filter) => matchesSelectors(ab, filter, "subset")),
      [true, true, false],
    ));
  it("match as a superset of the filter", () =>
    assert.deepEqual(
      [ab, abc, set("t:a")].map((filter) => matchesSelectors(ab, filter, "superset")),
      [true, false, true],
    ));
  it("match if one is shared", () =>
    assert.deepEqual(
      [abc, xy].map((filter) => matchesSelectors(ab, filter, "any")),
      [true, false],
    ));
});

describe("registration entries", () => {
  it("are completed and put in order", () => {
    assert.deepEqual(parseRegistrationEntry({ ...WEB, federatesWith: ["spiffe://other.org", "other.org"] }, TD), {
      ...WEB,
      selectors: set("k8s:ns:shop", "k8s:sa:web"),
      federatesWith: ["other.org"],
      dnsNames: [],
      x509SvidTtlSeconds: 0,
      jwtSvidTtlSeconds: 0,
      admin: false,
      downstream: false,
      storeSvid: false,
      expiresAtSeconds: 0,
      hint: "",
      disableX509SvidPrefetch: false,
      jwtSvidIncludeJti: false,
    });
  });

  const accepted: Readonly<Record<string, Partial<RegistrationEntryInput>>> = {
    "an ID of its own": { id: "a.B-1_".repeat(42) },
    "the server as parent": { parentId: "spiffe://example.org/spire/server" },
    "another workload as parent": { parentId: "spiffe://example.org/other" },
    "DNS names": { dnsNames: ["web", "web.shop.svc", "*.example.org", "xn--4ca.example", "1.example"] },
    TTLs: { x509SvidTtlSeconds: 60, jwtSvidTtlSeconds: 2 ** 31 - 1 },
    "a stored SVID": { storeSvid: true },
    "the longest hint": { hint: "h".repeat(1024) },
  };
  for (const [what, fields] of Object.entries(accepted))
    it(`may have ${what}`, () => void parseRegistrationEntry({ ...WEB, ...fields }, TD));

  const rejected: Readonly<Record<string, readonly [Partial<RegistrationEntryInput>, RegExp]>> = {
    "a malformed parent ID": [{ parentId: "spiffe://example.org/" }, /^invalid parent ID: /],
    "a parent of another trust domain": [
      { parentId: "spiffe://other.org/a" },
      /^invalid parent ID: "spiffe:\/\/other.org\/a" is not a member of trust domain "example.org"$/,
    ],
    "the trust domain as parent": [{ parentId: "spiffe://example.org" }, /path is empty$/],
    "a malformed SPIFFE ID": [{ spiffeId: "web" }, /^invalid spiffe ID: /],
    "a SPIFFE ID of another trust domain": [{ spiffeId: "spiffe://other.org/a" }, /is not a member of trust domain/],
    "a SPIFFE ID without a path": [{ spiffeId: "spiffe://example.org" }, /path is empty$/],
    "a reserved SPIFFE ID": [{ spiffeId: "spiffe://example.org/spire/agent/x" }, /path is in the reserved namespace$/],
    "no selectors": [{ selectors: [] }, /^selector list is empty$/],
    "a selector without a type": [{ selectors: [{ type: "", value: "a" }] }, /missing selector type$/],
    "a selector with a colon in its type": [
      { selectors: [{ type: "a:b", value: "c" }] },
      /selector type contains ':'$/,
    ],
    "a selector without a value": [{ selectors: [{ type: "a", value: "" }] }, /missing selector value$/],
    "an empty DNS name": [{ dnsNames: [""] }, /^invalid DNS name: "" is empty$/],
    "a DNS name with an empty label": [{ dnsNames: ["a..b"] }, /^invalid DNS name: /],
    "a DNS name that ends in a hyphen": [{ dnsNames: ["a-.b"] }, /^invalid DNS name: /],
    "a DNS name with a wildcard inside": [{ dnsNames: ["a.*.b"] }, /^invalid DNS name: /],
    "a DNS name with a long label": [{ dnsNames: ["a".repeat(64)] }, /^invalid DNS name: /],
    "a DNS name with a line feed": [{ dnsNames: ["a\n"] }, /^invalid DNS name: /],
    "a long DNS name": [{ dnsNames: ["a.".repeat(127)] }, /^invalid DNS name: /],
    "a federated trust domain that is none": [{ federatesWith: ["Other"] }, /^invalid federated trust domain: /],
    "a long hint": [{ hint: "h".repeat(1025) }, /^hint is too long, max length is 1024 characters$/],
    "a negative TTL": [{ x509SvidTtlSeconds: -1 }, /^the X.509-SVID TTL /],
    "half a second": [{ jwtSvidTtlSeconds: 0.5 }, /^the JWT-SVID TTL /],
    "a TTL beyond int32": [{ jwtSvidTtlSeconds: 2 ** 31 }, /^the JWT-SVID TTL /],
    "a time of expiry before 1970": [{ expiresAtSeconds: -1 }, /expiry/],
    "a long entry ID": [{ id: "a".repeat(256) }, /entry ID too long$/],
    "an entry ID with a slash": [{ id: "a/b" }, /entry ID contains invalid characters$/],
    "selectors of two types for a stored SVID": [
      {
        storeSvid: true,
        selectors: [
          { type: "a", value: "1" },
          { type: "b", value: "1" },
        ],
      },
      /selector types must be the same when store SVID is enabled$/,
    ],
    "cache behaviour for a stored SVID": [
      { storeSvid: true, disableX509SvidPrefetch: true },
      /^specifying cache behaviour is incompatible with storable SVIDs$/,
    ],
  };
  for (const [why, [fields, message]] of Object.entries(rejected))
    it(`may not have ${why}`, () =>
      assert.throws(() => parseRegistrationEntry({ ...WEB, ...fields }, TD), {
        code: "REGISTRATION_ENTRY_INVALID",
        message,
      }));

  it("are similar if SPIFFE ID, parent and selectors are the same", () => {
    const web = parseRegistrationEntry(WEB, TD);
    const again = parseRegistrationEntry({ ...WEB, selectors: [...WEB.selectors].reverse(), hint: "b" }, TD);
    const other = parseRegistrationEntry({ ...WEB, selectors: WEB.selectors.slice(1) }, TD);
    assert.equal(entryKey(again), entryKey(web));
    assert.notEqual(entryKey(other), entryKey(web));
  });

  it("are for nodes if the server is their parent", () => {
    assert.ok(!isNodeAlias(parseRegistrationEntry(WEB, TD), TD));
    assert.ok(isNodeAlias(parseRegistrationEntry({ ...WEB, parentId: "spiffe://example.org/spire/server" }, TD), TD));
  });
});
