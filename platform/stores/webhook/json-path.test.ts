import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { decodeUtf8, encodeUtf8 } from "@tegata/bytes";
import { TegataError } from "@tegata/errors";
import fc from "fast-check";
import { type JsonNode, parseJson, rawBytes } from "../json/json-node.ts";
import { followJsonPath } from "./json-path.ts";

interface Goldens {
  readonly documents: Readonly<Record<string, unknown>>;
  readonly cases: readonly {
    readonly document: string;
    readonly path: string;
    readonly error?: true;
    readonly value?: unknown;
  }[];
}

// testdata/README.md says how these were made.
const goldens: Goldens = JSON.parse(readFileSync(new URL("testdata/json-path-0.1.1.json", import.meta.url), "utf8"));

function nodeOf(value: unknown): JsonNode {
  const node = parseJson(encodeUtf8(JSON.stringify(value)));
  assert.ok(node !== undefined);
  return node;
}

const valueOf = (node: JsonNode): unknown => JSON.parse(decodeUtf8(rawBytes(node)));

/** The value, or `undefined` for what upstream gives an error for. */
function get(document: unknown, path: string): unknown {
  try {
    const result = followJsonPath(nodeOf(document), path);
    if (result === undefined) return undefined;
    return result.kind === "one" ? valueOf(result.node) : result.nodes.map(valueOf);
  } catch (error) {
    assert.ok(error instanceof TegataError && error.code === "JSON_PATH_INVALID");
    return undefined;
  }
}

/** Upstream visits members of objects in no order at all. */
const unordered = (value: unknown) => (Array.isArray(value) ? value.map((item) => JSON.stringify(item)).sort() : value);

/** Paths that upstream refuses, and what they give here. */
const beyondUpstream: Readonly<Record<string, unknown>> = {
  "$.bicycle['color']": "red",
  "$.book[?(@.price < 10)].author": ["Rees", "Melville"],
  '$.book[?(@.price < 10 && @.isbn == "0-553")].author': ["Melville"],
  '$.book[?(@.price > 20 || @.title == "Sayings")].author': ["Rees", "Tolkien"],
  '$.book[?(@.author =~ "^T")].author': ["Tolkien"],
  "$.book[?(!@.flag)].author": [],
  "$.book[?(@.price < $.limit)].author": ["Rees", "Melville"],
  "$.book[?@.price < 10].author": ["Rees", "Melville"],
  "$..[?(@.price > 20)].author": ["Tolkien"],
  '$.book[?(@.price >= 8.99 && (@.price <= 13 || @.isbn == "x"))].author': ["Waugh", "Melville"],
  "$[?(@.value > 1)].name": ["two"],
};

describe("a JSON path", () => {
  for (const { document, path, error, value } of goldens.cases) {
    if (Object.hasOwn(beyondUpstream, path)) {
      it(`is taken although upstream refuses it: ${path}`, () => {
        assert.equal(error, true);
        assert.deepEqual(get(goldens.documents[document], path), beyondUpstream[path]);
      });
      continue;
    }
    it(`gives what upstream gives for ${document}: ${path}`, () => {
      const actual = get(goldens.documents[document], path);
      const isOrdered = !/\.\.|\.\*/.test(path);
      assert.deepEqual(
        isOrdered ? actual : unordered(actual),
        error === true ? undefined : isOrdered ? value : unordered(value),
      );
    });
  }
  it("that is wrong is refused with the place", () => {
    assert.throws(() => followJsonPath(nodeOf({}), "$.a[?(@.x = 1)]"), {
      code: "JSON_PATH_INVALID",
      message: /wrong at character 11/,
    });
    assert.throws(() => followJsonPath(nodeOf({}), `$${".a".repeat(5000)}`), { code: "JSON_PATH_INVALID" });
    assert.throws(() => followJsonPath(nodeOf({}), `$[?(${"(".repeat(1000)}`), { code: "JSON_PATH_INVALID" });
  });
  it("of any text ends with a value, nothing or a refusal", () => {
    const piece = fc.constantFrom(
      "$",
      ".",
      "..",
      "*",
      "[",
      "]",
      "?",
      "(",
      ")",
      "@",
      "a",
      "'a'",
      "0",
      "-1",
      ":",
      ",",
      "==",
      "&&",
      "!",
      " ",
      "<",
      '"',
      "=~",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        get({ a: [1, { a: "x" }] }, `$${pieces.join("")}`);
      }),
      { numRuns: 3000 },
    );
  });
});
