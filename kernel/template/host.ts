/** A certificate and its private key, PEM. */
export interface CertificateAndKey {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** What a certificate made by a template function says. */
export interface CertificateRequest {
  readonly commonName: string;
  /** In text form. */
  readonly ipAddresses: readonly string[];
  readonly dnsNames: readonly string[];
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly isCa: boolean;
  /** The key to certify, PEM; a new RSA-2048 key if absent. */
  readonly privateKeyPem: string | undefined;
  /** Who signs; the certificate's own key if absent. */
  readonly issuer: CertificateAndKey | undefined;
}

/** Cost of scrypt. RFC 7914 §2 */
export interface ScryptCost {
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

/** What a PKCS#12 file holds. */
export interface Pkcs12Content {
  /** PKCS#8, PEM. */
  readonly privateKeyPem: string;
  /** DER; the key's own certificate first. */
  readonly certificates: readonly Uint8Array[];
}

/**
 * The operations on keys that a template can ask for. Each throws a TegataError `invalid-input`, whose message holds no key
 * or password, if what it is given is malformed or does not fit.
 */
export interface TemplateCrypto {
  /** Makes a private key. @returns PEM in the traditional form of its kind (PKCS#8 for Ed25519). */
  generatePrivateKey(kind: "rsa" | "dsa" | "ecdsa" | "ed25519"): string;
  /** Makes and signs a certificate. */
  issueCertificate(request: CertificateRequest): CertificateAndKey;
  /** Checks that a text holds a PEM private key: PKCS#8, PKCS#1, SEC 1 or DSA. */
  checkPrivateKey(pem: string): void;
  /** Derives 64 bytes by scrypt. RFC 7914 */
  scrypt(password: Uint8Array, salt: Uint8Array, cost: ScryptCost): Uint8Array;
  /** Decrypts RSAES-OAEP. @param privateKeyPem - PKCS#1 or PKCS#8. */
  decryptRsaOaep(hash: "sha1" | "sha256" | "sha512", ciphertext: Uint8Array, privateKeyPem: string): Uint8Array;
  /** Opens a PKCS#12 file with one private key. @param password - as text. */
  decodePkcs12(file: Uint8Array, password: string): Pkcs12Content;
  /** Makes a PKCS#12 file of a key (PKCS#1, PKCS#8 or SEC 1, PEM) and its chain, the key's own certificate first, DER. */
  encodePkcs12(content: Pkcs12Content, password: string): Uint8Array;
  /** Makes a PKCS#12 file of trusted certificates (DER), as Java's key store reads it. */
  encodePkcs12TrustStore(certificates: readonly Uint8Array[], password: string): Uint8Array;
  /** Converts a private JSON Web Key. @returns PKCS#8, PEM. */
  privateKeyOfJwk(jwk: string): string;
}

/** The world outside, as far as template functions need it. The kernel has no clock, randomness or keys of its own. */
export interface TemplateHost {
  now(): Date;
  /** @returns this many unpredictable bytes. */
  randomBytes(length: number): Uint8Array;
  readonly crypto: TemplateCrypto;
}
