import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isDnsName, matchesHost } from "./dns-name.ts";

describe("host names", () => {
  for (const name of ["a", "example.org", "xn--n3h.com", "1.example.org", "a-b.c", `${"a".repeat(63)}.org`])
    it(`takes "${name}" for one`, () => assert.equal(isDnsName(name), true));

  for (const name of [
    "",
    ".",
    "a.",
    ".a",
    "a..b",
    "-a",
    "a-",
    "a_b",
    "10.0.0.1",
    "*.example.org",
    `${"a".repeat(64)}.org`,
    `${"a.".repeat(127)}a`,
  ])
    it(`does not take "${name}" for one`, () => assert.equal(isDnsName(name), false));

  const matching: Record<string, readonly [presented: string, host: string, matches: boolean]> = {
    "the same name": ["example.org", "example.org", true],
    "another case": ["Example.org", "eXample.ORG", true],
    "another name": ["example.org", "example.com", false],
    "a name below": ["example.org", "a.example.org", false],
    "one label for the wildcard": ["*.example.org", "a.example.org", true],
    "no label for the wildcard": ["*.example.org", "example.org", false],
    "two labels for the wildcard": ["*.example.org", "a.b.example.org", false],
    "part of a label for the wildcard": ["a*.example.org", "ab.example.org", false],
    "a wildcard elsewhere": ["a.*.org", "a.b.org", false],
    "a lone wildcard": ["*", "org", false],
    "an address": ["10.0.0.1", "10.0.0.1", false],
  };
  for (const [what, [presented, host, matches]] of Object.entries(matching))
    it(`${matches ? "matches" : "does not match"} ${what}`, () => assert.equal(matchesHost(presented, host), matches));
});
