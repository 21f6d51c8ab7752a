import type { JsonObject, JsonValue, KubeObject } from "../objects.ts";
import { isJsonObject } from "../schema/json-value.ts";
import { checkValue } from "./check-value.ts";
import { compare } from "./compare.ts";
import { difference, type FieldSet } from "./field-set.ts";
import type { FieldType } from "./field-type.ts";
import { fieldsOf } from "./fields-of.ts";
import { encodeGoJson } from "../patch/go-value.ts";

/** Where `kubectl apply` without `--server-side` keeps the configuration that it last applied. */
const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** Most bytes that all annotations of an object may have together. */
const MAX_ANNOTATION_BYTES = 256 * 1024;

/**
 * The fields that kubectl applied client-side and that still are as it left them. It may take them over when it changes to
 * server-side apply, although they are recorded as another manager's.
 *
 * @returns undefined if the object was not applied client-side in this version.
 */
export function fieldsOfLastApplied(type: FieldType, live: KubeObject): FieldSet | undefined {
  const config = parseObject(live.metadata.annotations?.[LAST_APPLIED]);
  if (config === undefined || config["apiVersion"] !== live.apiVersion) return undefined;
  if (checkValue(type, config).length > 0) return undefined;
  const { changed, removed } = compare(type, config, live as unknown as JsonObject);
  return difference(difference(fieldsOf(type, config), changed), removed);
}

function parseObject(text = ""): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as JsonValue;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps the annotation, where there is one, in step with what kubectl applies server-side, so that it can change back. */
export function annotateLastApplied(object: KubeObject, config: KubeObject): KubeObject {
  const annotations = object.metadata.annotations ?? {};
  const { [LAST_APPLIED]: current = "", ...others } = annotations;
  const text = current === "" ? "" : encodeConfiguration(config);
  if (current === text) return object;
  const updated = { ...others, [LAST_APPLIED]: text };
  const fits = Object.entries(updated).reduce((size, [name, text]) => size + byteLength(name) + byteLength(text), 0);
  return { ...object, metadata: { ...object.metadata, annotations: fits > MAX_ANNOTATION_BYTES ? others : updated } };
}

function encodeConfiguration(config: KubeObject): string {
  const { [LAST_APPLIED]: _, ...annotations } = config.metadata.annotations ?? {};
  const metadata = config.metadata.annotations === undefined ? config.metadata : { ...config.metadata, annotations };
  return `${encodeGoJson({ ...config, metadata } as unknown as JsonObject)}\n`;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
