export { exportPkcs8Pem, generateSigner, signerFromPem } from "./memory-signer.ts";
export { nodeVerifier } from "./node-verifier.ts";
