import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { encodeUtf8 } from "@tegata/bytes";
import fc from "fast-check";
import { getPath, PATH_MAX_BYTES } from "./index.ts";

interface Goldens {
  readonly documents: Readonly<Record<string, string>>;
  readonly cases: readonly {
    readonly document: string;
    readonly path: string;
    readonly exists: boolean;
    /** Base64. */
    readonly text?: string;
  }[];
}

// testdata/README.md says how these were made.
const goldens = readGoldens("gjson-1.18.0.json");
const random = readGoldens("gjson-1.18.0-random.json");

function readGoldens(name: string): Goldens {
  return JSON.parse(readFileSync(new URL(`testdata/${name}`, import.meta.url), "utf8"));
}

const get = (json: string, path: string) => {
  const result = getPath(encodeUtf8(json), encodeUtf8(path));
  return result === undefined ? undefined : Buffer.from(result.text).toString("utf8");
};

describe("gjson paths", () => {
  for (const { document, path, exists, text } of goldens.cases) {
    it(`gives what gjson gives for ${document}: ${JSON.stringify(path)}`, () => {
      const expected = exists ? Buffer.from(text ?? "", "base64").toString("utf8") : undefined;
      assert.equal(get(goldens.documents[document] ?? "", path), expected);
    });
  }
  it(`gives what gjson gives for ${random.cases.length} random paths`, () => {
    for (const { document, path, exists, text } of random.cases) {
      const expected = exists ? Buffer.from(text ?? "", "base64").toString("utf8") : undefined;
      assert.equal(get(random.documents[document] ?? "", path), expected, `${document}: ${path}`);
    }
  });
  it("leads nowhere below a string, whatever is in it", () => {
    assert.equal(get('{"a":"[1,2]"}', "a.0"), undefined);
    assert.equal(get('{"a":[1,2]}', "a|@tostr|0"), undefined);
  });
  it("leads nowhere in a text that is not JSON", () => {
    for (const text of ["", "hello", '{"a":1', "{a:1}", '{"a":01}']) assert.equal(get(text, "a"), undefined);
  });
  it("passes bytes that are not UTF-8 through", () => {
    const json = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff, 0x00 + 0x41, 0xfe]), Buffer.from('"}')]);
    assert.deepEqual([...(getPath(json, encodeUtf8("a"))?.text ?? [])], [0xff, 0x41, 0xfe]);
  });
  it("refuses a path that builds an ever longer result", () => {
    const path = `a${"|@tostr".repeat(60)}`;
    assert.throws(() => get(JSON.stringify({ a: '"'.repeat(100) }), path), { code: "PROPERTY_TOO_COMPLEX" });
    assert.throws(() => get("{}", "a".repeat(PATH_MAX_BYTES + 1)), { code: "PROPERTY_TOO_COMPLEX" });
  });
  it("refuses a path that reads a deep value again and again", () => {
    const deep = `${'{"a":'.repeat(900)}"${"x".repeat(100_000)}"${"}".repeat(900)}`;
    assert.throws(() => get(deep, "@dig:a.@dig:a"), { code: "PROPERTY_TOO_COMPLEX" });
  });
  it("finds any value of any object by its escaped key", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 2 }), fc.string(), (key, value) => {
        const path = key.replace(/[\\.*?|#@!{}[\]()]/g, "\\$&");
        assert.equal(get(JSON.stringify({ [key]: value }), path), value);
      }),
    );
  });
  it("ends on random paths with a value, nothing or a refusal", () => {
    const piece = fc.constantFrom(
      "a",
      "*",
      "?",
      "#",
      ".",
      "|",
      "(",
      ")",
      "[",
      "]",
      "{",
      "}",
      "@this",
      "@tostr",
      ":",
      '"',
      "\\",
      "=",
      "0",
      "~",
      "!",
      ",",
      "@dig:",
      "..",
    );
    const json = '{"a":[1,{"a":"x"},["a"]],"b":"a"}';
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        get(json, pieces.join(""));
      }),
      { numRuns: 2000 },
    );
  });
});
