import { parseGroupVersion } from "../names.ts";
import type { JsonObject } from "../objects.ts";
import { findKind } from "./catalogue.ts";
import { decodeMessage } from "./decode-message.ts";
import { malformed, WireReader } from "./wire-reader.ts";

/** Media type of Kubernetes' protobuf bodies. */
export const PROTOBUF_MEDIA_TYPE = "application/vnd.kubernetes.protobuf";

/** `k8s` and a zero byte: how every protobuf body begins. */
const MAGIC: readonly number[] = [0x6b, 0x38, 0x73, 0x00];

/**
 * Decodes a protobuf body, as kubectl 1.32 and client-go 0.32 send for built-in kinds, into the object that they would
 * have sent as JSON.
 *
 * @throws TegataError `PROTOBUF_INVALID` if the bytes are malformed, nested too deep, or of a kind that is not built in.
 * @see k8s.io/apimachinery `runtime/serializer/protobuf`
 */
export function decodeKubeProtobuf(bytes: Uint8Array): JsonObject & { apiVersion: string; kind: string } {
  if (MAGIC.some((byte, index) => bytes[index] !== byte)) throw malformed("it does not begin with k8s and a zero byte");
  const { apiVersion, kind, raw } = readEnvelope(bytes.subarray(MAGIC.length));
  const message = findKind({ ...parseGroupVersion(apiVersion), kind });
  if (message === undefined) throw malformed(`no kind "${kind}" is registered for version "${apiVersion}"`);
  return { kind, apiVersion, ...decodeMessage(raw, message) };
}

/** `runtime.Unknown`. */
interface Envelope {
  readonly apiVersion: string;
  readonly kind: string;
  readonly raw: Uint8Array;
}

function readEnvelope(bytes: Uint8Array): Envelope {
  const reader = new WireReader(bytes);
  let envelope: Envelope = { apiVersion: "", kind: "", raw: new Uint8Array() };
  while (!reader.atEnd) {
    const { number, wireType } = reader.tag();
    if (number === 1 && wireType === 2) envelope = { ...envelope, ...readTypeMeta(reader.bytes()) };
    else if (number === 2 && wireType === 2) envelope = { ...envelope, raw: reader.bytes() };
    else reader.skip(wireType);
  }
  return envelope;
}

function readTypeMeta(bytes: Uint8Array): Omit<Envelope, "raw"> {
  const reader = new WireReader(bytes);
  const texts = new Map<number, string>();
  while (!reader.atEnd) {
    const { number, wireType } = reader.tag();
    if (wireType === 2) texts.set(number, reader.text());
    else reader.skip(wireType);
  }
  return { apiVersion: texts.get(1) ?? "", kind: texts.get(2) ?? "" };
}
