import type { FieldError } from "@tegata/kube-types";
import { forbiddenError, notSupportedError, requiredError } from "@tegata/kube-types/schema";
import { invalid } from "../http-errors.ts";
import type { RequestContext } from "./context.ts";

/** What is done about fields of a body that the kind does not know, or that occur twice. */
export type FieldValidation = "Ignore" | "Warn" | "Strict";

/** The query of a write. */
export interface WriteOptions {
  readonly dryRun: boolean;
  /** Name under which `managedFields` records the write. */
  readonly fieldManager: string;
  readonly fieldValidation: FieldValidation;
  /** Server-side apply only: take fields over from other managers. */
  readonly force: boolean;
}

/** Longest name of a field manager. */
const MAX_FIELD_MANAGER_LENGTH = 128;

/**
 * Reads and checks the options of a write.
 *
 * @param kind - which options they are, as refusals name them.
 * @param isApply - a server-side apply, which must say who applies, and alone may use force.
 * @throws ApiError 422
 */
export function parseWriteOptions(
  kind: "CreateOptions" | "UpdateOptions" | "PatchOptions",
  query: URLSearchParams,
  context: RequestContext,
  isApply = false,
): WriteOptions {
  const dryRun = query.getAll("dryRun").filter((value) => value !== "");
  const fieldManager = query.get("fieldManager") ?? "";
  const fieldValidation = query.get("fieldValidation") || "Warn";
  const force = isTrue(query.get("force"));
  const errors: FieldError[] = [...checkDryRun(dryRun), ...checkFieldManager(fieldManager)];
  if (fieldValidation !== "Ignore" && fieldValidation !== "Warn" && fieldValidation !== "Strict") {
    errors.push(notSupportedError("fieldValidation", fieldValidation, ["Ignore", "Strict", "Warn"]));
  }
  if (isApply && fieldManager === "") errors.push(requiredError("fieldManager", "is required for apply patch"));
  if (!isApply && query.has("force")) errors.push(forbiddenError("force", "may not be specified for non-apply patch"));
  if (errors.length > 0) throw invalidOptions(kind, errors);
  return {
    dryRun: dryRun.length > 0,
    fieldManager: fieldManager === "" ? context.userAgent : fieldManager,
    fieldValidation: fieldValidation as FieldValidation,
    force,
  };
}

/** What is wrong with the values of `dryRun`. */
export function checkDryRun(values: readonly string[]): FieldError[] {
  return values.filter((value) => value !== "All").map((value) => notSupportedError("dryRun", value, ["All"]));
}

/** A refusal of a request's options. reference: k8s.io/apimachinery `ValidateCreateOptions` and its siblings */
export function invalidOptions(kind: string, errors: readonly FieldError[]): Error {
  return invalid({ group: "meta.k8s.io", plural: kind.toLowerCase(), kind }, "", errors);
}

/** Go's `strconv.ParseBool`, with which query parameters are read. */
export function isTrue(text: string | null): boolean {
  return text !== null && /^(1|t|T|TRUE|true|True)$/.test(text);
}

function checkFieldManager(name: string): FieldError[] {
  if (name.length > MAX_FIELD_MANAGER_LENGTH) {
    return [{ type: "FieldValueTooLong", field: "fieldManager", message: "Too long: may not be more than 128 bytes" }];
  }
  const isPrintable = /^[^\p{C}\p{Z}]*$/u.test(name.replaceAll(" ", ""));
  return isPrintable
    ? []
    : [
        {
          type: "FieldValueInvalid",
          field: "fieldManager",
          message: `Invalid value: ${JSON.stringify(name)}: should only contain printable characters`,
        },
      ];
}
