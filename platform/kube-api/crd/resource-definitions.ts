import type { JsonValue, KubeObject } from "@tegata/kube-types";
import { firstMatch, parseFieldPath, printJsonValue } from "@tegata/kube-types/jsonpath";
import type { Schema } from "@tegata/kube-types/schema";
import { ALL_VERBS } from "../builtins/define.ts";
import { compareVersions } from "../discovery/versions.ts";
import type { ResourceDefinition, Strategy } from "../registry/types.ts";
import { columnsOf } from "./columns.ts";
import { checkScaleFields } from "./scale-validation.ts";
import type { CrdScale, CrdVersion, CustomResourceDefinition } from "./types.ts";

/** How objects get from one version of a CRD to another; undefined: only `apiVersion` changes. */
export type Convert = NonNullable<ResourceDefinition["convert"]>;

/**
 * What a CRD makes the server serve: one definition per served version, the preferred version first.
 *
 * @param crd - with complete names; its schemas are taken over and must not change.
 */
export function definitionsOf(crd: CustomResourceDefinition, convert: Convert | undefined): ResourceDefinition[] {
  const storage = crd.spec.versions.find((version) => version.storage)?.name ?? "";
  return crd.spec.versions
    .filter(({ served }) => served)
    .sort((a, b) => compareVersions(a.name, b.name))
    .map((version) => definitionOf(crd, version, storage, convert));
}

function definitionOf(
  { metadata, spec }: CustomResourceDefinition,
  version: CrdVersion,
  storageVersion: string,
  convert: Convert | undefined,
): ResourceDefinition {
  const { plural, singular = "", kind, listKind = "", shortNames = [], categories = [] } = spec.names;
  const isTerminating = metadata.deletionTimestamp !== undefined;
  const { status, scale } = version.subresources ?? {};
  return {
    group: spec.group,
    version: version.name,
    kind,
    listKind,
    plural,
    singular,
    shortNames,
    categories,
    namespaced: spec.scope === "Namespaced",
    // Nothing may be added to a kind that is going away.
    verbs: isTerminating ? ALL_VERBS.filter((verb) => verb !== "create") : ALL_VERBS,
    storageVersion,
    schema: version.schema?.openAPIV3Schema as Schema | undefined,
    isCustom: true,
    hasStatus: status !== undefined,
    ...(scale === undefined ? {} : { scale }),
    strategy: strategyOf(version, scale, `${spec.group}/${version.name} ${kind}`),
    columns: columnsOf(version.additionalPrinterColumns),
    selectableFields: selectableFieldsOf(version),
    subresources: [],
    ...(convert === undefined ? {} : { convert }),
  };
}

function strategyOf(version: CrdVersion, scale: CrdScale | undefined, what: string): Strategy {
  const deprecation = version.deprecated === true ? [version.deprecationWarning ?? `${what} is deprecated`] : [];
  return {
    ...(scale === undefined ? {} : { validate: (object: KubeObject) => checkScaleFields(object, scale) }),
    warnings: ({ metadata }) => [...deprecation, ...(metadata.finalizers ?? []).flatMap(finalizerWarning)],
  };
}

const STANDARD_FINALIZERS = ["orphan", "foregroundDeletion", "kubernetes"];

/** A finalizer whose name says whose it is does not meet another one of that name. */
function finalizerWarning(name: string): string[] {
  if (name.includes("/") || STANDARD_FINALIZERS.includes(name)) return [];
  const how = name.includes(".") ? "name including a path (/)" : "name";
  return [
    `metadata.finalizers: ${JSON.stringify(name)}: prefer a domain-qualified finalizer ${how} to avoid accidental conflicts with other finalizer writers`,
  ];
}

function selectableFieldsOf({ selectableFields = [] }: CrdVersion): ResourceDefinition["selectableFields"] {
  return Object.fromEntries(
    selectableFields.map(({ jsonPath }) => {
      const path = parseFieldPath(jsonPath);
      const read = (object: KubeObject): string => {
        const value = firstMatch(path, object as unknown as JsonValue) ?? null;
        return value === null ? "" : printJsonValue(value);
      };
      return [jsonPath.replace(/^\./, ""), read];
    }),
  );
}
