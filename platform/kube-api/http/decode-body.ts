import { asTegataError } from "@tegata/errors";
import { tryDecodeUtf8 } from "@tegata/bytes";
import type { JsonArray, JsonObject, JsonValue } from "@tegata/kube-types";
import { decodeKubeProtobuf, PROTOBUF_MEDIA_TYPE } from "@tegata/kube-types/protobuf";
import { isJsonObject } from "@tegata/kube-types/schema";
import { parseDocument } from "yaml";
import { ApiError, badRequest, unsupportedMediaType } from "../http-errors.ts";
import type { Body } from "../registry/decode.ts";
import { scanJson } from "./json-scan.ts";

const JSON_TYPE = "application/json";
const YAML_TYPE = "application/yaml";

/** Most aliases that a YAML body may resolve, lest a few lines stand for gigabytes. */
const MAX_YAML_ALIASES = 100;

/** The media type of a `Content-Type` header, without parameters; JSON if it is absent. */
export function mediaTypeOf(contentType: string | undefined): string {
  return (contentType ?? "").split(";")[0]?.trim().toLowerCase() || JSON_TYPE;
}

/**
 * Decodes the body of a POST, PUT or DELETE.
 *
 * @throws ApiError 415 for a media type that is not served, 400 for a body that is not an object
 */
export function decodeBody(bytes: Buffer, contentType: string | undefined): Body {
  const mediaType = mediaTypeOf(contentType);
  switch (mediaType) {
    case JSON_TYPE:
      return decodeJson(bytes);
    case YAML_TYPE:
      return { value: objectOf(parseYaml(textOf(bytes))), duplicates: [] };
    case PROTOBUF_MEDIA_TYPE:
      return { value: decodeProtobuf(bytes), duplicates: [] };
    default:
      throw unsupportedMediaType([JSON_TYPE, YAML_TYPE, PROTOBUF_MEDIA_TYPE]);
  }
}

/** Decodes the body of a PATCH, which is JSON; that of a server-side apply may be YAML. @throws ApiError 400 */
export function decodePatch(
  bytes: Buffer,
  isYaml: boolean,
): { value: JsonObject | JsonArray; duplicates: readonly string[] } {
  const text = textOf(bytes);
  if (isYaml && !/^\s*\{/.test(text)) return { value: objectOf(parseYaml(text)), duplicates: [] };
  const value = parseJson(text);
  const { duplicates } = scanned(text);
  if (Array.isArray(value) || isJsonObject(value)) return { value, duplicates };
  throw badRequest("error decoding patch: the body is neither an object nor an array");
}

function decodeJson(bytes: Buffer): Body {
  const text = textOf(bytes);
  const value = objectOf(parseJson(text));
  return { value, duplicates: scanned(text).duplicates };
}

function textOf(bytes: Buffer): string {
  const text = tryDecodeUtf8(bytes);
  if (text === undefined) throw badRequest("the body of the request is not valid UTF-8");
  return text;
}

function scanned(text: string): { readonly duplicates: readonly string[] } {
  const scan = scanJson(text);
  if (scan.isTooDeep) throw badRequest("the body of the request is nested too deep");
  return scan;
}

function parseJson(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    // V8's message quotes the text, which may hold a secret value.
    throw badRequest("the body of the request is not valid JSON");
  }
}

function parseYaml(text: string): JsonValue {
  const document = parseDocument(text, { version: "1.1", schema: "yaml-1.1", uniqueKeys: false, logLevel: "error" });
  if (document.errors.length > 0) throw badRequest("the body of the request is not valid YAML");
  try {
    const json = JSON.stringify(document.toJS({ maxAliasCount: MAX_YAML_ALIASES }) ?? null);
    scanned(json);
    return JSON.parse(json) as JsonValue;
  } catch (error) {
    throw error instanceof ApiError ? error : badRequest("the body of the request is not valid YAML");
  }
}

function decodeProtobuf(bytes: Buffer): JsonObject {
  try {
    return decodeKubeProtobuf(bytes);
  } catch (error) {
    const refusal = asTegataError(error);
    throw refusal === undefined ? error : badRequest(refusal.message);
  }
}

function objectOf(value: JsonValue): JsonObject {
  if (isJsonObject(value)) return value;
  throw badRequest("the body of the request must be an object");
}
