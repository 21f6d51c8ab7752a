import type { FieldError } from "@tegata/kube-types";
import { invalidError, requiredError } from "@tegata/kube-types/schema";
import type { CrdNames } from "./types.ts";

const LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_PROBLEM =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end " +
  "with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
/** RFC 1035 §2.3.4 */
const MAX_LABEL_LENGTH = 63;

/** Checks a name that must be a DNS label. @returns what is wrong, in the words of k8s.io/apimachinery; empty if nothing is */
export function labelProblem(text: string): string {
  return [
    ...(text.length > MAX_LABEL_LENGTH ? [`must be no more than ${MAX_LABEL_LENGTH} characters`] : []),
    ...(LABEL.test(text) ? [] : [LABEL_PROBLEM]),
  ].join(",");
}

/** Checks `spec.names`. */
export function checkNames(names: CrdNames, path: string): FieldError[] {
  const { plural, singular = "", kind, listKind = "", shortNames = [], categories = [] } = names;
  const errors: FieldError[] = [];
  for (const [key, value] of Object.entries({ plural, singular, kind, listKind })) {
    if (value === "") errors.push(requiredError(`${path}.${key}`));
  }
  errors.push(...checkLabel(plural, `${path}.plural`), ...checkLabel(singular, `${path}.singular`));
  errors.push(...checkKind(kind, `${path}.kind`), ...checkKind(listKind, `${path}.listKind`));
  for (const [i, shortName] of shortNames.entries())
    errors.push(...checkLabel(shortName, `${path}.shortNames[${i}]`, true));
  if (kind !== "" && kind === listKind) {
    errors.push(invalidError(`${path}.listKind`, listKind, "kind and listKind may not be the same"));
  }
  for (const [i, category] of categories.entries())
    errors.push(...checkLabel(category, `${path}.categories[${i}]`, true));
  return errors;
}

function checkLabel(value: string, field: string, mayNotBeEmpty = false): FieldError[] {
  const problem = value === "" && !mayNotBeEmpty ? "" : labelProblem(value);
  return problem === "" ? [] : [invalidError(field, value, problem)];
}

function checkKind(value: string, field: string): FieldError[] {
  const problem = value === "" ? "" : labelProblem(value.toLowerCase());
  return problem === ""
    ? []
    : [invalidError(field, value, `may have mixed case, but should otherwise match: ${problem}`)];
}
