import { decodeBase64, encodeBase64, encodeUtf8 } from "@tegata/bytes";
import type { FieldError, JsonObject, KubeObject } from "@tegata/kube-types";
import { invalidError, requiredError, tooLongError } from "@tegata/kube-types/schema";
import { badRequest } from "../../http-errors.ts";
import type { Strategy } from "../../registry/types.ts";
import { jsonOf, objectAt, textAt } from "../fields.ts";
import { MAX_DATA_BYTES, validateDataKeys, validateImmutableData } from "./data-keys.ts";

/** The rules of Secrets. reference: k8s.io/kubernetes `pkg/apis/core/validation` ValidateSecret */
export const SECRET_STRATEGY: Strategy = {
  prepareForCreate: settleData,
  prepareForUpdate: settleData,
  validate: validateSecret,
  validateUpdate: (object, old) => [
    ...(textAt(object, "type") === textAt(old, "type")
      ? []
      : [invalidError("type", textAt(object, "type"), "field is immutable")]),
    ...validateImmutableData(object, old, ["data"]),
  ],
};

/** Merges the write-only `stringData` into `data`. @throws ApiError 400 if a value of `data` is not base64 */
function settleData(object: KubeObject): void {
  const secret = jsonOf(object);
  const data = objectAt(object, "data");
  for (const value of Object.values(data)) checkBase64(value);
  const merged = { ...data };
  for (const [key, text] of Object.entries(objectAt(object, "stringData"))) {
    if (typeof text === "string") merged[key] = encodeBase64(encodeUtf8(text));
  }
  delete secret.stringData;
  if (Object.keys(merged).length > 0) secret.data = merged;
  else delete secret.data;
}

// Go names the offending byte. Only its place may be told, for the value is secret.
function checkBase64(value: unknown): void {
  if (typeof value !== "string" || decodeBase64(value) !== undefined) return;
  const bad = value.replace(/={1,2}$/, "").search(/[^A-Za-z0-9+/\r\n]/);
  const at = bad < 0 ? value.length - (value.length % 4) : bad;
  throw badRequest(`Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte ${at}`);
}

function validateSecret(object: KubeObject): FieldError[] {
  const data = objectAt(object, "data");
  const sizes = Object.values(data).map((value) => (typeof value === "string" ? base64Size(value) : 0));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return [
    ...validateDataKeys(data, "data"),
    ...(total > MAX_DATA_BYTES ? [tooLongError("data", MAX_DATA_BYTES)] : []),
    ...validateType(object, data),
  ];
}

/** How many bytes base64 text stands for. */
export function base64Size(text: string): number {
  const padding = text.endsWith("==") ? 2 : Number(text.endsWith("="));
  return Math.floor((text.length * 3) / 4) - padding;
}

function validateType(object: KubeObject, data: JsonObject): FieldError[] {
  switch (textAt(object, "type")) {
    case "kubernetes.io/service-account-token":
      return object.metadata.annotations?.["kubernetes.io/service-account.name"]
        ? []
        : [requiredError("metadata.annotations[kubernetes.io/service-account.name]")];
    case "kubernetes.io/dockercfg":
      return validateJsonKey(data, ".dockercfg");
    case "kubernetes.io/dockerconfigjson":
      return validateJsonKey(data, ".dockerconfigjson");
    case "kubernetes.io/basic-auth":
      return "username" in data || "password" in data ? [] : missingKeys(data, ["username", "password"]);
    case "kubernetes.io/ssh-auth":
      return textAt(data, "ssh-privatekey") === "" ? [requiredError("data[ssh-privatekey]")] : [];
    case "kubernetes.io/tls":
      return missingKeys(data, ["tls.crt", "tls.key"]);
    default:
      return [];
  }
}

function missingKeys(data: JsonObject, keys: readonly string[]): FieldError[] {
  return keys.filter((key) => !Object.hasOwn(data, key)).map((key) => requiredError(`data[${key}]`));
}

function validateJsonKey(data: JsonObject, key: string): FieldError[] {
  const value = Object.hasOwn(data, key) ? data[key] : undefined;
  if (typeof value !== "string") return [requiredError(`data[${key}]`)];
  try {
    JSON.parse(Buffer.from(value, "base64").toString("utf8"));
    return [];
  } catch {
    // The parser's own message would quote the secret.
    return [invalidError(`data[${key}]`, "<secret contents redacted>", "it is not JSON")];
  }
}
