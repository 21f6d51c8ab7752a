import { MAX_SELECTOR_LENGTH, selectorInvalid } from "./selector-error.ts";

/** One condition on a field of an object. */
export interface FieldRequirement {
  /** e.g. `metadata.name` */
  readonly field: string;
  readonly operator: "=" | "!=";
  readonly value: string;
}

/**
 * Parses a field selector, e.g. `metadata.name=web,status.phase!=Running`. In a value, `\` escapes `\`, `,` and `=`.
 *
 * @returns the requirements, all of which must hold; none for an empty text.
 * @throws TegataError `KUBE_SELECTOR_INVALID`
 */
export function parseFieldSelector(text: string): FieldRequirement[] {
  if (text.length > MAX_SELECTOR_LENGTH) throw selectorInvalid("invalid field selector: it is too long");
  return splitTerms(text)
    .filter((term) => term !== "")
    .map(parseTerm);
}

/** Whether an object satisfies every requirement. `fieldOf` gives a field's value as text, empty if it is not set. */
export function matchesFields(requirements: readonly FieldRequirement[], fieldOf: (field: string) => string): boolean {
  return requirements.every(({ field, operator, value }) => (fieldOf(field) === value) === (operator === "="));
}

/** The inverse of {@link parseFieldSelector}. */
export function formatFieldSelector(requirements: readonly FieldRequirement[]): string {
  return requirements
    .map(({ field, operator, value }) => `${field}${operator}${value.replace(/[\\,=]/g, "\\$&")}`)
    .join(",");
}

/** The value that a field must have, if a selector asks for one, e.g. the one name of a list with `metadata.name=web`. */
export function requiredValue(requirements: readonly FieldRequirement[], field: string): string | undefined {
  return requirements.find((requirement) => requirement.field === field && requirement.operator === "=")?.value;
}

/** Splits at commas that are not escaped. */
function splitTerms(text: string): string[] {
  return text.match(/(?:\\.|[^,\\]|\\$)+/gs) ?? [];
}

function parseTerm(term: string): FieldRequirement {
  const match = /^((?:\\.|[^=!\\]|!(?!=))*)(!=|==|=)(.*)$/s.exec(term);
  if (match === null) throw selectorInvalid(`invalid selector: '${term}'; can't understand '${term}'`);
  const [, field = "", operator, value = ""] = match;
  return { field, operator: operator === "!=" ? "!=" : "=", value: unescapeValue(value) };
}

function unescapeValue(value: string): string {
  const bad = /\\(?![\\,=])/.test(value.replace(/\\[\\,=]/g, "")) || /(?<!\\)(?:\\\\)*=/.test(value);
  if (bad) throw selectorInvalid(`invalid field selector: invalid value: '${value}'`);
  return value.replace(/\\([\\,=])/g, "$1");
}
