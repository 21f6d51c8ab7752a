import { decodeYaml } from "../format/yaml-decode.ts";
import { encodeYaml } from "../format/yaml-encode.ts";
import type { BudgetMeter } from "../budget.ts";
import { CallError } from "../template-error.ts";
import { GoMap, GoSlice, type GoValue, INTERFACE } from "../values/value.ts";
import { bytewise, defineWithContext, type TemplateFunction } from "./define.ts";

/** YAML. What cannot be written is an empty text; what cannot be read is a dictionary with the reason under `Error`. */
export const YAML_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = bytewise({
  toYaml: defineWithContext(["any"], ({ budget }, value) => toYaml(value, budget)),
  fromYaml: defineWithContext(["string"], ({ budget }, text) => fromYaml(text, budget)),
});

function toYaml(value: GoValue, budget: BudgetMeter): string {
  try {
    return encodeYaml(value, budget);
  } catch (thrown) {
    if (thrown instanceof CallError) return "";
    throw thrown;
  }
}

function fromYaml(text: string, budget: BudgetMeter): GoMap {
  try {
    const value = decodeYaml(text, budget);
    if (value instanceof GoMap) return value;
    return value === null ? new GoMap(INTERFACE) : failed(notAMap(value));
  } catch (thrown) {
    if (thrown instanceof CallError) return failed(thrown.message);
    throw thrown;
  }
}

function failed(reason: string): GoMap {
  return new GoMap(INTERFACE, new Map([["Error", reason]]));
}

function notAMap(value: GoValue): string {
  const kind = value instanceof GoSlice ? "array" : typeof value === "boolean" ? "bool" : typeof value;
  const target = `Go value of type map[string]${INTERFACE}`;
  return `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${kind} into ${target}`;
}
