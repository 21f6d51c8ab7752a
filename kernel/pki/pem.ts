import { decodeBase64, encodeBase64 } from "@tegata/bytes";
import { TegataError } from "@tegata/errors";

/** One block of a PEM text. */
export interface PemBlock {
  /** e.g. `CERTIFICATE` */
  readonly label: string;
  readonly bytes: Uint8Array;
}

/** Longest PEM text that is read, in characters: 3 MiB, the API server's limit for an object. */
export const MAX_PEM_LENGTH = 3 * 1024 * 1024;

const BEGIN = /^-----BEGIN ([A-Z0-9]+(?: [A-Z0-9]+)*)-----[ \t]*$/;

/**
 * Parses all PEM blocks of a text, in time linear in its length. Text outside of blocks is passed over, as bundles carry
 * comments. RFC 7468 §2, §3
 *
 * @returns the blocks in their order; empty if there are none.
 * @throws TegataError `PEM_INVALID` for a block that does not end or is not base64, for headers (encrypted keys of the
 *   old form), and for texts above {@link MAX_PEM_LENGTH}.
 */
export function parsePem(text: string): PemBlock[] {
  if (text.length > MAX_PEM_LENGTH) throw invalidPem(`it is longer than ${MAX_PEM_LENGTH} characters`);
  const blocks: PemBlock[] = [];
  let label: string | undefined;
  let body: string[] = [];
  for (const line of text.split(/\r?\n|\r/)) {
    if (label === undefined) {
      // The cheap test first: comments in bundles may be long.
      label = line.startsWith("-----BEGIN ") ? BEGIN.exec(line)?.[1] : undefined;
      body = [];
    } else if (line.startsWith("-----")) {
      if (line.trimEnd() !== `-----END ${label}-----`) throw invalidPem(`the block "${label}" does not end`);
      blocks.push({ label, bytes: decodeBody(label, body) });
      label = undefined;
    } else {
      body.push(line);
    }
  }
  if (label !== undefined) throw invalidPem(`the block "${label}" does not end`);
  return blocks;
}

/**
 * Parses the certificates of a PEM bundle, passing over blocks of other kinds.
 *
 * @returns their DER, in the order of the text; empty if there is none.
 * @throws TegataError `PEM_INVALID`
 */
export function parseCertificatePem(text: string): Uint8Array[] {
  return parsePem(text)
    .filter(({ label }) => label === "CERTIFICATE")
    .map(({ bytes }) => bytes);
}

/** Formats one block: lines of 64 characters, ended by a line feed. */
export function formatPem(label: string, bytes: Uint8Array): string {
  const lines = encodeBase64(bytes).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

/** Formats certificates one after the other. */
export function formatCertificatePem(...certificates: readonly Uint8Array[]): string {
  return certificates.map((der) => formatPem("CERTIFICATE", der)).join("");
}

function decodeBody(label: string, lines: readonly string[]): Uint8Array {
  if (lines.some((line) => line.includes(":"))) throw invalidPem(`the block "${label}" has headers`);
  const bytes = decodeBase64(lines.map((line) => line.trim()).join(""));
  if (bytes === undefined || bytes.length === 0) throw invalidPem(`the block "${label}" is not base64`);
  return bytes;
}

function invalidPem(why: string): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "PEM_INVALID",
    message: `the PEM text cannot be read: ${why}`,
    remedy: "Check that the whole text was copied, from BEGIN to END of every block.",
  });
}
