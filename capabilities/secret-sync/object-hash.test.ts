import assert from "node:assert/strict";
import { it } from "node:test";
import { encodeUtf8 } from "@tegata/bytes";
import { dataHash, objectHash, ownerHash, syncedResourceVersion } from "./object-hash.ts";

// Vectors of reference eso.md section 2.3, computed with External Secrets 2.9.
const vectors: [string, string, string][] = [
  [
    "a Secret's data",
    dataHash(
      new Map([
        ["foo", encodeUtf8("value1")],
        ["bar", encodeUtf8("value2")],
      ]),
    ),
    "1bed8bcbcb4547ffe19a19cd47d9078e84aa6598266d86b99f992d64",
  ],
  ["no data", dataHash(new Map()), "74a974446e359fb3e6baff9bd0058950e6edd0f040888d9989b0a11b"],
  [
    "a map of one value",
    objectHash(new Map([["foo", encodeUtf8("bar")]])),
    "f2a604b87eb0cf673761e8cfea850f901fe73a3d1b2f338802107f36",
  ],
  ["an owner", ownerHash("default", "my-es"), "b8464376b5fe3535e690594280bfe59b60be2603cb6cbb6d6c8bcbb4"],
  ["a text", objectHash("hello there"), "f78681ec611ebaeea0689bff6c7812a83ff98a7faba986d9af76c999"],
  ["nil", objectHash(null), "c461202a18e99215f121936fb2452e03843828e448a00a53f285a6fc"],
];
for (const [what, actual, expected] of vectors) {
  it(`hashes ${what} as External Secrets does`, () => assert.equal(actual, expected));
}

// The text is Go's; the hash is OpenSSL's: printf 'map[foo:bar]' | openssl dgst -sha3-224
it("hashes a map of texts as Go prints it", () =>
  assert.equal(objectHash(new Map([["foo", "bar"]])), "e70702daa596a90a0160297b97e4ab95948826dddd8b36677d1213dc"));

it("makes the synced resource version of the generation and the hash of labels and annotations", () => {
  assert.equal(syncedResourceVersion({ generation: 3 }), "3-f47fe3c0b255b6dd8047cdffa772587bb829efe7a1cb70febeda2eb2");
});
