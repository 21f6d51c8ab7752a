import { TegataError } from "@tegata/errors";
import type { PublicKeyAlgorithm, Signer } from "@tegata/pki";

/**
 * Keeps private keys under names. Safe to use concurrently, by one process at a time. Whatever happens while it writes, a
 * name afterwards stands for the old key or the new one, whole.
 */
export interface KeyStore {
  /** @returns `undefined` if there is no key of this name. @throws TegataError `KEY_STORE_FAILED` if that cannot be told. */
  get(name: string): Promise<Signer | undefined>;
  /** Makes a new key, in place of the one that has the name. Signers of the old key go on working. */
  generate(name: string, algorithm: PublicKeyAlgorithm): Promise<Signer>;
  /** The names that there are, sorted. */
  list(): Promise<string[]>;
  /** Does nothing if there is no such key. */
  delete(name: string): Promise<void>;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** @throws TegataError `KEY_NAME_INVALID` unless a key may be called so: names become file names. */
export function checkKeyName(name: string): void {
  if (NAME.test(name)) return;
  throw new TegataError({
    kind: "invalid-input",
    code: "KEY_NAME_INVALID",
    message: `${JSON.stringify(name.slice(0, 120))} cannot be the name of a key`,
    remedy: "Use 1 to 100 letters, digits, dots, dashes and underscores, beginning with a letter or digit.",
  });
}
