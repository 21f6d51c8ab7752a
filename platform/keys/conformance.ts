export { describeKeyStore } from "./key-store-conformance.ts";
export { describeSigner } from "./signer-conformance.ts";
