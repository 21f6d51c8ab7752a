import { TegataError } from "@tegata/errors";
import { type JsonNode, parseJson, rawBytes, stringBytes } from "../json/json-node.ts";
import { plainNumberBytes } from "../json/value-bytes.ts";

/**
 * Text as one character per byte. Paths are held so: the dialect is defined on bytes, and JavaScript compares, slices and
 * searches such strings as it would bytes.
 */
export type ByteText = string;

/** A value that a path led to. */
export interface PathValue {
  readonly kind: JsonNode["kind"];
  /** The JSON text of the value as it stands in its source, or as a modifier made it. */
  readonly raw: Uint8Array;
}

/** Longest result that a path may build, in bytes: modifiers such as `@tostr` grow their input at each use. */
export const PATH_RESULT_MAX_BYTES = 16 * 1024 * 1024;

/** A value for a node. */
export function ofNode(node: JsonNode): PathValue {
  return { kind: node.kind, raw: rawBytes(node) };
}

/** The value that a JSON text holds; `undefined` if it holds none. Space after an object or array stays part of it. */
export function ofText(json: Uint8Array): PathValue | undefined {
  const node = parseJson(json);
  if (node === undefined) return isNotFinite(json) ? { kind: "number", raw: json } : undefined;
  const raw = node.kind === "object" || node.kind === "array" ? json.subarray(node.start) : rawBytes(node);
  return { kind: node.kind, raw };
}

/** What the value is as plain text: a string's content, a number, `true`; nothing for null; the JSON text of all else. */
export function plainBytes({ kind, raw }: PathValue): Uint8Array {
  if (kind === "null") return new Uint8Array(0);
  const node = kind === "string" || kind === "number" ? parseJson(raw) : undefined;
  if (node === undefined) return kind === "number" ? toBytes(raw[0] === 0x69 ? "+Inf" : "NaN") : raw;
  return node.kind === "string" ? stringBytes(node) : plainNumberBytes(node);
}

/** Bytes of a text. */
export function toBytes(text: ByteText): Uint8Array {
  return new Uint8Array(Buffer.from(text, "latin1"));
}

/** Text of bytes. */
export function toByteText(bytes: Uint8Array): ByteText {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** Joins what a multipath or modifier puts together. @throws TegataError `PROPERTY_TOO_COMPLEX` */
export function joinBytes(pieces: readonly (Uint8Array | ByteText)[]): Uint8Array {
  const joined = Buffer.concat(
    pieces.map((piece) => (typeof piece === "string" ? Buffer.from(piece, "latin1") : piece)),
  );
  if (joined.length > PATH_RESULT_MAX_BYTES)
    throw tooComplex(`builds a result longer than ${PATH_RESULT_MAX_BYTES} bytes`);
  return new Uint8Array(joined);
}

/** The refusal of a path that costs too much. Code `PROPERTY_TOO_COMPLEX`. */
export function tooComplex(why: string): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "PROPERTY_TOO_COMPLEX",
    message: `the property's path ${why}`,
    remedy: "Shorten remoteRef.property, or use fewer modifiers and queries in it",
  });
}

/** The dialect has literals for numbers that JSON lacks, e.g. `!inf`. */
function isNotFinite(json: Uint8Array): boolean {
  return json.length === 3 && /^(nan|inf)$/i.test(toByteText(json));
}
