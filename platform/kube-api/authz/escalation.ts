import type { AdmissionPlugin } from "../admission/admission-chain.ts";
import type { AdmissionAttributes } from "../admission/types.ts";
import { forbidden, notFound } from "../http-errors.ts";
import type { UserInfo } from "../registry/types.ts";
import type { RbacAuthorizer } from "./rbac-authorizer.ts";
import { type PolicyRule, RBAC_GROUP, type Role, type RoleBinding } from "./rbac-objects.ts";
import { compactRules, formatRule, formatStrings, uncoveredRules } from "./rule-coverage.ts";

/** {@link checkEscalation} as a link of the admission chain. */
export function escalationAdmission(authorizer: RbacAuthorizer): AdmissionPlugin {
  return {
    async validate(attributes) {
      checkEscalation(attributes, authorizer);
      return [];
    },
  };
}

/**
 * Keeps users from granting more than they hold. A write of a Role or ClusterRole needs all of its rules, or the verb
 * `escalate` on it; a binding needs all rules of its role, or the verb `bind` on that role.
 * reference: k8s.io/kubernetes `pkg/registry/rbac/rest, the policybased storages`
 *
 * @throws ApiError 403 that lists the missing rules; 404 if the role that is to be bound does not exist.
 */
export function checkEscalation(attributes: AdmissionAttributes, authorizer: RbacAuthorizer): void {
  const { resource, operation, object, oldObject } = attributes;
  if (resource.group !== RBAC_GROUP || object === undefined || operation === "DELETE") return;
  switch (resource.kind) {
    case "Role":
    case "ClusterRole":
      checkRole(attributes, object, oldObject, authorizer);
      return;
    case "RoleBinding":
    case "ClusterRoleBinding":
      checkBinding(attributes, object as RoleBinding, oldObject as RoleBinding | undefined, authorizer);
      return;
    default:
  }
}

function checkRole(
  attributes: AdmissionAttributes,
  role: Role,
  old: Role | undefined,
  authorizer: RbacAuthorizer,
): void {
  if (old !== undefined && same(old.rules, role.rules) && same(old.aggregationRule, role.aggregationRule)) return;
  const { resource, user, namespace, name } = attributes;
  if (mayOnRole(authorizer, { user, verb: "escalate", plural: resource.plural, namespace, name })) return;
  // An aggregation rule may pull in any rule there will ever be, so it needs them all.
  const wanted = role.aggregationRule === undefined ? (role.rules ?? []) : ALL_RULES;
  confirmHeld(attributes, wanted, authorizer);
}

function checkBinding(
  attributes: AdmissionAttributes,
  binding: RoleBinding,
  old: RoleBinding | undefined,
  authorizer: RbacAuthorizer,
): void {
  if (old !== undefined && same(old.subjects, binding.subjects) && same(old.roleRef, binding.roleRef)) return;
  const { user, namespace } = attributes;
  const { kind, name } = binding.roleRef;
  const plural = kind === "ClusterRole" ? "clusterroles" : "roles";
  if (mayOnRole(authorizer, { user, verb: "bind", plural, namespace, name })) return;
  const rules = authorizer.rulesOfRole(binding.roleRef, namespace);
  if (rules === undefined) throw notFound({ group: RBAC_GROUP, plural, kind }, name);
  confirmHeld(attributes, rules, authorizer);
}

const ALL_RULES: readonly PolicyRule[] = [
  { verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
  { verbs: ["*"], nonResourceURLs: ["*"] },
];

function confirmHeld(attributes: AdmissionAttributes, wanted: readonly PolicyRule[], authorizer: RbacAuthorizer): void {
  const { user, namespace, resource, name } = attributes;
  const { rules, errors } = authorizer.rulesFor(user, namespace);
  const missing = uncoveredRules(rules, wanted);
  if (missing.length === 0) return;
  const listed = compactRules(missing).map(formatRule).toSorted().join("\n");
  const who = `user ${JSON.stringify(user.username)} (groups=${formatStrings(user.groups)})`;
  const unresolved = errors.length === 0 ? "" : `; resolution errors: ${formatStrings(errors)}`;
  throw forbidden(
    resource,
    name,
    `${who} is attempting to grant RBAC permissions not currently held:\n${listed}${unresolved}`,
  );
}

function mayOnRole(
  authorizer: RbacAuthorizer,
  {
    user,
    verb,
    plural,
    namespace,
    name,
  }: { user: UserInfo; verb: string; plural: string; namespace: string; name: string },
): boolean {
  const attributes = {
    user,
    verb,
    group: RBAC_GROUP,
    version: "v1",
    resource: plural,
    subresource: "",
    namespace,
    name,
  };
  return authorizer.authorize({ kind: "resource", ...attributes }).allowed;
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}
