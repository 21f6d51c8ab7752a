export { exportPkcs8Pem, generateSigner, signerFromPem } from "./memory-signer.ts";
export { nodeVerifier } from "./node-verifier.ts";
export type { KeyStore } from "./key-store.ts";
export { DiskKeyStore } from "./disk-key-store.ts";
export { MemoryKeyStore } from "./memory-key-store.ts";
