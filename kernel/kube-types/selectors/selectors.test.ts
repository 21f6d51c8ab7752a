import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TegataError } from "@tegata/errors";
import fc from "fast-check";
import {
  checkLabelKey,
  checkLabelValue,
  formatFieldSelector,
  formatLabelSelector,
  type LabelOperator,
  labelRequirements,
  matchesFields,
  matchesLabels,
  parseFieldSelector,
  parseLabelSelector,
  requiredValue,
} from "./index.ts";

describe("a label selector", () => {
  const matches: [selector: string, labels: Record<string, string>, expected: boolean][] = [
    ["", {}, true],
    ["a=b", { a: "b" }, true],
    ["a==b", { a: "c" }, false],
    ["a=", { a: "" }, true],
    ["a=", {}, false],
    ["a!=b", {}, true],
    ["a!=b", { a: "b" }, false],
    ["a", { a: "" }, true],
    ["a", {}, false],
    ["!a", {}, true],
    ["!a", { a: "x" }, false],
    ["a in (x,y)", { a: "y" }, true],
    ["a in (x,y)", {}, false],
    ["a notin (x,y)", {}, true],
    ["a notin (x,y)", { a: "x" }, false],
    ["a in (,x)", { a: "" }, true],
    ["a>3", { a: "4" }, true],
    ["a > 3", { a: "3" }, false],
    ["a<3", { a: "-1" }, true],
    ["a>3", { a: "four" }, false],
    ["a>9007199254740993", { a: "9007199254740994" }, true],
    ["example.org/a=b , c", { "example.org/a": "b", c: "" }, true],
    ["a=b,c!=d", { a: "b", c: "d" }, false],
    ["constructor", {}, false],
    ["!toString", {}, true],
  ];
  for (const [selector, labels, expected] of matches) {
    it(`${JSON.stringify(selector)} ${expected ? "selects" : "passes over"} ${JSON.stringify(labels)}`, () => {
      assert.equal(matchesLabels(parseLabelSelector(selector), labels), expected);
    });
  }

  const refused: [selector: string, message: string | RegExp][] = [
    ["a=b=c", "unable to parse requirement: found '=', expected: ',' or 'end of string'"],
    ["a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ["a,", "unable to parse requirement: found '', expected: identifier after ','"],
    [",a", "unable to parse requirement: found ',', expected: !, identifier, or 'end of string'"],
    ["a in x", "unable to parse requirement: found 'x' expected: '('"],
    ["a in (x", "unable to parse requirement: found '', expected: ',' or ')'"],
    ["a in (x y)", "unable to parse requirement: found 'y', expected: ',' or ')'"],
    ["=b", "unable to parse requirement: found '=', expected: !, identifier, or 'end of string'"],
    ["a===b", /^unable to parse requirement: found '===', expected/],
    ["a>x", /the value must be an integer$/],
    ["a=b c", /^unable to parse requirement/],
    ["-a=b", /^unable to parse requirement: <nil>: Invalid value: "-a": name part must consist of/],
    ["a=-b", /^unable to parse requirement: values\[0\]\[a\]: Invalid value: "-b": a valid label must be/],
    ["x".repeat(70_000), /too long$/],
  ];
  for (const [selector, message] of refused) {
    it(`refuses ${JSON.stringify(selector.slice(0, 20))}`, () => {
      assert.throws(
        () => parseLabelSelector(selector),
        (error) => {
          assert.ok(error instanceof TegataError);
          assert.equal(error.code, "KUBE_SELECTOR_INVALID");
          if (typeof message === "string") assert.equal(error.message, message);
          else assert.match(error.message, message);
          return true;
        },
      );
    });
  }

  it("is what matchLabels and matchExpressions say", () => {
    const requirements = labelRequirements({
      matchLabels: { app: "web" },
      matchExpressions: [
        { key: "tier", operator: "In", values: ["a", "b"] },
        { key: "old", operator: "DoesNotExist" },
        { key: "x", operator: "NotIn", values: ["y"] },
        { key: "z", operator: "Exists" },
      ],
    });
    assert.equal(formatLabelSelector(requirements), "app=web,tier in (a,b),!old,x notin (y),z");
    assert.equal(matchesLabels(requirements, { app: "web", tier: "b", z: "" }), true);
    assert.throws(() => labelRequirements({ matchExpressions: [{ key: "a", operator: "Near" as never }] }), {
      code: "KUBE_SELECTOR_INVALID",
    });
  });

  it("parses to the same after it was formatted", () => {
    const word = fc
      .stringMatching(/^[a-z]([a-z0-9]{0,8}[a-z0-9])?$/)
      .filter((text) => text !== "in" && text !== "notin");
    const requirement = fc.oneof(
      fc.record({ key: word, operator: fc.constantFrom<LabelOperator>("=", "==", "!="), values: fc.tuple(word) }),
      fc.record({
        key: word,
        operator: fc.constantFrom<LabelOperator>("in", "notin"),
        values: fc.uniqueArray(word, { minLength: 1 }),
      }),
      fc.record({
        key: word,
        operator: fc.constantFrom<LabelOperator>("exists", "!"),
        values: fc.constant<string[]>([]),
      }),
    );
    fc.assert(
      fc.property(fc.array(requirement), (requirements) => {
        const text = formatLabelSelector(requirements);
        assert.equal(formatLabelSelector(parseLabelSelector(text)), formatLabelSelector(sortedByKey(requirements)));
      }),
    );
  });

  it("either parses or is refused with a TegataError, whatever the text", () => {
    const text = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[a-c =!<>(),]*$/),
      fc.stringMatching(/^(a|in|notin|[=!<>(), ])*$/),
    );
    fc.assert(
      fc.property(text, (selector) => {
        try {
          parseLabelSelector(selector);
        } catch (error) {
          assert.ok(error instanceof TegataError);
        }
      }),
    );
  });
});

function sortedByKey<T extends { readonly key: string }>(requirements: readonly T[]): T[] {
  return requirements.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

describe("a field selector", () => {
  const matches: [selector: string, expected: boolean][] = [
    ["", true],
    ["metadata.name=web", true],
    ["metadata.name==web", true],
    ["metadata.name!=web", false],
    ["metadata.name=web,status.phase!=Running", true],
    ["metadata.name=web,status.phase=Running", false],
    ["status.phase=", true],
    ["note=a\\,b\\=c\\\\", true],
  ];
  const fields: Record<string, string> = { "metadata.name": "web", note: "a,b=c\\" };
  for (const [selector, expected] of matches) {
    it(`${JSON.stringify(selector)} ${expected ? "selects" : "passes over"} the object`, () => {
      assert.equal(
        matchesFields(parseFieldSelector(selector), (field) => fields[field] ?? ""),
        expected,
      );
    });
  }

  for (const selector of ["metadata.name", "a=b=c", "a=b\\c", "a=\\"]) {
    it(`refuses ${JSON.stringify(selector)}`, () => {
      assert.throws(() => parseFieldSelector(selector), { code: "KUBE_SELECTOR_INVALID" });
    });
  }

  it("tells which value a field must have", () => {
    const requirements = parseFieldSelector("a!=x,a=y,b!=z");
    assert.equal(requiredValue(requirements, "a"), "y");
    assert.equal(requiredValue(requirements, "b"), undefined);
  });

  it("keeps any value when it is formatted and parsed", () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom("=" as const, "!=" as const), (value, operator) => {
        const requirements = [{ field: "spec.x", operator, value }];
        assert.deepEqual(parseFieldSelector(formatFieldSelector(requirements)), requirements);
      }),
    );
  });
});

describe("a label's syntax", () => {
  for (const key of ["a", "A-1_b.c", "example.org/a", `${"p".repeat(60)}.org/${"n".repeat(63)}`]) {
    it(`allows the key ${key.slice(0, 20)}`, () => assert.equal(checkLabelKey(key), undefined));
  }
  for (const key of ["", "/", "a/", "/a", "a/b/c", "Upper/a", "a b", ".a", "a".repeat(64), `${"a".repeat(254)}/a`]) {
    it(`refuses the key ${JSON.stringify(key.slice(0, 20))}`, () => assert.notEqual(checkLabelKey(key), undefined));
  }
  for (const value of ["", "a", "A_b.C-1"])
    it(`allows the value ${JSON.stringify(value)}`, () => assert.equal(checkLabelValue(value), undefined));
  for (const value of ["-a", "a b", "a".repeat(64)])
    it(`refuses the value ${JSON.stringify(value.slice(0, 20))}`, () =>
      assert.notEqual(checkLabelValue(value), undefined));
});
