import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TegataError } from "@tegata/errors";

/** Name of the lock file in the data folder. */
const LOCK_FILE = "lock";

/** The process that holds a lock. */
interface Holder {
  readonly pid: number;
  /** Tells a process from a later one with the same id (in a container every start has process id 1); empty if unknown. */
  readonly startedAt: string;
}

/**
 * Makes this process the only one that uses a folder. The lock of a process that no longer runs is taken over.
 *
 * @returns how to give it back.
 * @throws TegataError `KUBE_API_DATA_LOCKED` if another server, in this process or another, uses the folder.
 */
export async function lockDataDir(dir: string): Promise<() => Promise<void>> {
  const path = join(dir, LOCK_FILE);
  const own = `${path}.${process.pid}.${process.hrtime.bigint()}`;
  const self: Holder = { pid: process.pid, startedAt: await startOf(process.pid) };
  await writeFile(own, `${JSON.stringify(self)}\n`, { mode: 0o600, flush: true });
  try {
    while (!(await linked(own, path))) await removeStaleLock(path, own);
  } finally {
    await rm(own, { force: true });
  }
  return () => rm(path, { force: true });
}

/** `link` fails if the name exists, also where two processes try at the same time. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (isErrno(error, "EEXIST")) return false;
    throw error;
  }
}

async function removeStaleLock(path: string, own: string): Promise<void> {
  const before = await readLock(path);
  if (before === undefined) return;
  const holder = parseHolder(before);
  if (holder !== undefined && (await isRunning(holder))) throw locked(path, holder);
  const aside = `${own}.stale`;
  await rename(path, aside).catch(() => undefined);
  // Another process may have taken the stale lock over between our look and our rename: then it gets its lock back.
  const moved = await readLock(aside);
  if (moved !== undefined && moved !== before) await linked(aside, path);
  await rm(aside, { force: true });
}

async function readLock(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    const { pid, startedAt } = JSON.parse(text) as Partial<Holder>;
    return Number.isSafeInteger(pid) && pid !== undefined && pid > 0
      ? { pid, startedAt: String(startedAt) }
      : undefined;
  } catch {
    return undefined;
  }
}

async function isRunning({ pid, startedAt }: Holder): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return isErrno(error, "EPERM");
  }
  return startedAt === "" || (await startOf(pid)) === startedAt;
}

/** The boot and the clock tick at which a process started; empty where the system has no `/proc`. */
async function startOf(pid: number): Promise<string> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "latin1");
    const boot = await readFile("/proc/sys/kernel/random/boot_id", "latin1");
    // The second field, the command's name, may hold spaces: count from its closing parenthesis. proc(5): starttime is field 22.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return `${boot.trim()}/${fields[19] ?? ""}`;
  } catch {
    return "";
  }
}

function locked(path: string, { pid }: Holder): TegataError {
  return new TegataError({
    kind: "not-ready",
    code: "KUBE_API_DATA_LOCKED",
    message: `The data folder is in use by process ${pid} (${path})`,
    remedy: "Stop that server first, or give this one a folder of its own.",
  });
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
