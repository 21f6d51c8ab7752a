import type { JsonArray, JsonObject, JsonValue } from "../objects.ts";
import { type CompiledSchema, compileSchema } from "../schema/compiled-schema.ts";
import { correlatedItem, correlatedMember } from "../schema/correlation.ts";
import { forbiddenError, invalidError, requiredError, WHOLE_OBJECT } from "../schema/field-error.ts";
import { equalJson, isJsonObject } from "../schema/json-value.ts";
import type { Schema, ValidationRule } from "../schema/types.ts";
import type { FieldError } from "../status.ts";
import { type CompiledRule, compileRules } from "./compiled-rules.ts";
import { fromJson } from "./from-json.ts";
import { MAX_EVALUATION_COST, type Program } from "./program.ts";
import type { CelType } from "./types.ts";
import { CelCostError, CelError, CelOptional, type CelValue } from "./values.ts";

/** The most that all rules of one object may cost together. @see k8s.io/apiserver/pkg/apis/cel RuntimeCELCostBudget */
export const MAX_OBJECT_COST = 10_000_000;
/** Longest text that a `messageExpression` may give, in UTF-16 units. */
const MAX_MESSAGE_LENGTH = 5 * 1024;

/**
 * Validates a whole object against the CEL rules of its schema. The object must satisfy the rest of the schema already.
 *
 * @param old - what is stored, on an update: transition rules compare with it, and a rule that fails for a part that did
 *   not change is not reported.
 * @see Kubernetes, CustomResourceDefinitions, "Validation rules"
 */
export function validateRules(value: JsonValue, schema: Schema, old?: JsonValue): FieldError[] {
  const node = compileSchema(schema);
  if (!node.below.rules) return [];
  const walk: Walk = { errors: [], budget: MAX_OBJECT_COST };
  const place: Place = { field: "", old, anchor: old === undefined ? undefined : { value, old }, isResource: true };
  try {
    visit(value, node, place, walk);
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error;
  }
  return walk.errors;
}

interface Walk {
  readonly errors: FieldError[];
  /** Cost that the rules still may have. */
  budget: number;
}

/** Where a value stands. */
interface Place {
  readonly field: string;
  /** What it replaces; undefined if that cannot be told. */
  readonly old: JsonValue | undefined;
  /** The value itself or the nearest one around it that can be told from the old object, with what it replaces. */
  readonly anchor: { readonly value: JsonValue; readonly old: JsonValue } | undefined;
  readonly isResource: boolean;
}

/** No further rules are evaluated. */
class OutOfBudget extends Error {}

function visit(value: JsonValue, node: CompiledSchema, place: Place, walk: Walk): void {
  if (value === null || !node.below.rules) return;
  const { type, rules } = compileRules(node.schema, place.isResource);
  if (rules.length > 0) checkRules(value, rules, type, { node, place, walk });
  if (Array.isArray(value)) visitItems(value, node, place, walk);
  else if (isJsonObject(value)) visitMembers(value, node, place, walk);
}

function visitItems(items: JsonArray, { items: child, schema }: CompiledSchema, place: Place, walk: Walk): void {
  if (child?.below.rules !== true) return;
  for (const [i, item] of items.entries()) {
    const old = place.old === undefined ? undefined : correlatedItem(item, place.old, schema);
    visit(item, child, childPlace(place, `${place.field}[${i}]`, item, old, child), walk);
  }
}

function visitMembers(object: JsonObject, node: CompiledSchema, place: Place, walk: Walk): void {
  for (const key of Object.keys(object)) {
    const property = node.properties.get(key);
    const child = property ?? node.additional;
    if (child?.below.rules !== true) continue;
    const member = object[key] ?? null;
    const old = place.old === undefined ? undefined : correlatedMember(key, place.old, node.schema);
    const field = property === undefined ? `${place.field}[${key}]` : join(place.field, key);
    visit(member, child, childPlace(place, field, member, old, child), walk);
  }
}

function childPlace(
  place: Place,
  field: string,
  value: JsonValue,
  old: JsonValue | undefined,
  { isEmbeddedResource }: CompiledSchema,
): Place {
  return { field, old, anchor: old === undefined ? place.anchor : { value, old }, isResource: isEmbeddedResource };
}

function join(field: string, key: string): string {
  return field === "" ? key : `${field}.${key}`;
}

interface Checked {
  readonly node: CompiledSchema;
  readonly place: Place;
  readonly walk: Walk;
}

function checkRules(
  value: JsonValue,
  rules: readonly CompiledRule[],
  type: CelType | undefined,
  checked: Checked,
): void {
  const { place } = checked;
  const old = place.old ?? undefined;
  const self = lazily(() => (type === undefined ? undefined : fromJson(value, type)));
  const oldSelf = lazily(() =>
    type === undefined || old === undefined || old === null ? undefined : fromJson(old, type),
  );
  for (const rule of rules) {
    const isOptional = rule.rule.optionalOldSelf === true;
    // Transition rules need something to compare with, unless they say that they can do without.
    if (rule.isTransition && !isOptional && (old === undefined || old === null)) continue;
    checkRule(
      value,
      rule,
      () => ({ self: self(), oldSelf: isOptional ? new CelOptional(oldSelf()) : oldSelf() }),
      checked,
    );
  }
}

function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

type Variables = () => Readonly<Record<string, CelValue | undefined>>;

function checkRule(
  value: JsonValue,
  compiled: CompiledRule,
  variables: Variables,
  { node, place, walk }: Checked,
): void {
  const { rule, program, problem } = compiled;
  const field = place.field === "" ? WHOLE_OBJECT : place.field;
  const typeName = node.schema.type ?? "";
  if (program === undefined) {
    walk.errors.push(invalidError(field, typeName, `rule compile error: ${problem ?? ""}`));
    return;
  }
  try {
    if (evaluate(program, variables, walk) === true) return;
  } catch (error) {
    reportFailure(error, rule, field, typeName, walk);
    return;
  }
  // A part that did not change may break a rule that came later.
  const { anchor } = place;
  if (!compiled.isTransition && anchor !== undefined && equalJson(anchor.value, anchor.old)) return;
  const at = compiled.fieldPath === "" ? field : join(place.field, compiled.fieldPath);
  const detail = messageOf(compiled, variables, walk) ?? defaultMessage(rule);
  walk.errors.push(ruleError(at, value, detail, rule));
}

function evaluate(program: Program, variables: Variables, walk: Walk): CelValue {
  const { value, cost } = program.evaluate(variables(), Math.min(MAX_EVALUATION_COST, walk.budget));
  walk.budget -= cost;
  return value;
}

function reportFailure(error: unknown, rule: ValidationRule, field: string, typeName: string, walk: Walk): void {
  const name = ruleName(rule);
  if (error instanceof CelCostError) {
    const detail =
      walk.budget < MAX_EVALUATION_COST
        ? "validation failed due to running out of cost budget, no further validation rules will be run"
        : `'${error.message}': no further validation rules will be run due to call cost exceeds limit for rule: ${name}`;
    walk.errors.push(invalidError(field, typeName, detail));
    throw new OutOfBudget();
  }
  if (!(error instanceof CelError)) throw error;
  const detail = error.message.startsWith("no such overload")
    ? `'${error.message}': call arguments did not match a supported operator, function or macro signature for rule: ${name}`
    : `${error.message} evaluating rule: ${name}`;
  walk.errors.push(invalidError(field, typeName, detail));
}

/** @returns what the rule's expression makes of it; undefined if it makes nothing that can be shown. */
function messageOf({ message }: CompiledRule, variables: Variables, walk: Walk): string | undefined {
  if (message === undefined) return undefined;
  try {
    const value = evaluate(message, variables, walk);
    const text = typeof value === "string" ? value.trim() : "";
    return text === "" || text.length > MAX_MESSAGE_LENGTH || text.includes("\n") ? undefined : text;
  } catch (error) {
    if (error instanceof CelError || error instanceof CelCostError) return undefined;
    throw error;
  }
}

function ruleName({ rule, message = "" }: ValidationRule): string {
  return (message === "" ? rule : message).trim();
}

function defaultMessage(rule: ValidationRule): string {
  return rule.message === undefined || rule.message === "" ? `failed rule: ${ruleName(rule)}` : ruleName(rule);
}

function ruleError(field: string, value: JsonValue, detail: string, { reason }: ValidationRule): FieldError {
  const isCompound = typeof value === "object";
  if (reason === "FieldValueForbidden") return forbiddenError(field, detail);
  if (reason === "FieldValueRequired") return requiredError(field, detail);
  if (reason === "FieldValueDuplicate") {
    return {
      type: reason,
      field,
      message: isCompound ? "Duplicate value" : `Duplicate value: ${JSON.stringify(value)}`,
    };
  }
  // Objects and lists are not quoted: they may be large.
  if (isCompound) return { type: "FieldValueInvalid", field, message: `Invalid value: ${detail}` };
  return invalidError(field, value, detail);
}
