import { readFile, rm, writeFile } from "node:fs/promises";
import { TegataError } from "@tegata/errors";

/**
 * Takes a lock file that holds our process id. One whose process is gone is taken over.
 *
 * @throws TegataError `DEV_STORE_LOCKED`
 */
export async function takeLock(path: string): Promise<{ release(): Promise<void> }> {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      await writeFile(path, String(process.pid), { flag: "wx", mode: 0o600 });
      return { release: () => rm(path, { force: true }) };
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
    const holder = Number(await readFile(path, "utf8").catch(() => ""));
    if (holder > 0 && (holder === process.pid || isRunning(holder))) {
      throw new TegataError({
        kind: "not-ready",
        code: "DEV_STORE_LOCKED",
        message: `${path} is held by process ${holder}`,
        remedy: "Stop that process, or use another directory",
      });
    }
    await rm(path, { force: true });
  }
  throw new TegataError({
    kind: "not-ready",
    code: "DEV_STORE_LOCKED",
    message: `${path} is being taken by another process`,
    remedy: "Try again, or use another directory",
  });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
