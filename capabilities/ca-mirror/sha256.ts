import { createHash } from "node:crypto";

/** SHA-256, as the fingerprint of a certificate. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes).digest();
}
