import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { PolicyRule } from "./rbac-objects.ts";
import { compactRules, formatRule, uncoveredRules } from "./rule-coverage.ts";
import { ruleAllows } from "./rule-match.ts";
import type { AccessAttributes } from "./types.ts";

const VERBS = ["get", "list", "escalate"];
const GROUPS = ["", "apps"];
const RESOURCES = ["pods", "scales"];
const SUBRESOURCES = ["", "log", "scale"];
const NAMES = ["", "web", "db"];
const PATHS = ["/", "/api", "/api/v1", "/metrics"];
const user = { username: "jane", groups: [] };

/** Every request there is in this small world. */
const REQUESTS: readonly AccessAttributes[] = VERBS.flatMap((verb) => [
  ...PATHS.map((path) => ({ kind: "path", user, verb, path }) as const),
  ...GROUPS.flatMap((group) =>
    RESOURCES.flatMap((resource) =>
      SUBRESOURCES.flatMap((subresource) =>
        NAMES.map((name) => {
          return {
            kind: "resource",
            user,
            verb,
            group,
            version: "v1",
            resource,
            subresource,
            namespace: "",
            name,
          } as const;
        }),
      ),
    ),
  ),
]);

function some(...items: string[]) {
  return fc.uniqueArray(fc.constantFrom(...items), { minLength: 1, maxLength: 3 });
}

const resourceRule: fc.Arbitrary<PolicyRule> = fc.record(
  {
    verbs: some("*", ...VERBS),
    apiGroups: some("*", ...GROUPS),
    resources: some("*", "*/scale", "*/log", ...RESOURCES, "pods/log", "pods/scale"),
    resourceNames: some("web", "db"),
  },
  { requiredKeys: ["verbs", "apiGroups", "resources"] },
);
const pathRule: fc.Arbitrary<PolicyRule> = fc.record({
  verbs: some("*", ...VERBS),
  nonResourceURLs: some("*", "/api*", "/api/*", ...PATHS),
});
const rules = fc.array(fc.oneof(resourceRule, pathRule), { maxLength: 3 });

function allows(held: readonly PolicyRule[], request: AccessAttributes): boolean {
  return held.some((rule) => ruleAllows(rule, request));
}

describe("coverage of rules", () => {
  it("lets nobody grant a request that they may not make themselves", () => {
    fc.assert(
      fc.property(rules, rules, (held, wanted) => {
        if (uncoveredRules(held, wanted).length > 0) return;
        const escaped = REQUESTS.filter((request) => allows(wanted, request) && !allows(held, request));
        assert.deepEqual(escaped, []);
      }),
      { numRuns: 2000 },
    );
  });

  it("lets everybody grant what they hold", () => {
    fc.assert(fc.property(rules, (held) => assert.deepEqual(uncoveredRules(held, held), [])));
  });

  it("names parts that allow nothing beyond what was wanted", () => {
    fc.assert(
      fc.property(rules, rules, (held, wanted) => {
        const missing = uncoveredRules(held, wanted);
        for (const request of REQUESTS) assert.ok(!allows(missing, request) || allows(wanted, request));
      }),
      { numRuns: 300 },
    );
  });

  it("says the same in fewer rules", () => {
    fc.assert(
      fc.property(rules, (wanted) => {
        const compact = compactRules(wanted);
        assert.ok(compact.length <= wanted.length);
        for (const request of REQUESTS) assert.equal(allows(compact, request), allows(wanted, request));
      }),
      { numRuns: 300 },
    );
  });

  it("prints rules as Kubernetes does", () => {
    const rule = { verbs: ["get", "list"], apiGroups: ["", "apps"], resources: ["pods"], resourceNames: ["web"] };
    assert.equal(
      formatRule(rule),
      '{APIGroups:["" "apps"], Resources:["pods"], ResourceNames:["web"], Verbs:["get" "list"]}',
    );
    assert.equal(
      formatRule({ verbs: ["*"], nonResourceURLs: ["/api/*"] }),
      '{NonResourceURLs:["/api/*"], Verbs:["*"]}',
    );
  });
});
