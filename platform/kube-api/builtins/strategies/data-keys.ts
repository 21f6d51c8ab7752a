import type { FieldError, JsonObject, KubeObject } from "@tegata/kube-types";
import { forbiddenError, invalidError } from "@tegata/kube-types/schema";
import { isDeepStrictEqual } from "node:util";
import { fieldAt, jsonOf } from "../fields.ts";

/** All values of a Secret or ConfigMap together, in bytes. reference: `core.MaxSecretSize` */
export const MAX_DATA_BYTES = 1024 * 1024;

const MAX_KEY_LENGTH = 253;
const DATA_KEY = /^[-._a-zA-Z0-9]+$/;

/** @returns what is wrong with the keys of a Secret's or ConfigMap's data. reference: `validation.IsConfigMapKey` */
export function validateDataKeys(data: JsonObject, field: string): FieldError[] {
  return Object.keys(data).flatMap((key) => {
    return keyProblems(key).map((problem) => invalidError(`${field}[${key}]`, key, problem));
  });
}

function keyProblems(key: string): string[] {
  const problems: string[] = [];
  if (key.length > MAX_KEY_LENGTH) problems.push(`must be no more than ${MAX_KEY_LENGTH} characters`);
  if (!DATA_KEY.test(key)) {
    problems.push(
      "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or " +
        "'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
    );
  }
  if (key === ".") problems.push("must not be '.'");
  else if (key === "..") problems.push("must not be '..'");
  else if (key.startsWith("..")) problems.push("must not start with '..'");
  return problems;
}

const IMMUTABLE = "field is immutable when `immutable` is set";

/** What an object that was declared immutable refuses: to be declared mutable, and other data. */
export function validateImmutableData(object: KubeObject, old: KubeObject, fields: readonly string[]): FieldError[] {
  if (fieldAt(old, "immutable") !== true) return [];
  const errors = fieldAt(object, "immutable") === true ? [] : [forbiddenError("immutable", IMMUTABLE)];
  const changed = fields.filter((field) => !isDeepStrictEqual(jsonOf(object)[field], jsonOf(old)[field]));
  return [...errors, ...changed.map((field) => forbiddenError(field, IMMUTABLE))];
}
