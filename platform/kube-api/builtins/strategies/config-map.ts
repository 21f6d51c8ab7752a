import type { FieldError, KubeObject } from "@tegata/kube-types";
import { invalidError, tooLongError } from "@tegata/kube-types/schema";
import type { Strategy } from "../../registry/types.ts";
import { objectAt } from "../fields.ts";
import { MAX_DATA_BYTES, validateDataKeys, validateImmutableData } from "./data-keys.ts";
import { base64Size } from "./secret.ts";

/** The rules of ConfigMaps. reference: k8s.io/kubernetes `pkg/apis/core/validation` ValidateConfigMap */
export const CONFIG_MAP_STRATEGY: Strategy = {
  validate: validateConfigMap,
  validateUpdate: (object, old) => validateImmutableData(object, old, ["data", "binaryData"]),
};

function validateConfigMap(object: KubeObject): FieldError[] {
  const data = objectAt(object, "data");
  const binaryData = objectAt(object, "binaryData");
  const twice = Object.keys(data).filter((key) => Object.hasOwn(binaryData, key));
  const size =
    sum(Object.values(data), (value) => Buffer.byteLength(value)) + sum(Object.values(binaryData), base64Size);
  return [
    ...validateDataKeys(data, "data"),
    ...twice.map((key) => invalidError(`data[${key}]`, key, "duplicate of key present in binaryData")),
    ...validateDataKeys(binaryData, "binaryData"),
    ...(size > MAX_DATA_BYTES ? [tooLongError("[]", MAX_DATA_BYTES)] : []),
  ];
}

function sum(values: readonly unknown[], size: (text: string) => number): number {
  return values.reduce<number>((total, value) => total + (typeof value === "string" ? size(value) : 0), 0);
}
