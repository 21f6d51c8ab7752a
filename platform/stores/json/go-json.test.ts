import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decodeUtf8, encodeUtf8 } from "@tegata/bytes";
import fc from "fast-check";
import { encodeGoJson, encodeGoJsonString, encodeGoObject } from "./go-json.ts";
import { findMember, JSON_MAX_DEPTH, parseJson, rawBytes, stringBytes } from "./json-node.ts";
import { formatPlainFloat, plainNumberBytes, valueBytes } from "./value-bytes.ts";

function parse(text: string) {
  const node = parseJson(encodeUtf8(text));
  assert.ok(node !== undefined, text);
  return node;
}

// What `json.Marshal` of Go 1.26 gives for the decoded value (numbers as json.Number).
const marshalled: Record<string, string> = {
  '{"b":1,"a":2}': '{"a":2,"b":1}',
  '{ "a" : [ 1 , true , null , "x" ] }': '{"a":[1,true,null,"x"]}',
  '{"a":1,"a":2}': '{"a":2}',
  '{"B":1,"a":2,"A":3,"é":4,"z":5}': '{"A":3,"B":1,"a":2,"z":5,"é":4}',
  '"<a href=\\"x\\">&amp;"': '"\\u003ca href=\\"x\\"\\u003e\\u0026amp;"',
  '"\\u2028\\u2029\\/"': '"\\u2028\\u2029/"',
  '"\\b\\f\\n\\r\\t\\u0000\\u001f\\u007f"': '"\\b\\f\\n\\r\\t\\u0000\\u001f\u007f"',
  '"\\ud83d\\ude00 \\ud800"': '"😀 \ufffd"',
  "[1.50,1e3,-0,12345678901234567890]": "[1.50,1e3,-0,12345678901234567890]",
  "{}": "{}",
  "[]": "[]",
};

describe("Go's JSON", () => {
  for (const [text, expected] of Object.entries(marshalled)) {
    it(`of ${text} is ${expected}`, () => assert.equal(decodeUtf8(encodeGoJson(parse(text))), expected));
  }
  it("leaves HTML alone when it is told to", () => {
    assert.equal(decodeUtf8(encodeGoJson(parse('"<&>"'), "plain")), '"<&>"');
  });
  it("has one replacement for each byte that is not UTF-8", () => {
    const bytes = Uint8Array.of(0x61, 0xff, 0xe2, 0x82, 0xc3, 0xa9, 0xed, 0xa0, 0x80);
    assert.equal(decodeUtf8(encodeGoJsonString(bytes)), `"a${"\\ufffd".repeat(3)}é${"\\ufffd".repeat(3)}"`);
  });
  it("of any JSON value parses to the same value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = decodeUtf8(encodeGoJson(parse(JSON.stringify(value))));
        assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
      }),
    );
  });
  it("of a map has its keys sorted", () => {
    const members = new Map([
      ["b", encodeUtf8("1")],
      ["a", encodeUtf8('"x"')],
    ]);
    assert.equal(decodeUtf8(encodeGoObject(members)), '{"a":"x","b":1}');
  });
});

describe("a JSON text", () => {
  for (const text of [
    "",
    " ",
    "{",
    "[1,]",
    "{,}",
    '{"a"}',
    '{"a":1,}',
    "01",
    "1.",
    ".5",
    "+1",
    "1e",
    "nul",
    "truex",
    '"\u0001"',
    '"\\x"',
    '"\\u12g4"',
    '"',
    "[1] 2",
    "\ufeff{}",
  ]) {
    it(`that is ${JSON.stringify(text)} is refused`, () => assert.equal(parseJson(encodeUtf8(text)), undefined));
  }
  it("is read to its depth and no further", () => {
    assert.ok(parseJson(encodeUtf8("[".repeat(JSON_MAX_DEPTH) + "]".repeat(JSON_MAX_DEPTH))) !== undefined);
    assert.equal(parseJson(encodeUtf8("[".repeat(100_000))), undefined);
  });
  it("is refused or accepted as JSON.parse does", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from('{}[]:,"\\0123.eE+- tfnu\n')) }), (text) => {
        let accepted = true;
        try {
          JSON.parse(text);
        } catch {
          accepted = false;
        }
        assert.equal(parseJson(encodeUtf8(text)) !== undefined, accepted, text);
      }),
      { numRuns: 3000 },
    );
  });
  it("gives strings with their escapes resolved, and members by key", () => {
    const node = parse('{"k\\u00e9y":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u20ac\\ud83d\\ude00"}');
    const value = findMember(node, encodeUtf8("kéy"));
    assert.equal(value === undefined ? "" : decodeUtf8(stringBytes(value)), '"\\/\b\f\n\r\t€😀');
  });
});

describe("a value in a Secret", () => {
  const values: Record<string, string> = {
    '"x\\n"': "x\n",
    "1.50": "1.50",
    true: "true",
    null: "",
    '{"b":[1],"a":"<"}': '{"a":"\\u003c","b":[1]}',
  };
  for (const [text, expected] of Object.entries(values)) {
    it(`is ${JSON.stringify(expected)} for ${text}`, () => assert.equal(decodeUtf8(valueBytes(parse(text))), expected));
  }
  const numbers: Record<string, string> = {
    "1.50": "1.5",
    "1e3": "1000",
    "2.5E-7": "0.00000025",
    "12345678901234567890": "12345678901234567890",
    "-7": "-7",
    "1.5e300": `15${"0".repeat(299)}`,
    "-0.0": "-0",
  };
  for (const [text, expected] of Object.entries(numbers)) {
    it(`that upstream reads as a float is ${expected.slice(0, 30)} for ${text}`, () => {
      assert.equal(decodeUtf8(plainNumberBytes(parse(text))), expected);
    });
  }
  it("never has an exponent, and keeps every bit", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = formatPlainFloat(value);
        assert.match(text, /^-?\d+(\.\d+)?$/);
        assert.equal(Number(text), value);
      }),
    );
  });
  it("keeps the bytes of its source", () => {
    assert.equal(decodeUtf8(rawBytes(parse(" [1, 2] "))), "[1, 2]");
  });
});
