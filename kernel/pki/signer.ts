/** A key's algorithm, as certificates, SVIDs and tokens name it. */
export type PublicKeyAlgorithm = "rsa-2048" | "rsa-4096" | "ec-p256" | "ec-p384" | "ed25519";

/** One private key that signs. The key itself stays behind it. Safe to use concurrently. */
export interface Signer {
  readonly algorithm: PublicKeyAlgorithm;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKeySpki: Uint8Array;
  /**
   * Signs with SHA-256 (SHA-384 for P-384; Ed25519 as it is): PKCS#1 v1.5 for RSA, a DER `Ecdsa-Sig-Value` for EC.
   *
   * @param bytes - the message, not its digest.
   */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}
