import { kindSchema } from "@tegata/kube-types/protobuf";
import type { ResourceDefinition, Strategy, Verb } from "../registry/types.ts";
import { AGE, NAME } from "./columns/column.ts";
import type { Review } from "./handlers.ts";
import { type NameRule, validateName } from "./strategies/names.ts";

/** Every verb that a stored kind answers. */
export const ALL_VERBS: readonly Verb[] = [
  "create",
  "delete",
  "deletecollection",
  "get",
  "list",
  "patch",
  "update",
  "watch",
];

/** What a built-in kind says of itself; the rest follows from it. */
export type BuiltinSpec = Pick<ResourceDefinition, "group" | "kind" | "plural"> &
  Partial<Omit<ResourceDefinition, "listKind" | "singular" | "isCustom" | "review">> & {
    /** @defaultValue `subdomain` */
    readonly names?: NameRule;
  };

/** Completes the definition of a stored built-in kind: `v1`, namespaced, all verbs, columns Name and Age. */
export function defineResource({ names = "subdomain", ...spec }: BuiltinSpec): ResourceDefinition {
  const version = spec.version ?? "v1";
  return {
    shortNames: [],
    categories: [],
    namespaced: true,
    verbs: ALL_VERBS,
    schema: kindSchema({ group: spec.group, version, kind: spec.kind }),
    hasStatus: false,
    columns: [NAME, AGE],
    selectableFields: {},
    subresources: [],
    storageVersion: version,
    ...spec,
    version,
    listKind: `${spec.kind}List`,
    singular: spec.kind.toLowerCase(),
    isCustom: false,
    strategy: withNameRule(names, { allowUnconditionalUpdate: true, ...spec.strategy }),
  };
}

function withNameRule(names: NameRule, strategy: Strategy): Strategy {
  return {
    ...strategy,
    validate: (object) => [...validateName(names, object), ...(strategy.validate?.(object) ?? [])],
  };
}

/** Defines a kind that is answered by `review` and never stored; none if there is nobody to answer it. */
export function defineReview(
  { group, kind, namespaced = false }: Pick<BuiltinSpec, "group" | "kind" | "namespaced">,
  review: Review | undefined,
): ResourceDefinition[] {
  if (review === undefined) return [];
  const definition = defineResource({ group, kind, namespaced, plural: `${kind.toLowerCase()}s`, verbs: ["create"] });
  return [{ ...definition, review }];
}

/** The handlers that are there. */
export function present<T>(...handlers: readonly (T | undefined)[]): T[] {
  return handlers.filter((handler) => handler !== undefined);
}
