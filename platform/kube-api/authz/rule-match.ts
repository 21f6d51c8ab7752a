import type { PolicyRule } from "./rbac-objects.ts";
import type { AccessAttributes } from "./types.ts";

/** Whether a rule allows a request. reference: k8s.io/kubernetes `rbac.RuleAllows` */
export function ruleAllows(rule: PolicyRule, attributes: AccessAttributes): boolean {
  if (!listed(rule.verbs, attributes.verb)) return false;
  if (attributes.kind === "path") return pathListed(rule.nonResourceURLs ?? [], attributes.path);
  return (
    listed(rule.apiGroups ?? [], attributes.group) &&
    resourceListed(rule.resources ?? [], attributes.resource, attributes.subresource) &&
    nameListed(rule.resourceNames ?? [], attributes.name)
  );
}

/** Whether the list holds the item or `*`. */
export function listed(items: readonly string[], item: string): boolean {
  return items.includes("*") || items.includes(item);
}

/** Whether the list holds `resource/subresource`, the subresource of everything, or everything. */
export function resourceListed(items: readonly string[], resource: string, subresource: string): boolean {
  if (subresource === "") return listed(items, resource);
  return listed(items, `${resource}/${subresource}`) || items.includes(`*/${subresource}`);
}

/** Whether one of the patterns is the path, or a prefix of it followed by `*`. */
export function pathListed(patterns: readonly string[], path: string): boolean {
  return patterns.some((pattern) => (pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : pattern === path));
}

function nameListed(names: readonly string[], name: string): boolean {
  return names.length === 0 || names.includes(name);
}
