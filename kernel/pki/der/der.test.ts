import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeHex, encodeHex } from "@tegata/bytes";
import { TegataError } from "@tegata/errors";
import fc from "fast-check";
import { type DerReader, decodeDer } from "./reader.ts";
import {
  compareBytes,
  derBitString,
  derInteger,
  derNamedBits,
  derOctetString,
  derOid,
  derSequence,
  derSetOf,
  derTime,
  derUtf8String,
} from "./writer.ts";

function bytes(hex: string): Uint8Array {
  const decoded = decodeHex(hex.replaceAll(" ", ""));
  assert.ok(decoded);
  return decoded;
}

const integer = (reader: DerReader) => reader.integer();
const oid = (reader: DerReader) => reader.oid();
const time = (reader: DerReader) => reader.time().toISOString();

describe("DER reading", () => {
  const read: Record<string, [string, (reader: DerReader) => unknown, unknown]> = {
    zero: ["02 01 00", integer, 0n],
    "a negative integer": ["02 01 80", integer, -128n],
    "an integer with its sign octet": ["02 02 00 80", integer, 128n],
    "a long length": [`04 81 80 ${"00".repeat(128)}`, (reader) => reader.octetString().length, 128],
    "the largest integer that a small one may be": [
      "02 04 7f ff ff ff",
      (reader) => reader.smallInteger(),
      2 ** 31 - 1,
    ],
    "an empty BIT STRING": ["03 01 00", (reader) => reader.bitString().bytes.length, 0],
    "a BIT STRING with seven unused bits": ["03 02 07 80", (reader) => reader.bitString().unusedBits, 7],
    NULL: ["05 00", (reader) => reader.null(), undefined],
    "a length of two octets": [`04 82 01 00 ${"00".repeat(256)}`, (reader) => reader.octetString().length, 256],
    "a list": ["30 06 02 01 01 02 01 02", (reader) => reader.list(integer), [1n, 2n]],
    "an OID": ["06 06 2a 86 48 86 f7 0d", oid, "1.2.840.113549"],
    "an OID with a large second arc": ["06 03 88 37 03", oid, "2.999.3"],
    true: ["01 01 ff", (reader) => reader.boolean(), true],
    "UTCTime of this century": ["17 0d 343931323331323335393539 5a", time, "2049-12-31T23:59:59.000Z"],
    "UTCTime of the last century": ["17 0d 353030313031303030303030 5a", time, "1950-01-01T00:00:00.000Z"],
    GeneralizedTime: ["18 0f 3939393931323331323335393539 5a", time, "9999-12-31T23:59:59.000Z"],
  };
  for (const [what, [hex, reading, value]] of Object.entries(read))
    it(`reads ${what}`, () => assert.deepEqual(decodeDer(bytes(hex), reading), value));

  const refused: Record<string, [string, (reader: DerReader) => unknown]> = {
    nothing: ["", integer],
    "another type": ["04 01 00", integer],
    "a value that is cut short": ["02 02 00", integer],
    "trailing data": ["02 01 00 00", integer],
    "an indefinite length": ["30 80 00 00", (reader) => reader.nested()],
    "a length that is not minimal": ["02 81 01 00", integer],
    "a length with a leading zero": [`04 82 00 80 ${"00".repeat(128)}`, (reader) => reader.octetString()],
    "a length of five octets": ["04 85 01 00 00 00 00", (reader) => reader.octetString()],
    "a tag of several octets": ["1f 81 00 00", (reader) => reader.any()],
    "an empty integer": ["02 00", integer],
    "an integer that is not minimal": ["02 02 00 7f", integer],
    "a negative integer that is not minimal": ["02 02 ff 80", integer],
    "a BER boolean": ["01 01 01", (reader) => reader.boolean()],
    "an empty OID": ["06 00", oid],
    "an OID that ends inside an arc": ["06 02 2a 86", oid],
    "an OID whose arc is padded": ["06 03 2a 80 01", oid],
    "an OID whose arc is beyond 2^53": ["06 0a 2a ff ff ff ff ff ff ff ff 7f", oid],
    "a BIT STRING without content": ["03 00", (reader) => reader.bitString()],
    "a BIT STRING with eight unused bits": ["03 02 08 00", (reader) => reader.bitString()],
    "a BIT STRING with unused bits set": ["03 02 01 01", (reader) => reader.bitString()],
    "a time without seconds": ["17 0b 3439313233313233 3539 5a", time],
    "a time with a zone": ["17 11 343931323331323335393539 2b30303030", time],
    "a time with a fraction": ["18 11 3230323431323331323335393539 2e31 5a", time],
    "the 30th of February": ["17 0d 323430323330303030303030 5a", time],
    "a leap second": ["17 0d 323431323331323335393630 5a", time],
    "a small integer that is negative": ["02 01 ff", (reader) => reader.smallInteger()],
    "a small integer beyond 31 bits": ["02 05 00 80 00 00 00", (reader) => reader.smallInteger()],
    "a NULL with content": ["05 01 00", (reader) => reader.null()],
    "unused bits where whole octets must be": ["03 02 01 80", (reader) => reader.wholeBitString()],
    "unused bits of no octets": ["03 01 01", (reader) => reader.bitString()],
    "text that is not UTF-8": ["0c 01 ff", (reader) => reader.utf8String()],
  };
  for (const [what, [hex, reading]] of Object.entries(refused))
    it(`refuses ${what}`, () => assert.throws(() => decodeDer(bytes(hex), reading), { code: "DER_INVALID" }));

  it("refuses to go deeper than 32 levels", () => {
    let nested: Uint8Array = new Uint8Array();
    for (let i = 0; i < 40; i++) nested = derSequence(nested);
    const descend = (reader: DerReader): void => {
      if (!reader.atEnd) descend(reader.nested());
    };
    assert.throws(() => decodeDer(nested, descend), { code: "DER_INVALID" });
  });

  it("reads random bytes or throws a TegataError", () => {
    const walk = (reader: DerReader): void => {
      while (!reader.atEnd) {
        const element = reader.any();
        if ((element.tag & 0x20) !== 0) walk(reader.into(element));
      }
    };
    const readings = [
      walk,
      integer,
      oid,
      time,
      (reader: DerReader) => reader.bitString(),
      (reader: DerReader) => reader.utf8String(),
    ];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.constantFrom(...readings), (input, reading) => {
        try {
          decodeDer(input, reading);
        } catch (error) {
          assert.ok(error instanceof TegataError);
        }
      }),
      { numRuns: 5000 },
    );
  });
});

describe("DER writing", () => {
  it("writes integers that read back", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 1n << 300n }), (value) => decodeDer(derInteger(value), integer) === value),
    );
  });

  it("writes OIDs that read back", () => {
    const arcs = fc.array(fc.nat(), { minLength: 0, maxLength: 4 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 39 }), arcs, (top, second, rest) => {
        const dotted = [top, second, ...rest].join(".");
        return decodeDer(derOid(dotted), oid) === dotted;
      }),
    );
  });

  it("writes instants that read back, cut to seconds", () => {
    const instants = fc.date({
      min: new Date("0000-01-01T00:00:00Z"),
      max: new Date("9999-12-31T23:59:59Z"),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, (instant) => {
        const seconds = Math.floor(instant.getTime() / 1000) * 1000;
        return decodeDer(derTime(instant), (reader) => reader.time()).getTime() === seconds;
      }),
    );
  });

  it("writes texts and octets that read back", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        (text) => decodeDer(derUtf8String(text), (reader) => reader.utf8String()) === text,
      ),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70_000 }), (octets) => {
        const read = decodeDer(derOctetString(octets), (reader) => reader.octetString());
        return compareBytes(read, octets) === 0;
      }),
      { numRuns: 50 },
    );
  });

  it("changes from UTCTime to GeneralizedTime in 2050", () => {
    assert.equal(encodeHex(derTime(new Date("2049-12-31T23:59:59Z")).subarray(0, 2)), "170d");
    assert.equal(encodeHex(derTime(new Date("2050-01-01T00:00:00Z")).subarray(0, 2)), "180f");
    assert.equal(encodeHex(derTime(new Date("1949-12-31T23:59:59Z")).subarray(0, 2)), "180f");
  });

  it("orders the elements of a SET OF by their encodings", () => {
    const set = derSetOf([derInteger(300), derInteger(2), derOctetString(Uint8Array.of(1))]);
    assert.equal(encodeHex(set), "310a02010202020 12c040101".replaceAll(" ", ""));
  });

  it("drops trailing zero bits of named bits", () => {
    assert.equal(encodeHex(derNamedBits([5, 6])), "03020106");
    assert.equal(encodeHex(derNamedBits([0, 8])), "0303078080");
    assert.equal(encodeHex(derNamedBits([])), "030100");
  });

  it("counts no unused bits in whole octets", () => {
    assert.equal(encodeHex(derBitString(Uint8Array.of(0xff))), "030200ff");
  });

  for (const dotted of ["", "1", "3.1", "1.40", "1.2.", "1.02", "1.x", "1.-1"])
    it(`refuses "${dotted}" as an OID`, () => assert.throws(() => derOid(dotted), { code: "DER_INVALID" }));

  it("refuses negative integers and years that no encoding has", () => {
    assert.throws(() => derInteger(-1), { code: "DER_INVALID" });
    assert.throws(() => derTime(new Date("+010000-01-01T00:00:00Z")), { code: "DER_INVALID" });
    assert.throws(() => derTime(new Date(Number.NaN)), { code: "DER_INVALID" });
  });
});
