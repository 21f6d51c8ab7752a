import type { FieldError, KubeObject } from "@tegata/kube-types";
import { invalidError, notSupportedError, requiredError } from "@tegata/kube-types/schema";
import { RBAC_GROUP, type PolicyRule, type Role, type RoleBinding, type Subject } from "./rbac-objects.ts";

/** What is wrong with a Role or ClusterRole. reference: k8s.io/kubernetes `pkg/apis/rbac/validation` */
export function validateRole(object: KubeObject): FieldError[] {
  const isNamespaced = object.kind === "Role";
  return ((object as Role).rules ?? []).flatMap((rule, i) => validateRule(rule, isNamespaced, `rules[${i}]`));
}

/** What is wrong with a RoleBinding or ClusterRoleBinding. */
export function validateRoleBinding(object: KubeObject): FieldError[] {
  const { roleRef, subjects, kind } = object as RoleBinding;
  const errors: FieldError[] = [];
  const kinds = kind === "RoleBinding" ? ["ClusterRole", "Role"] : ["ClusterRole"];
  if (roleRef?.apiGroup !== RBAC_GROUP)
    errors.push(notSupportedError("roleRef.apiGroup", roleRef?.apiGroup ?? "", [RBAC_GROUP]));
  if (!kinds.includes(roleRef?.kind ?? "")) errors.push(notSupportedError("roleRef.kind", roleRef?.kind ?? "", kinds));
  if ((roleRef?.name ?? "") === "") errors.push(requiredError("roleRef.name"));
  return [...errors, ...(subjects ?? []).flatMap((subject, i) => validateSubject(subject, `subjects[${i}]`))];
}

/** The role of a binding is for ever: who may edit its subjects must not gain another role by it. */
export function validateRoleBindingUpdate(object: KubeObject, old: KubeObject): FieldError[] {
  const { roleRef } = object as RoleBinding;
  const { roleRef: before } = old as RoleBinding;
  const isSame = roleRef.apiGroup === before.apiGroup && roleRef.kind === before.kind && roleRef.name === before.name;
  if (isSame) return [];
  const { apiGroup, kind, name } = roleRef;
  return [invalidError("roleRef", { apiGroup, kind, name }, "cannot change roleRef")];
}

/** The API group of a role reference and of its subjects may be left out. Changes the object in place. */
export function defaultRoleBinding(object: KubeObject): void {
  const { roleRef, subjects } = object as RoleBinding;
  if (roleRef !== undefined && (roleRef.apiGroup ?? "") === "") roleRef.apiGroup = RBAC_GROUP;
  for (const subject of subjects ?? [])
    if (subject.kind !== "ServiceAccount" && (subject.apiGroup ?? "") === "") subject.apiGroup = RBAC_GROUP;
}

function validateRule(rule: PolicyRule, isNamespaced: boolean, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if ((rule.verbs ?? []).length === 0)
    errors.push(requiredError(`${path}.verbs`, "verbs must contain at least one value"));
  if ((rule.nonResourceURLs ?? []).length > 0) {
    if (isNamespaced)
      errors.push(
        invalidError(
          `${path}.nonResourceURLs`,
          rule.nonResourceURLs ?? [],
          "namespaced rules cannot apply to non-resource URLs",
        ),
      );
    const others = [rule.apiGroups, rule.resources, rule.resourceNames];
    if (others.some((items) => (items ?? []).length > 0))
      errors.push(
        invalidError(
          `${path}.nonResourceURLs`,
          rule.nonResourceURLs ?? [],
          "rules cannot apply to both regular resources and non-resource URLs",
        ),
      );
    return errors;
  }
  if ((rule.apiGroups ?? []).length === 0)
    errors.push(requiredError(`${path}.apiGroups`, "resource rules must supply at least one api group"));
  if ((rule.resources ?? []).length === 0)
    errors.push(requiredError(`${path}.resources`, "resource rules must supply at least one resource"));
  return errors;
}

function validateSubject({ kind, name, namespace, apiGroup = "" }: Subject, path: string): FieldError[] {
  const errors: FieldError[] = (name ?? "") === "" ? [requiredError(`${path}.name`)] : [];
  switch (kind) {
    case "ServiceAccount":
      if (apiGroup !== "") errors.push(notSupportedError(`${path}.apiGroup`, apiGroup, [""]));
      if ((namespace ?? "") === "") errors.push(requiredError(`${path}.namespace`));
      return errors;
    case "User":
    case "Group":
      return apiGroup === RBAC_GROUP
        ? errors
        : [...errors, notSupportedError(`${path}.apiGroup`, apiGroup, [RBAC_GROUP])];
    default:
      return [...errors, notSupportedError(`${path}.kind`, kind, ["Group", "ServiceAccount", "User"])];
  }
}
