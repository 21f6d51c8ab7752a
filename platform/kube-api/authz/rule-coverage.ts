import type { PolicyRule } from "./rbac-objects.ts";
import { listed, pathListed, resourceListed } from "./rule-match.ts";

/**
 * Which of the rules wanted are not covered by the rules held: nobody may grant what they do not have.
 * reference: k8s.io/component-helpers `validation.Covers`
 *
 * @returns the uncovered parts, broken down to one verb on one resource or path each.
 */
export function uncoveredRules(held: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] {
  return wanted.flatMap(breakDown).filter((single) => !held.some((rule) => covers(rule, single)));
}

/** Prints a rule as Kubernetes does in messages, e.g. `{APIGroups:[""], Resources:["pods"], Verbs:["get"]}`. */
export function formatRule(rule: PolicyRule): string {
  const parts = [
    ["APIGroups", rule.apiGroups],
    ["Resources", rule.resources],
    ["NonResourceURLs", rule.nonResourceURLs],
    ["ResourceNames", rule.resourceNames],
    ["Verbs", rule.verbs],
  ] as const;
  const printed = parts.flatMap(([name, items]) =>
    items === undefined || items.length === 0 ? [] : [`${name}:${formatStrings(items)}`],
  );
  return `{${printed.join(", ")}}`;
}

/** As Go prints a list of strings with `%q`. */
export function formatStrings(items: readonly string[]): string {
  return `[${items.map((item) => JSON.stringify(item)).join(" ")}]`;
}

/** Joins rules that differ in their verbs only, for a shorter message. */
export function compactRules(rules: readonly PolicyRule[]): PolicyRule[] {
  const byRest = Map.groupBy(rules, (rule) => JSON.stringify({ ...rule, verbs: [] }));
  return [...byRest.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ ...first, verbs: [...new Set([first, ...others].flatMap(({ verbs }) => verbs))] }],
  );
}

function breakDown(rule: PolicyRule): PolicyRule[] {
  const names = (rule.resourceNames ?? []).length === 0 ? [undefined] : (rule.resourceNames ?? []);
  const onResources = (rule.apiGroups ?? []).flatMap((group) =>
    (rule.resources ?? []).flatMap((resource) =>
      rule.verbs.flatMap((verb) =>
        names.map((name) => ({
          verbs: [verb],
          apiGroups: [group],
          resources: [resource],
          ...(name === undefined ? {} : { resourceNames: [name] }),
        })),
      ),
    ),
  );
  const onPaths = (rule.nonResourceURLs ?? []).flatMap((path) =>
    rule.verbs.map((verb) => ({ verbs: [verb], nonResourceURLs: [path] })),
  );
  return [...onResources, ...onPaths];
}

function covers(rule: PolicyRule, single: PolicyRule): boolean {
  if (!single.verbs.every((verb) => listed(rule.verbs, verb))) return false;
  const [path] = single.nonResourceURLs ?? [];
  if (path !== undefined) return pathListed(rule.nonResourceURLs ?? [], path);
  const [resource = "", subresource = ""] = (single.resources?.[0] ?? "").split("/", 2);
  const [name] = single.resourceNames ?? [];
  const heldNames = rule.resourceNames ?? [];
  return (
    (single.apiGroups ?? []).every((group) => listed(rule.apiGroups ?? [], group)) &&
    resourceListed(rule.resources ?? [], resource, subresource) &&
    (heldNames.length === 0 || (name !== undefined && heldNames.includes(name)))
  );
}
