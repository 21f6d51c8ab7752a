import type { KubeObject } from "@tegata/kube-types";
import { labelRequirements, matchesLabels } from "@tegata/kube-types/selectors";
import type { ResourceRegistry } from "../registry/resource-registry.ts";
import type { ResourceDefinition } from "../registry/types.ts";
import type { Store } from "../store/index.ts";
import type { AdmissionAttributes } from "./types.ts";
import { ADMISSION_GROUP, type Webhook, type WebhookRule } from "./webhook-types.ts";

/** What matching looks at beside the write itself. */
export interface MatchServices {
  readonly store: Pick<Store, "get" | "list">;
  readonly resources: Pick<ResourceRegistry, "find">;
}

/**
 * Whether a webhook wants to see a write, by its rules and selectors.
 *
 * @returns the resource in the version in which the webhook is to see the objects; `undefined` if it does not want to.
 */
export function matchWebhook(
  webhook: Webhook,
  attributes: AdmissionAttributes,
  services: MatchServices,
): ResourceDefinition | undefined {
  // A webhook on webhooks could lock everyone out of repairing it.
  if (attributes.resource.group === ADMISSION_GROUP) return undefined;
  const seen = matchRules(webhook, attributes, services);
  if (seen === undefined) return undefined;
  return matchesNamespace(webhook, attributes, services) && matchesObject(webhook, attributes) ? seen : undefined;
}

function matchRules(
  { rules = [], matchPolicy }: Webhook,
  attributes: AdmissionAttributes,
  { resources }: MatchServices,
): ResourceDefinition | undefined {
  const { resource } = attributes;
  const candidates = rules.filter((rule) => matchesAllButVersion(rule, attributes));
  const exact = candidates.some(({ apiVersions = [] }) => has(apiVersions, resource.version));
  if (exact) return resource;
  if (matchPolicy === "Exact") return undefined;
  // Equivalent: the same object in another version that the webhook does ask for.
  return candidates
    .flatMap(({ apiVersions = [] }) => apiVersions)
    .map((version) => resources.find(resource.group, version, resource.plural))
    .find((definition) => definition !== undefined);
}

function matchesAllButVersion(rule: WebhookRule, { operation, resource, subresource }: AdmissionAttributes): boolean {
  const { operations = [], apiGroups = [], scope = "*" } = rule;
  const scopeOf = resource.namespaced ? "Namespaced" : "Cluster";
  return (
    has(operations, operation) &&
    has(apiGroups, resource.group) &&
    (scope === "*" || scope === scopeOf) &&
    (rule.resources ?? []).some((pattern) => matchesResource(pattern, resource.plural, subresource))
  );
}

function matchesResource(pattern: string, plural: string, subresource: string): boolean {
  const [resource = "", sub = ""] = pattern.split("/", 2);
  return (resource === "*" || resource === plural) && (sub === "*" || sub === subresource);
}

/** Labels of the namespace decide; those of a Namespace itself for writes of it. Other cluster-scoped objects match. */
function matchesNamespace(
  { namespaceSelector = {} }: Webhook,
  attributes: AdmissionAttributes,
  { store }: MatchServices,
) {
  const requirements = labelRequirements(namespaceSelector);
  if (requirements.length === 0) return true;
  const { resource, namespace, object, oldObject } = attributes;
  const isNamespace = resource.group === "" && resource.plural === "namespaces";
  if (!resource.namespaced && !isNamespace) return true;
  const holder = isNamespace ? (object ?? oldObject) : store.get({ collection: "namespaces", key: namespace })?.object;
  return matchesLabels(requirements, holder?.metadata.labels ?? {});
}

/** An object that is leaving the selection matters to the webhook as much as one that enters it. */
function matchesObject({ objectSelector = {} }: Webhook, { object, oldObject }: AdmissionAttributes): boolean {
  const requirements = labelRequirements(objectSelector);
  if (requirements.length === 0) return true;
  const matches = (one: KubeObject | undefined): boolean =>
    one !== undefined && matchesLabels(requirements, one.metadata.labels ?? {});
  return matches(object) || matches(oldObject);
}

function has(items: readonly string[], item: string): boolean {
  return items.includes("*") || items.includes(item);
}
