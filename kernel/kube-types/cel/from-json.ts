import { decodeBase64 } from "@tegata/bytes";
import type { JsonValue } from "../objects.ts";
import { parseDuration } from "../schema/duration.ts";
import { isJsonObject, memberOf } from "../schema/json-value.ts";
import { markListType } from "./equality.ts";
import { parseTimestamp } from "./timestamp.ts";
import { type CelType, DYN } from "./types.ts";
import { CelDuration, CelError, CelMap, CelObject, CelTimestamp, type CelValue } from "./values.ts";

/**
 * Converts JSON into the value that an expression of the given type sees. Objects are converted field by field, when the
 * fields are read.
 *
 * @throws CelError if the JSON does not have the type, e.g. a malformed date.
 */
export function fromJson(json: JsonValue, type: CelType): CelValue {
  if (json === null) return null;
  switch (type.kind) {
    case "list":
      if (!Array.isArray(json)) break;
      return listFromJson(json, type);
    case "map":
      if (!isJsonObject(json)) break;
      return new CelMap(Object.entries(json).map(([key, value]) => [key, fromJson(value, type.value)]));
    case "object":
      if (!isJsonObject(json)) break;
      return new CelObject(json, type, readField);
    case "dyn":
      return dynFromJson(json);
    default:
      return scalarFromJson(json, type);
  }
  throw new CelError(
    `invalid data, expected ${type.kind === "list" ? "an array" : "a map"} for the provided schema with type=${type.kind === "list" ? "array" : "object"}`,
  );
}

function listFromJson(json: readonly JsonValue[], { element, listType }: Extract<CelType, { kind: "list" }>): CelValue {
  const list = json.map((item) => fromJson(item, element));
  if (listType !== undefined) markListType(list, listType);
  return list;
}

function readField({ json, type }: CelObject, name: string): CelValue | undefined {
  const field = type.fields.get(name);
  const value = field === undefined ? undefined : memberOf(json, field.jsonName);
  // A field that is null counts as not set; null items of lists and values of maps are seen as null.
  return field === undefined || value === undefined || value === null ? undefined : fromJson(value, field.type);
}

function dynFromJson(json: JsonValue): CelValue {
  if (Array.isArray(json)) return json.map((item) => fromJson(item, DYN));
  if (isJsonObject(json)) return new CelMap(Object.entries(json).map(([key, value]) => [key, fromJson(value, DYN)]));
  return typeof json === "number" && Number.isInteger(json) ? BigInt(json) : json;
}

function scalarFromJson(json: JsonValue, type: CelType): CelValue {
  if (typeof json === "boolean" && type.kind === "bool") return json;
  if (typeof json === "number") {
    if (type.kind === "int" && Number.isInteger(json)) return BigInt(json);
    if (type.kind === "double") return json;
  }
  if (typeof json === "string") return textFromJson(json, type);
  throw mismatch(type);
}

function textFromJson(text: string, type: CelType): CelValue {
  switch (type.kind) {
    case "string":
      return text;
    case "bytes": {
      const bytes = decodeBase64(text);
      if (bytes === undefined) throw new CelError("Invalid bytes format: illegal base64 data");
      return bytes;
    }
    case "duration": {
      const nanoseconds = parseDuration(text);
      if (nanoseconds === undefined) throw new CelError(`Invalid duration ${text}`);
      return new CelDuration(nanoseconds);
    }
    case "timestamp": {
      const instant = parseTimestamp(text.includes("T") ? text : `${text}T00:00:00Z`);
      if (instant === undefined) throw new CelError(`Invalid date-time ${text}`);
      return new CelTimestamp(instant.nanoseconds, instant.offset);
    }
    default:
      throw mismatch(type);
  }
}

function mismatch(type: CelType): CelError {
  return new CelError(`invalid data, expected ${type.kind}`);
}
