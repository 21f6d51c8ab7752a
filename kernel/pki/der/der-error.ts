import { TegataError } from "@tegata/errors";

/** Bytes that are not the DER that was expected, `DER_INVALID`. */
export function derError(why: string): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "DER_INVALID",
    message: `not valid DER: ${why}`,
    remedy: "Check that the bytes are complete and were written by a tool that encodes DER, not BER.",
  });
}
