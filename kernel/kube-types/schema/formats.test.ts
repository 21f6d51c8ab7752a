import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseDuration } from "./duration.ts";
import { stringFormat } from "./formats.ts";
import { formatBadValue, formatGoNumber, quoteGo } from "./go-text.ts";
import { parseCidr, parseIp } from "./network-formats.ts";
import { compilePattern, matchesPattern } from "./pattern.ts";

const FORMATS: Record<string, { valid: string[]; invalid: string[] }> = {
  "date-time": {
    valid: ["2026-01-02T03:04:05Z", "2026-01-02t03:04:05.123456789+02:00", "2024-02-29T00:00:00Z"],
    invalid: [
      "2026-01-02",
      "2026-13-02T00:00:00Z",
      "2026-02-29T00:00:00Z",
      "2026-01-02T24:00:00Z",
      "2026-01-02T03:04:05",
      "",
    ],
  },
  date: { valid: ["2026-12-31", "2000-02-29"], invalid: ["1900-02-29", "2026-1-1", "2026-04-31"] },
  duration: { valid: ["1h30m", "-1.5s", "0", "3 days", "2 weeks", "10us"], invalid: ["", "1", "h", "one hour"] },
  ipv4: { valid: ["10.0.0.1", "010.0.0.1"], invalid: ["10.0.0.256", "10.0.0", "::1", "a.b.c.d"] },
  ipv6: {
    valid: ["::1", "2001:db8::", "::ffff:1.2.3.4", "1:2:3:4:5:6:7:8"],
    invalid: ["10.0.0.1", ":::", "1::2::3", "12345::", "1:2:3:4:5:6:7"],
  },
  cidr: { valid: ["10.0.0.0/8", "::/0", "10.0.0.1/32"], invalid: ["10.0.0.0", "10.0.0.0/33", "::/129", "10.0.0.0/08"] },
  mac: {
    valid: ["00:00:5e:00:53:01", "00-00-5E-00-53-01", "0000.5e00.5301", "02:00:5e:10:00:00:00:01"],
    invalid: ["00:00:5e:00:53", "00:00-5e:00:53:01", "g0:00:5e:00:53:01"],
  },
  uuid: {
    valid: ["123e4567-e89b-12d3-a456-426614174000", "123E4567E89B12D3A456426614174000"],
    invalid: ["123e4567", "x23e4567-e89b-12d3-a456-426614174000"],
  },
  byte: { valid: ["aGVsbG8=", "aGVsbA=="], invalid: ["aGVsbG8", "a b c", ""] },
  hostname: { valid: ["example.com", "a", "1a.example.org"], invalid: ["-a.com", "a..b", "exa mple.com"] },
  uri: {
    valid: ["https://example.com/a?b=c", "/absolute", "urn:x:y"],
    invalid: ["relative", "", "http://a b", "/%zz"],
  },
  email: { valid: ["a@example.com", "Jane <jane@example.com>"], invalid: ["a", "@example.com", "a@b@c"] },
  "k8s-short-name": { valid: ["a-1"], invalid: ["A", "-a", "a.b", "a".repeat(64)] },
  "k8s-long-name": { valid: ["a.b-1"], invalid: ["a..b", "A.b"] },
  hexcolor: { valid: ["#fff", "A0B1C2"], invalid: ["#ffff"] },
  rgbcolor: { valid: ["rgb(255, 0, 12)"], invalid: ["rgb(256,0,0)"] },
  password: { valid: ["", "anything"], invalid: [] },
};

describe("formats", () => {
  for (const [name, { valid, invalid }] of Object.entries(FORMATS)) {
    it(`check ${name}`, () => {
      for (const text of valid) assert.equal(stringFormat(name)?.matches(text), true, text);
      for (const text of invalid) assert.equal(stringFormat(name)?.matches(text), false, text);
    });
  }
  it("that nobody knows are not checked", () => {
    assert.equal(stringFormat("nope"), undefined);
    assert.equal(stringFormat(undefined), undefined);
  });
});

describe("parseDuration", () => {
  const nanoseconds: Record<string, bigint | undefined> = {
    "1h30m": 5_400_000_000_000n,
    "1.5s": 1_500_000_000n,
    "-2m": -120_000_000_000n,
    ".5ms": 500_000n,
    "0": 0n,
    "2562047h47m16.854775807s": 9_223_372_036_854_775_807n,
    "2562048h": undefined,
    "1d": undefined,
    "": undefined,
  };
  for (const [text, expected] of Object.entries(nanoseconds)) {
    it(`reads ${JSON.stringify(text)} as Go does`, () => assert.equal(parseDuration(text), expected));
  }
});

describe("addresses", () => {
  it("are read into bytes", () => {
    assert.deepEqual(parseIp("1.2.3.4")?.bytes, Uint8Array.of(1, 2, 3, 4));
    assert.deepEqual(
      [...(parseIp("2001:db8::1.2.3.4")?.bytes ?? [])],
      [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4],
    );
    assert.equal(parseCidr("10.0.0.0/8")?.prefixLength, 8);
  });
  it("may not have leading zeros unless that is asked for", () => {
    assert.equal(parseIp("010.0.0.1"), undefined);
    assert.equal(parseIp("010.0.0.1", { leadingZeros: true })?.bytes[0], 10);
  });
});

describe("patterns", () => {
  it("are RE2: linear, without lookahead, and $ only at the end", () => {
    assert.ok(compilePattern("(?=a)") instanceof Error);
    assert.ok(compilePattern("(a)\\1") instanceof Error);
    assert.equal(matchesPattern("^a$", "a\n"), false);
    assert.equal(matchesPattern("^(a+)+$", `${"a".repeat(5_000)}!`), false);
  });
  it("that are not valid match nothing", () => assert.equal(matchesPattern("(", "("), false));
});

describe("Go's texts", () => {
  it("quote what does not print", () => {
    assert.equal(quoteGo('a"b\\c\n\t\u0000\u00e9\u200b😀\u{e0001}'), '"a\\"b\\\\c\\n\\t\\x00é\\u200b😀\\U000e0001"');
  });
  it("print numbers", () => {
    assert.deepEqual([1, -0.5, 1e21, 0.00001, 1.5e-7, 123456789012].map(formatGoNumber), [
      "1",
      "-0.5",
      "1e+21",
      "1e-05",
      "1.5e-07",
      "123456789012",
    ]);
  });
  it("print values as JSON with sorted keys", () => {
    assert.equal(formatBadValue({ b: [1, "<x>"], a: null }), '{"a":null,"b":[1,"\\u003cx\\u003e"]}');
  });
});
