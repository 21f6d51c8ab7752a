import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { escapeFieldName } from "./escape.ts";
import { civilFromInstant, formatTimestamp, parseTimestamp } from "./timestamp.ts";

describe("timestamps", () => {
  it("agree with the platform's calendar on every day", () => {
    const instant = fc.integer({ min: -62_135_596_800, max: 253_402_300_799 });
    fc.assert(
      fc.property(instant, (seconds) => {
        const text = new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
        const nanoseconds = BigInt(seconds) * 1_000_000_000n;
        assert.equal(parseTimestamp(text)?.nanoseconds, nanoseconds);
        assert.equal(formatTimestamp({ nanoseconds, offset: 0 }), text);
        assert.equal(civilFromInstant(nanoseconds).weekday, new Date(seconds * 1000).getUTCDay());
      }),
      { numRuns: 500 },
    );
  });
  it("keep nanoseconds and honour offsets", () => {
    const text = "2026-01-02T03:04:05.000000001+02:00";
    const instant = parseTimestamp(text) ?? { nanoseconds: 0n, offset: 0 };
    assert.equal(formatTimestamp(instant), text);
    assert.equal(formatTimestamp({ ...instant, offset: 0 }), "2026-01-02T01:04:05.000000001Z");
  });
  for (const text of ["2026-02-29T00:00:00Z", "2026-01-02", "2026-01-02T03:04:60Z", "2026-01-02T03:04:05", "x"]) {
    it(`do not parse from ${text}`, () => assert.equal(parseTimestamp(text), undefined));
  }
});

describe("field names", () => {
  // From the page on CRDs of the Kubernetes documentation, "Validation expression".
  const escaped: Record<string, string | undefined> = {
    namespace: "__namespace__",
    "x-prop": "x__dash__prop",
    redact__d: "redact__underscores__d",
    string: "string",
    "a.b/c": "a__dot__b__slash__c",
    "1a": undefined,
    "a b": undefined,
  };
  for (const [name, expected] of Object.entries(escaped)) {
    it(`escape ${name}`, () => assert.equal(escapeFieldName(name), expected));
  }
});
