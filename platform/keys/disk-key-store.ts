import { randomBytes } from "node:crypto";
import { chmod, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { SecretBytes } from "@tegata/bytes";
import { asTegataError, TegataError } from "@tegata/errors";
import type { PublicKeyAlgorithm, Signer } from "@tegata/pki";
import { checkKeyName, type KeyStore } from "./key-store.ts";
import { exportPkcs8Pem, generateSigner, signerFromPem } from "./memory-signer.ts";

const SUFFIX = ".key";
/** A file that is being written. A crash may leave one behind; it is never taken for a key. */
const UNFINISHED = ".tmp";

/** Keeps keys as PKCS#8 files (mode 0600) in one folder (mode 0700), unencrypted: the folder is as secret as the keys. */
export class DiskKeyStore implements KeyStore {
  readonly #dir: string;
  /** One signer per key, so that a key is read and imported once. */
  readonly #signers = new Map<string, Signer>();
  /** Writes come one after the other, so that memory and disk agree on which came last. */
  #lastWrite: Promise<unknown> = Promise.resolve();

  private constructor(dir: string) {
    this.#dir = dir;
  }

  /** Opens a folder, and makes it if it is not there. @throws TegataError `KEY_STORE_FAILED` */
  static async open(dir: string): Promise<DiskKeyStore> {
    const store = new DiskKeyStore(dir);
    await store.#io("open", async () => {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      await chmod(dir, 0o700);
      const left = (await readdir(dir)).filter((file) => file.endsWith(UNFINISHED));
      await Promise.all(left.map((file) => rm(join(dir, file), { force: true })));
    });
    return store;
  }

  async get(name: string): Promise<Signer | undefined> {
    checkKeyName(name);
    const known = this.#signers.get(name);
    if (known !== undefined) return known;
    const pem = await this.#io(`read key "${name}" from`, () => readIfThere(this.#pathOf(name)));
    if (pem === undefined) return undefined;
    const signer = this.#signers.get(name) ?? signerFromPem(new SecretBytes(pem));
    this.#signers.set(name, signer);
    return signer;
  }

  async generate(name: string, algorithm: PublicKeyAlgorithm): Promise<Signer> {
    checkKeyName(name);
    const signer = await generateSigner(algorithm);
    const pem = exportPkcs8Pem(signer);
    await this.#write(`write key "${name}" to`, async () => {
      await this.#replace(this.#pathOf(name), pem.reveal());
      this.#signers.set(name, signer);
    });
    pem.wipe();
    return signer;
  }

  async list(): Promise<string[]> {
    const files = await this.#io("list", () => readdir(this.#dir));
    return files
      .filter((file) => file.endsWith(SUFFIX))
      .map((file) => file.slice(0, -SUFFIX.length))
      .sort();
  }

  async delete(name: string): Promise<void> {
    checkKeyName(name);
    await this.#write(`delete key "${name}" from`, async () => {
      await rm(this.#pathOf(name), { force: true });
      this.#signers.delete(name);
      await this.#sync();
    });
  }

  #write(what: string, work: () => Promise<void>): Promise<void> {
    const written = this.#lastWrite.then(() => this.#io(what, work));
    this.#lastWrite = written.catch(() => undefined);
    return written;
  }

  /** Writes beside the old file, makes the bytes durable, and only then puts them in its place. */
  async #replace(path: string, bytes: Uint8Array): Promise<void> {
    const unfinished = `${path}.${randomBytes(6).toString("hex")}${UNFINISHED}`;
    const file = await open(unfinished, "wx", 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
    await this.#sync();
  }

  /** Makes renames and removals durable. */
  async #sync(): Promise<void> {
    const folder = await open(this.#dir, "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }

  #pathOf(name: string): string {
    return join(this.#dir, `${name}${SUFFIX}`);
  }

  async #io<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (asTegataError(error) !== undefined || !(error instanceof Error && "code" in error)) throw error;
      throw new TegataError({
        kind: "unavailable",
        code: "KEY_STORE_FAILED",
        message: `could not ${what} the key store ${this.#dir} (${String(error.code)})`,
        remedy: "Check that the folder is on a disk with free space and belongs to the user that Tegata runs as.",
        cause: error,
      });
    }
  }
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
