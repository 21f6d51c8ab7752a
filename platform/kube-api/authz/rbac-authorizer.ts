import type { UserInfo } from "../registry/types.ts";
import type { Store } from "../store/index.ts";
import { BindingIndex, type Grant } from "./binding-index.ts";
import { type PolicyRule, RBAC_COLLECTIONS, RBAC_GROUP, type Role, type RoleRef } from "./rbac-objects.ts";
import { ruleAllows } from "./rule-match.ts";
import type { AccessAttributes, AccessDecision, Authorizer } from "./types.ts";

/** The group that may do everything, whatever the bindings say. */
const SYSTEM_MASTERS = "system:masters";

/** The rules that hold for a user, and the roles that bindings refer to but that do not exist. */
export interface UserRules {
  readonly rules: readonly PolicyRule[];
  /** e.g. `clusterrole.rbac.authorization.k8s.io "x" not found` */
  readonly errors: readonly string[];
}

/**
 * Decides by Roles and bindings: what one of them allows is allowed. reference: k8s.io/kubernetes
 * `plugin/pkg/auth/authorizer/rbac`
 */
export class RbacAuthorizer implements Authorizer {
  readonly #store: Pick<Store, "get" | "list" | "watch">;
  readonly #bindings: BindingIndex;

  constructor(store: Pick<Store, "get" | "list" | "watch">) {
    this.#store = store;
    this.#bindings = new BindingIndex(store);
  }

  authorize(attributes: AccessAttributes): AccessDecision {
    if (attributes.user.groups.includes(SYSTEM_MASTERS)) return { allowed: true, reason: "" };
    const namespace = attributes.kind === "resource" ? attributes.namespace : "";
    const missing: string[] = [];
    for (const grant of this.#bindings.grants(attributes.user, namespace)) {
      const rules = this.#rulesOf(grant.binding.roleRef, grant.binding.metadata.namespace ?? "");
      if (rules === undefined) missing.push(roleNotFound(grant.binding.roleRef));
      else if (rules.some((rule) => ruleAllows(rule, attributes)))
        return { allowed: true, reason: `RBAC: allowed by ${describeGrant(grant)}` };
    }
    return { allowed: false, reason: missing.length === 0 ? "" : `RBAC: ${aggregateErrors(missing)}` };
  }

  /** Every rule that holds for the user in a namespace, or, if that is empty, in the cluster. */
  rulesFor(user: UserInfo, namespace: string): UserRules {
    if (user.groups.includes(SYSTEM_MASTERS)) return { rules: EVERYTHING, errors: [] };
    const rules: PolicyRule[] = [];
    const errors: string[] = [];
    for (const { binding } of this.#bindings.grants(user, namespace)) {
      const ofRole = this.#rulesOf(binding.roleRef, binding.metadata.namespace ?? "");
      if (ofRole === undefined) errors.push(roleNotFound(binding.roleRef));
      else rules.push(...ofRole);
    }
    return { rules, errors };
  }

  /** The rules of the role that a binding in this namespace refers to; `undefined` if there is no such role. */
  rulesOfRole(roleRef: RoleRef, namespace: string): readonly PolicyRule[] | undefined {
    return this.#rulesOf(roleRef, namespace);
  }

  /** Ends the watches. */
  stop(): void {
    this.#bindings.stop();
  }

  #rulesOf({ kind, name }: RoleRef, namespace: string): readonly PolicyRule[] | undefined {
    const place =
      kind === "ClusterRole"
        ? { collection: RBAC_COLLECTIONS.clusterRoles, key: name }
        : { collection: RBAC_COLLECTIONS.roles, key: `${namespace}/${name}` };
    const role: Role | undefined = this.#store.get(place)?.object;
    return role === undefined ? undefined : (role.rules ?? []);
  }
}

const EVERYTHING: readonly PolicyRule[] = [
  { verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
  { verbs: ["*"], nonResourceURLs: ["*"] },
];

function roleNotFound({ kind, name }: RoleRef): string {
  return `${kind.toLowerCase()}.${RBAC_GROUP} "${name}" not found`;
}

/** As Go's `utilerrors.Aggregate` prints errors: the distinct ones, in brackets if there are several. */
function aggregateErrors(errors: readonly string[]): string {
  const distinct = [...new Set(errors)];
  return distinct.length === 1 ? (distinct[0] ?? "") : `[${distinct.join(", ")}]`;
}

function describeGrant({ binding, subject }: Grant): string {
  const { name = "", namespace } = binding.metadata;
  const bound = namespace === undefined ? `ClusterRoleBinding "${name}"` : `RoleBinding "${name}/${namespace}"`;
  const who =
    subject.kind === "ServiceAccount"
      ? `ServiceAccount "${subject.name}/${subject.namespace ?? namespace ?? ""}"`
      : `${subject.kind} "${subject.name}"`;
  return `${bound} of ${binding.roleRef.kind} "${binding.roleRef.name}" to ${who}`;
}
