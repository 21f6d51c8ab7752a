import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { decodeContinue, encodeContinue } from "./continue-token.ts";
import { ApiError } from "../http-errors.ts";

it("is the token of k8s.io/apiserver", () => {
  const text = encodeContinue({ version: 7, lastKey: "shop/a" });
  assert.equal(Buffer.from(text, "base64url").toString(), '{"v":"meta.k8s.io/v1","rv":7,"start":"shop/a\\u0000"}');
});

it("decodes to what was encoded", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1 }),
      fc.string({ minLength: 1 }).filter((key) => !key.endsWith("\0")),
      (version, lastKey) => {
        assert.deepEqual(decodeContinue(encodeContinue({ version, lastKey })), { version, lastKey });
      },
    ),
  );
});

it("refuses anything else with 400", () => {
  const tokens = [
    "",
    "x",
    "e30",
    "W10",
    "bnVsbA",
    Buffer.from('{"v":"meta.k8s.io/v1","rv":-1,"start":"a"}').toString("base64url"),
  ];
  for (const token of tokens) assert.throws(() => decodeContinue(token), { code: 400 });
  fc.assert(
    fc.property(fc.string(), (token) => {
      try {
        decodeContinue(token);
      } catch (error) {
        assert.ok(error instanceof ApiError);
      }
    }),
  );
});
