import { asTegataError, TegataError } from "@tegata/errors";

/** What a structure of this package is called in messages, and its error code. */
const STRUCTURES = {
  CERTIFICATE_INVALID: "certificate",
  CSR_INVALID: "certificate signing request",
  CRL_INVALID: "certificate revocation list",
  PUBLIC_KEY_INVALID: "public key",
} as const;

/** Codes of what cannot be read. */
export type StructureCode = keyof typeof STRUCTURES;

/** A structure that cannot be read, and why. */
export function structureError(code: StructureCode, why: string, cause?: unknown): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code,
    message: `the ${STRUCTURES[code]} cannot be read: ${why}`,
    remedy: `Check that the bytes are one whole ${STRUCTURES[code]} in DER (or PEM), as OpenSSL writes it.`,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Runs `read`, and says of bad DER in which structure it was found. */
export function readingStructure<T>(code: StructureCode, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    const error = asTegataError(thrown);
    throw error?.code === "DER_INVALID" ? structureError(code, error.message, error) : thrown;
  }
}
