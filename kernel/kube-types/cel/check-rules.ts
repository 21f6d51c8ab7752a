import { invalidError, notSupportedError, requiredError } from "../schema/field-error.ts";
import { quoteGo } from "../schema/go-text.ts";
import type { Schema, ValidationRule } from "../schema/types.ts";
import type { FieldError } from "../status.ts";
import { type CompiledRule, compileRules } from "./compiled-rules.ts";
import { ruleFieldPath } from "./field-path.ts";

const REASONS = ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"];

/**
 * Checks the CEL rules of a schema that a CustomResourceDefinition brings: that they are well formed, compile against the
 * types of the schema, and use `oldSelf` only where old and new values can be told to belong together.
 *
 * @param schema - structural.
 * @param path - where the schema stands, e.g. `spec.versions[0].schema.openAPIV3Schema`.
 * @returns errors with the texts of k8s.io/apiextensions-apiserver.
 */
export function checkSchemaRules(schema: Schema, path: string): FieldError[] {
  return visit(schema, path, { isResource: true, uncorrelatable: undefined });
}

interface Place {
  readonly isResource: boolean;
  /** Path of the first list on the way whose items cannot be told apart; undefined if there is none. */
  readonly uncorrelatable: string | undefined;
}

function visit(schema: Schema, path: string, place: Place): FieldError[] {
  const isEmbedded = (child: Schema): boolean => child["x-kubernetes-embedded-resource"] === true;
  const errors = checkOwnRules(schema, path, place);
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    errors.push(...visit(property, `${path}.properties[${name}]`, { ...place, isResource: isEmbedded(property) }));
  }
  const { additionalProperties: additional, items } = schema;
  if (typeof additional === "object") {
    errors.push(...visit(additional, `${path}.additionalProperties`, { ...place, isResource: isEmbedded(additional) }));
  }
  if (items !== undefined) {
    const isCorrelatable = schema["x-kubernetes-list-type"] === "map";
    const uncorrelatable = place.uncorrelatable ?? (isCorrelatable ? undefined : path);
    errors.push(...visit(items, `${path}.items`, { isResource: isEmbedded(items), uncorrelatable }));
  }
  return errors;
}

function checkOwnRules(schema: Schema, path: string, place: Place): FieldError[] {
  const rules = schema["x-kubernetes-validations"] ?? [];
  const fieldOf = (i: number): string => `${path}.x-kubernetes-validations[${i}]`;
  const malformed = rules.flatMap((rule, i) => checkForm(rule, schema, fieldOf(i)));
  if (malformed.length > 0 || rules.length === 0) return malformed;
  return compileRules(schema, place.isResource).rules.flatMap((rule, i) => checkCompiled(rule, fieldOf(i), place));
}

function checkForm(
  { rule, message = "", messageExpression = "", reason, fieldPath = "" }: ValidationRule,
  schema: Schema,
  field: string,
): FieldError[] {
  const errors = checkTexts(rule ?? "", message, field);
  if (messageExpression !== "" && messageExpression.trim() === "") {
    errors.push(requiredError(`${field}.messageExpression`, "messageExpression must be non-empty if specified"));
  }
  if (reason !== undefined && !REASONS.includes(reason))
    errors.push(notSupportedError(`${field}.reason`, reason, REASONS));
  if (fieldPath === "") return errors;
  const at = `${field}.fieldPath`;
  if (fieldPath.trim() === "") errors.push(invalidError(at, fieldPath, "must be non-empty if specified"));
  if (hasLineBreak(fieldPath)) errors.push(invalidError(at, fieldPath, "must not contain line breaks"));
  if (ruleFieldPath(fieldPath, schema) === undefined) errors.push(invalidError(at, fieldPath, "must be a valid path"));
  return errors;
}

function checkTexts(rule: string, message: string, field: string): FieldError[] {
  if (rule.trim() === "") return [requiredError(`${field}.rule`, "rule is not specified")];
  if (message !== "" && message.trim() === "")
    return [invalidError(`${field}.message`, message, "must be non-empty if specified")];
  if (hasLineBreak(message.trim())) return [invalidError(`${field}.message`, message, "must not contain line breaks")];
  if (hasLineBreak(rule.trim()) && message.trim() === "") {
    return [requiredError(`${field}.message`, "message must be specified if rule contains line breaks")];
  }
  return [];
}

function hasLineBreak(text: string): boolean {
  return /[\n\r]/.test(text);
}

function checkCompiled(compiled: CompiledRule, field: string, { uncorrelatable }: Place): FieldError[] {
  const { rule, problem, messageProblem, isTransition } = compiled;
  const errors: FieldError[] = [];
  if (problem !== undefined) errors.push(ruleProblem(`${field}.rule`, rule, problem));
  if (messageProblem !== undefined) errors.push(ruleProblem(`${field}.messageExpression`, rule, messageProblem));
  if (isTransition && uncorrelatable !== undefined) {
    const detail = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelatable}`;
    errors.push(invalidError(`${field}.rule`, rule.rule, detail));
  }
  if (problem === undefined && !isTransition && rule.optionalOldSelf !== undefined) {
    errors.push(
      invalidError(`${field}.optionalOldSelf`, rule.optionalOldSelf, "may not be set if oldSelf is not used in rule"),
    );
  }
  return errors;
}

/** The API server quotes the whole rule, in the form of its own struct. */
function ruleProblem(field: string, rule: ValidationRule, detail: string): FieldError {
  const { message = "", messageExpression = "", reason, fieldPath = "", optionalOldSelf } = rule;
  const members: [string, string][] = [
    ["Rule", JSON.stringify(rule.rule)],
    ["Message", JSON.stringify(message)],
    ["MessageExpression", JSON.stringify(messageExpression)],
    ["Reason", reason === undefined ? "null" : quoteGo(reason)],
    ["FieldPath", JSON.stringify(fieldPath)],
    ["OptionalOldSelf", optionalOldSelf === undefined ? "null" : String(optionalOldSelf)],
  ];
  const value = `{${members.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(",")}}`;
  return { type: "FieldValueInvalid", field, message: `Invalid value: ${value}: ${detail}` };
}
