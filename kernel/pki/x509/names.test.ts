import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { decodeDer } from "../der/reader.ts";
import {
  attributeValues,
  commonName,
  distinguishedName,
  formatDistinguishedName,
  kubernetesSubject,
  readDistinguishedName,
  sameName,
} from "./distinguished-name.ts";
import { encodeGeneralName, type GeneralName, readGeneralName } from "./general-name.ts";
import { encodeIp, formatIp } from "./ip-address.ts";

describe("distinguished names", () => {
  it("are read back as they were written", () => {
    const texts = fc.string({ unit: "grapheme" });
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 5 }), texts, (groups, username) => {
        const name = kubernetesSubject(username, groups);
        const read = decodeDer(name.encoded, readDistinguishedName);
        assert.ok(sameName(read, name));
        assert.deepEqual(attributeValues(read, "organizationName"), groups);
        assert.equal(commonName(read), username);
      }),
    );
  });

  it("are written in the string types that RFC 5280 wants", () => {
    const name = distinguishedName([
      ["countryName", "US"],
      ["domainComponent", "org"],
      ["commonName", "é"],
    ]);
    assert.deepEqual(
      name.relativeNames.flat().map(({ tag }) => tag),
      [0x13, 0x16, 0x0c],
    );
  });

  it("refuse what their string type cannot hold", () => {
    assert.throws(() => distinguishedName([["countryName", "Ü"]]), { code: "DER_INVALID" });
    assert.throws(() => distinguishedName([["emailAddress", "ü@example.org"]]), { code: "DER_INVALID" });
  });

  it("are printed innermost first, with special characters escaped", () => {
    const name = distinguishedName([
      ["organizationName", "a, b+c"],
      ["commonName", " #x "],
    ]);
    assert.equal(formatDistinguishedName(name), String.raw`CN=\ #x\ ,O=a\, b\+c`);
  });
});

describe("IP addresses", () => {
  const texts: Record<string, string | undefined> = {
    "10.0.0.1": "10.0.0.1",
    "255.255.255.255": "255.255.255.255",
    "256.0.0.1": undefined,
    "01.2.3.4": undefined,
    "1.2.3": undefined,
    "1.2.3.4.5": undefined,
    "": undefined,
    "::": "::",
    "::1": "::1",
    "1::": "1::",
    "2001:DB8:0:0:1:0:0:1": "2001:db8::1:0:0:1",
    "2001:db8:0:1:1:1:1:1": "2001:db8:0:1:1:1:1:1",
    "0:0:0:0:0:ffff:1.2.3.4": "::ffff:102:304",
    "::ffff:1.2.3.4": "::ffff:102:304",
    "1:2:3:4:5:6:7::": "1:2:3:4:5:6:7:0",
    "1:2:3:4:5:6:7:8:9": undefined,
    "1:2:3:4:5:6:7": undefined,
    "1::2::3": undefined,
    "12345::": undefined,
    "fe80::1%eth0": undefined,
    ":1": undefined,
    "1:": undefined,
  };
  for (const [text, canonical] of Object.entries(texts))
    it(`${canonical === undefined ? "refuses" : `reads "${canonical}" from`} "${text}"`, () => {
      const octets = encodeIp(text);
      assert.equal(octets && formatIp(octets), canonical);
    });

  it("are read back as they were printed", () => {
    const octets = fc.oneof(
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
    );
    fc.assert(fc.property(octets, (bytes) => assert.deepEqual(encodeIp(formatIp(bytes) ?? ""), bytes)));
  });
});

describe("general names", () => {
  const names: GeneralName[] = [
    { type: "dns", value: "example.org" },
    { type: "uri", value: "spiffe://example.org/web" },
    { type: "email", value: "a@example.org" },
    { type: "ip", value: "2001:db8::1" },
    { type: "directory", value: distinguishedName([["commonName", "x"]]) },
  ];
  for (const name of names)
    it(`reads back ${name.type}`, () => assert.deepEqual(decodeDer(encodeGeneralName(name), readGeneralName), name));

  it("refuses text beyond ASCII, and addresses that are none", () => {
    assert.throws(() => encodeGeneralName({ type: "dns", value: "exämple.org" }), { code: "DER_INVALID" });
    assert.throws(() => encodeGeneralName({ type: "ip", value: "example.org" }), { code: "DER_INVALID" });
  });
});
