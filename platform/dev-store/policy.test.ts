import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { capabilitiesOn, DEFAULT_POLICY, parsePolicy } from "./policy.ts";

const on = (policy: string, path: string) => [...capabilitiesOn(parsePolicy(policy), path)].sort();

describe("a policy", () => {
  it("is read as HCL with comments and as JSON", () => {
    const hcl = `
      # one
      name = "x"
      path "a/b" { capabilities = ["read", "list"] } // two
      path "c/*" {
        /* three */
        capabilities = ["deny"]
        allowed_parameters = { "x" = ["y"] }
      }`;
    const json = '{"path":{"a/b":{"capabilities":["read","list"]},"c/*":{"capabilities":["deny"]}}}';
    assert.deepEqual(parsePolicy(hcl), parsePolicy(json));
    assert.equal(parsePolicy(DEFAULT_POLICY).length > 3, true);
    assert.deepEqual(on('path "a" { policy = "read" }', "a"), ["list", "read"]);
  });
  for (const [why, text] of Object.entries({
    "an unknown capability": 'path "a" { capabilities = ["fly"] }',
    "a missing brace": 'path "a" { capabilities = ["read"]',
    "a stray character": "path @",
    "broken JSON": '{"path":',
    "JSON without paths": '{"a":1}',
  })) {
    it(`with ${why} is refused`, () => assert.throws(() => parsePolicy(text), { status: 400 }));
  }
  const both = `
    path "secret/*" { capabilities = ["read"] }
    path "secret/data/app/*" { capabilities = ["list"] }
    path "secret/data/+/db" { capabilities = ["update"] }
    path "secret/data/app/db" { capabilities = ["delete"] }
    path "secret/data/no" { capabilities = ["deny", "read"] }`;
  for (const [path, granted] of Object.entries({
    "secret/x": ["read"],
    "secret/data/app/x": ["list"],
    "secret/data/app/db": ["delete"],
    "secret/data/web/db": ["update"],
    "secret/data/no": ["deny"],
    secret: [],
    other: [],
  })) {
    it(`grants ${granted.join() || "nothing"} on ${path} by its most specific path`, () =>
      assert.deepEqual(on(both, path), granted));
  }
  it("adds up equal paths of several policies", () => {
    const rules = [
      ...parsePolicy('path "a*" { capabilities = ["read"] }'),
      ...parsePolicy('path "a*" { capabilities = ["list"] }'),
    ];
    assert.deepEqual([...capabilitiesOn(rules, "abc")].sort(), ["list", "read"]);
  });
});
