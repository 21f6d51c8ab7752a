import type { FieldError, JsonValue } from "@tegata/kube-types";
import { invalidError, notSupportedError, requiredError } from "@tegata/kube-types/schema";
import { checkSubdomain } from "../registry/names.ts";
import { type CrdSpec, type CustomResourceDefinition, hasCondition } from "./types.ts";
import { checkConversion } from "./validate-conversion.ts";
import { checkNames } from "./validate-names.ts";
import { checkVersion } from "./validate-version.ts";

/**
 * Checks a CustomResourceDefinition whose shape is right.
 *
 * @returns errors with the texts of k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation.
 */
export function checkCrd(crd: CustomResourceDefinition): FieldError[] {
  const { spec, status } = crd;
  return [
    ...checkName(crd),
    ...checkGroup(spec.group),
    ...checkScope(spec.scope),
    ...spec.versions.flatMap((version, i) => checkVersion(version, `spec.versions[${i}]`)),
    ...checkVersions(spec),
    ...checkNames(spec.names, "spec.names"),
    ...checkConversion(spec.conversion, "spec.conversion"),
    ...(spec.preserveUnknownFields === true
      ? [
          invalidError(
            "spec.preserveUnknownFields",
            true,
            "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead",
          ),
        ]
      : []),
    ...checkStoredVersions(spec, status?.storedVersions ?? []),
  ];
}

/** Checks what may not change: the resource's name, and once it is served its scope and kind. */
export function checkCrdUpdate({ spec }: CustomResourceDefinition, old: CustomResourceDefinition): FieldError[] {
  const fixed: [field: string, value: string, oldValue: string][] = [
    ["spec.group", spec.group, old.spec.group],
    ["spec.names.plural", spec.names.plural, old.spec.names.plural],
  ];
  if (hasCondition(old, "Established")) {
    fixed.push(["spec.scope", spec.scope, old.spec.scope], ["spec.names.kind", spec.names.kind, old.spec.names.kind]);
  }
  return fixed
    .filter(([, value, oldValue]) => value !== oldValue)
    .map(([field, value]) => invalidError(field, value, "field is immutable"));
}

function checkName({ metadata, spec }: CustomResourceDefinition): FieldError[] {
  const name = metadata.name ?? "";
  if (name === "" || name === `${spec.names.plural}.${spec.group}`) return [];
  return [invalidError("metadata.name", name, 'must be spec.names.plural+"."+spec.group')];
}

function checkGroup(group: string): FieldError[] {
  if (group === "") return [requiredError("spec.group")];
  const problems = checkSubdomain(group);
  if (problems.length > 0) return [invalidError("spec.group", group, problems.join(","))];
  return group.includes(".") ? [] : [invalidError("spec.group", group, "should be a domain with at least one dot")];
}

function checkScope(scope: string): FieldError[] {
  if (scope === "") return [requiredError("spec.scope")];
  return scope === "Cluster" || scope === "Namespaced"
    ? []
    : [notSupportedError("spec.scope", scope, ["Cluster", "Namespaced"])];
}

function checkVersions({ versions }: CrdSpec): FieldError[] {
  const names = versions.map(({ name }) => name);
  const value = names as JsonValue;
  const errors: FieldError[] = [];
  if (new Set(names).size !== names.length)
    errors.push(invalidError("spec.versions", value, "must contain unique version names"));
  if (versions.filter(({ storage }) => storage).length !== 1) {
    errors.push(invalidError("spec.versions", value, "must have exactly one version marked as storage version"));
  }
  return errors;
}

function checkStoredVersions({ versions }: CrdSpec, stored: readonly string[]): FieldError[] {
  const field = "status.storedVersions";
  if (stored.length === 0) return [invalidError(field, [...stored], "must have at least one stored version")];
  const names = versions.map(({ name }) => name);
  return stored.flatMap((version, i) => {
    if (names.includes(version)) return [];
    const detail = `missing from spec.versions; ${version} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${version} and removes ${version} from status.storedVersions`;
    return [invalidError(`${field}[${i}]`, version, detail)];
  });
}
