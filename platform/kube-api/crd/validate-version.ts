import type { FieldError } from "@tegata/kube-types";
import { checkSchemaRules } from "@tegata/kube-types/cel";
import { parseFieldPath } from "@tegata/kube-types/jsonpath";
import {
  checkStructural,
  duplicateError,
  invalidError,
  requiredError,
  type Schema,
  tooManyError,
} from "@tegata/kube-types/schema";
import type { CrdColumn, CrdScale, CrdVersion } from "./types.ts";
import { labelProblem } from "./validate-names.ts";

const COLUMN_TYPES = ["boolean", "date", "integer", "number", "string"];
const COLUMN_FORMATS = ["byte", "date", "date-time", "double", "float", "int32", "int64", "password"];
const MAX_SELECTABLE_FIELDS = 8;
const MAX_WARNING_LENGTH = 256;

/** Checks one version of a CRD. */
export function checkVersion(version: CrdVersion, path: string): FieldError[] {
  const problem = labelProblem(version.name);
  return [
    ...(problem === "" ? [] : [invalidError(`${path}.name`, version.name, problem)]),
    ...checkDeprecation(version, path),
    ...checkSchema(version, `${path}.schema.openAPIV3Schema`),
    ...checkScale(version.subresources?.scale, `${path}.subresources.scale`),
    ...(version.additionalPrinterColumns ?? []).flatMap((column, i) =>
      checkColumn(column, `${path}.additionalPrinterColumns[${i}]`),
    ),
    ...checkSelectableFields(version, `${path}.selectableFields`),
  ];
}

function checkDeprecation({ deprecated, deprecationWarning: warning }: CrdVersion, path: string): FieldError[] {
  if (warning === undefined) return [];
  const field = `${path}.deprecationWarning`;
  if (deprecated !== true) return [invalidError(field, warning, "can only be set for deprecated versions")];
  if (warning === "") return [invalidError(field, warning, "must not be an empty string")];
  const tooLong = warning.length > MAX_WARNING_LENGTH;
  return tooLong ? [invalidError(field, warning, `must be <= ${MAX_WARNING_LENGTH} characters long`)] : [];
}

function checkSchema({ schema }: CrdVersion, path: string): FieldError[] {
  if (schema?.openAPIV3Schema === undefined) return [requiredError(path)];
  const errors = checkStructural(schema.openAPIV3Schema, path);
  return errors.length > 0 ? errors : checkSchemaRules(schema.openAPIV3Schema as Schema, path);
}

function checkScale(scale: CrdScale | undefined, path: string): FieldError[] {
  if (scale === undefined) return [];
  const { specReplicasPath, statusReplicasPath, labelSelectorPath = "" } = scale;
  return [
    ...checkPathUnder(specReplicasPath, [".spec."], "should be a json path under .spec", `${path}.specReplicasPath`),
    ...checkPathUnder(
      statusReplicasPath,
      [".status."],
      "should be a json path under .status",
      `${path}.statusReplicasPath`,
    ),
    ...(labelSelectorPath === ""
      ? []
      : checkPathUnder(
          labelSelectorPath,
          [".spec.", ".status."],
          "should be a json path under either .spec or .status",
          `${path}.labelSelectorPath`,
        )),
  ];
}

function checkPathUnder(value: string, prefixes: readonly string[], detail: string, field: string): FieldError[] {
  if (value === "") return [requiredError(field)];
  const malformed = checkSimplePath(value, field);
  if (malformed.length > 0) return malformed;
  return prefixes.some((prefix) => value.startsWith(prefix)) ? [] : [invalidError(field, value, detail)];
}

function checkSimplePath(value: string, field: string): FieldError[] {
  return value.startsWith(".") ? [] : [invalidError(field, value, "must be a simple json path starting with .")];
}

function checkColumn({ name, type, format = "", jsonPath }: CrdColumn, path: string): FieldError[] {
  const errors = name === "" ? [requiredError(`${path}.name`)] : [];
  const types = `must be one of ${COLUMN_TYPES.join(",")}`;
  if (type === "") errors.push(requiredError(`${path}.type`, types));
  else if (!COLUMN_TYPES.includes(type)) errors.push(invalidError(`${path}.type`, type, types));
  if (format !== "" && !COLUMN_FORMATS.includes(format)) {
    errors.push(invalidError(`${path}.format`, format, `must be one of ${COLUMN_FORMATS.join(",")}`));
  }
  const field = `${path}.JSONPath`;
  if (jsonPath === "") return [...errors, requiredError(field)];
  const malformed = checkSimplePath(jsonPath, field);
  if (malformed.length === 0 && !isFieldPath(jsonPath))
    malformed.push(invalidError(field, jsonPath, "is an invalid path"));
  return [...errors, ...malformed];
}

function isFieldPath(path: string): boolean {
  try {
    parseFieldPath(path);
    return true;
  } catch {
    return false;
  }
}

function checkSelectableFields({ selectableFields = [], schema }: CrdVersion, path: string): FieldError[] {
  const root = (schema?.openAPIV3Schema ?? {}) as Schema;
  const paths = selectableFields.map(({ jsonPath }) => jsonPath);
  const errors = paths.flatMap((jsonPath, i) => {
    const field = `${path}[${i}].jsonPath`;
    if (jsonPath === "") return [requiredError(field)];
    return [
      ...checkSelectableField(jsonPath, root, field),
      ...(paths.indexOf(jsonPath) < i ? [duplicateError(field, jsonPath)] : []),
    ];
  });
  const count = new Set(paths).size;
  return count > MAX_SELECTABLE_FIELDS ? [...errors, tooManyError(path, count, MAX_SELECTABLE_FIELDS)] : errors;
}

function checkSelectableField(jsonPath: string, root: Schema, field: string): FieldError[] {
  if (!/^(\.[A-Za-z0-9_-]+)+$/.test(jsonPath))
    return [invalidError(field, jsonPath, "is an invalid path: must be a chain of fields")];
  const names = jsonPath.slice(1).split(".");
  if (names[0] === "metadata") return [invalidError(field, jsonPath, "must not point to fields in metadata")];
  const schema = names.reduce<Schema | undefined>((at, name) => at?.properties?.[name], root);
  if (schema === undefined)
    return [invalidError(field, jsonPath, "is an invalid path: does not refer to a valid field")];
  if (schema.type === "string" || schema.type === "boolean" || schema.type === "integer") return [];
  const detail =
    "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.";
  return [invalidError(field, jsonPath, detail)];
}
