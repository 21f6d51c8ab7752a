import { crc32 } from "node:zlib";
import type { Revision } from "./revision.ts";

/** One write as the log holds it. */
export interface LogRecord {
  readonly version: number;
  readonly collection: string;
  readonly key: string;
  /** UTF-8 JSON of the object; undefined: the object was removed. */
  readonly bytes: Buffer | undefined;
}

const NEWLINE = 0x0a;
const SPACE = 0x20;
const CRC_DIGITS = 8;

/**
 * Encodes one record: a line `CRC32 HEADER OBJECT`, where the CRC (8 hexadecimal digits) covers the rest of the line
 * without its end, the header is a JSON array `[version,collection,key]` without spaces, and the object is JSON or `null`.
 */
export function encodeRecord(record: LogRecord): Buffer {
  const header = Buffer.from(`${JSON.stringify([record.version, record.collection, record.key])} `);
  return encodeLine(Buffer.concat([header, record.bytes ?? Buffer.from("null")]));
}

/** The record of a revision. */
export function recordOf(revision: Revision): LogRecord {
  const { version, collection, key, deleted, bytes } = revision;
  return { version, collection, key, bytes: deleted ? undefined : bytes };
}

/** Puts a CRC before a line's content and an end behind it. */
export function encodeLine(content: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${crcText(content)} `), content, Buffer.from("\n")]);
}

/** @returns the content of a line (without its end), or undefined if its CRC does not fit. */
export function decodeLine(line: Buffer): Buffer | undefined {
  if (line.length <= CRC_DIGITS || line[CRC_DIGITS] !== SPACE) return undefined;
  const content = line.subarray(CRC_DIGITS + 1);
  return line.toString("latin1", 0, CRC_DIGITS) === crcText(content) ? content : undefined;
}

/** @returns undefined if the line is not a whole, unchanged record. */
export function decodeRecord(line: Buffer): LogRecord | undefined {
  const content = decodeLine(line);
  if (content === undefined) return undefined;
  // Neither a version nor the name of a collection or object contains a space, so the first one ends the header.
  const headerEnd = content.indexOf(SPACE);
  if (headerEnd < 0) return undefined;
  const [version, collection, key] = JSON.parse(content.toString("utf8", 0, headerEnd)) as [number, string, string];
  const bytes = content.subarray(headerEnd + 1);
  return { version, collection, key, bytes: bytes.equals(Buffer.from("null")) ? undefined : bytes };
}

/** The lines of a file with the offset at which each begins; the last one is `torn` if it has no end. */
export function* linesOf(file: Buffer): Iterable<{ line: Buffer; offset: number; torn: boolean }> {
  for (let offset = 0; offset < file.length; ) {
    const end = file.indexOf(NEWLINE, offset);
    yield { line: file.subarray(offset, end < 0 ? file.length : end), offset, torn: end < 0 };
    offset = end < 0 ? file.length : end + 1;
  }
}

function crcText(content: Buffer): string {
  return crc32(content).toString(16).padStart(CRC_DIGITS, "0");
}
