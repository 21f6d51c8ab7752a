export type { PublicKeyAlgorithm, Signer } from "./signer.ts";
