import type { SignatureAlgorithm } from "./x509/algorithms.ts";

/** A signature to be checked. */
export interface VerificationRequest {
  readonly algorithm: SignatureAlgorithm;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKeySpki: Uint8Array;
  /** The message, not its digest. */
  readonly message: Uint8Array;
  /** A DER `Ecdsa-Sig-Value` for EC. */
  readonly signature: Uint8Array;
}

/** Checks signatures. Pure in effect: the same request has the same answer. */
export interface Verifier {
  /** @returns whether the signature is right. A key or signature that cannot be read, or does not fit the scheme, is not. */
  verify(request: VerificationRequest): boolean;
}
