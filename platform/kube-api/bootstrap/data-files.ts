import { mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";

/** Small files beside the store: keys and certificates. */
export interface DataFiles {
  /** @returns undefined if there is no such file. */
  read(name: string): Promise<string | undefined>;
  /** Replaces a file (mode 0600) whole or not at all. */
  write(name: string, content: string): Promise<void>;
}

/** The files of a data folder, in its folder `pki`; in memory, there are none and none are kept. */
export function dataFiles(dataDir: string): DataFiles {
  if (dataDir === "memory") return { read: async () => undefined, write: async () => undefined };
  const dir = join(dataDir, "pki");
  return {
    read: (name) => readIfThere(join(dir, name)),
    async write(name, content) {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      const path = join(dir, name);
      const handle = await open(`${path}.part`, "w", 0o600);
      try {
        await handle.writeFile(content);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(`${path}.part`, path);
    },
  };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
