import { asTegataError, TegataError } from "@tegata/errors";

/** @param why - without anything of the content or the password. */
export function invalidFile(why: string): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "PKCS12_INVALID",
    message: `the PKCS#12 file cannot be read: ${why}`,
    remedy: "Check that the value is the file's bytes (decode base64 first), and how the file was made.",
  });
}

/** The MAC does not fit: nearly always a wrong password. */
export function wrongPassword(): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "PKCS12_PASSWORD_WRONG",
    message: "the PKCS#12 file does not open with that password",
    remedy: "Check the password; for a file without one use the function without Pass.",
  });
}

/** Runs a reader; whatever is malformed becomes `PKCS12_INVALID`. */
export function readingFile<T>(read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    const error = asTegataError(thrown);
    if (error?.code.startsWith("PKCS12_") === true) throw error;
    throw invalidFile(error === undefined ? "its content does not decrypt" : error.message);
  }
}
