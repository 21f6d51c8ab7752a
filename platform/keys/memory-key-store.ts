import type { PublicKeyAlgorithm, Signer } from "@tegata/pki";
import { checkKeyName, type KeyStore } from "./key-store.ts";
import { generateSigner } from "./memory-signer.ts";

/** Keeps keys in memory: they are gone with the process. */
export class MemoryKeyStore implements KeyStore {
  readonly #signers = new Map<string, Signer>();

  async get(name: string): Promise<Signer | undefined> {
    checkKeyName(name);
    return this.#signers.get(name);
  }

  async generate(name: string, algorithm: PublicKeyAlgorithm): Promise<Signer> {
    checkKeyName(name);
    const signer = await generateSigner(algorithm);
    this.#signers.set(name, signer);
    return signer;
  }

  async list(): Promise<string[]> {
    return [...this.#signers.keys()].sort();
  }

  async delete(name: string): Promise<void> {
    checkKeyName(name);
    this.#signers.delete(name);
  }
}
