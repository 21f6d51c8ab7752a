import { open } from "node:fs/promises";

/** Makes the names in a folder durable: without it a new file may be missing after a power failure. */
export async function syncDir(dir: string): Promise<void> {
  const handle = await open(dir, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
