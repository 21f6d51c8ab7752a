/** Object identifiers of PKCS#12 files. RFC 7292, RFC 8018, RFC 9579 */
export const OID = {
  data: "1.2.840.113549.1.7.1",
  encryptedData: "1.2.840.113549.1.7.6",
  keyBag: "1.2.840.113549.1.12.10.1.1",
  shroudedKeyBag: "1.2.840.113549.1.12.10.1.2",
  certificateBag: "1.2.840.113549.1.12.10.1.3",
  x509Certificate: "1.2.840.113549.1.9.22.1",
  friendlyName: "1.2.840.113549.1.9.20",
  localKeyId: "1.2.840.113549.1.9.21",
  javaTrustStore: "2.16.840.1.113894.746875.1.1",
  anyExtendedKeyUsage: "2.5.29.37.0",
  pbes2: "1.2.840.113549.1.5.13",
  pbkdf2: "1.2.840.113549.1.5.12",
  pbmac1: "1.2.840.113549.1.5.14",
  hmacSha256: "1.2.840.113549.2.9",
  aes256Cbc: "2.16.840.1.101.3.4.1.42",
  sha256: "2.16.840.1.101.3.4.2.1",
  pbeTripleDes: "1.2.840.113549.1.12.1.3",
  pbeRc2With128Bits: "1.2.840.113549.1.12.1.5",
  pbeRc2With40Bits: "1.2.840.113549.1.12.1.6",
} as const;

/** Hashes of PBKDF2 and PBMAC1 by the identifier of their HMAC. */
export const HMAC_HASHES: ReadonlyMap<string, string> = new Map([
  ["1.2.840.113549.2.7", "sha1"],
  ["1.2.840.113549.2.9", "sha256"],
  ["1.2.840.113549.2.10", "sha384"],
  ["1.2.840.113549.2.11", "sha512"],
]);

/** Hashes of the file's MAC. */
export const MAC_HASHES: ReadonlyMap<string, string> = new Map([
  ["1.3.14.3.2.26", "sha1"],
  ["2.16.840.1.101.3.4.2.1", "sha256"],
  ["2.16.840.1.101.3.4.2.2", "sha384"],
  ["2.16.840.1.101.3.4.2.3", "sha512"],
]);

/** Ciphers of PBES2, and the length of their keys in bytes. */
export const PBES2_CIPHERS: ReadonlyMap<string, readonly [string, number]> = new Map([
  ["2.16.840.1.101.3.4.1.2", ["aes-128-cbc", 16]],
  ["2.16.840.1.101.3.4.1.22", ["aes-192-cbc", 24]],
  ["2.16.840.1.101.3.4.1.42", ["aes-256-cbc", 32]],
  ["1.2.840.113549.3.7", ["des-ede3-cbc", 24]],
]);
