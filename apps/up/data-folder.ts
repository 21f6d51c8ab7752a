import { mkdir, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TegataError } from "@tegata/errors";

/** The files of one `tegata up`, below its data folder. */
export interface DataFolder {
  readonly path: string;
  /** Data of the embedded Kubernetes API. */
  readonly kube: string;
  /** Data of the dev store. */
  readonly vault: string;
  readonly kubeconfig: string;
  /** The dev store's root token, for the curl examples of the tour. Mode 0600. */
  readonly vaultToken: string;
  /** Gives the folder back. */
  release(): Promise<void>;
}

/** What a folder keeps between two starts. */
export interface FolderSettings {
  readonly kubePort: number;
  readonly vaultPort: number;
  readonly metricsPort: number;
}

/**
 * Takes the data folder for this process, and makes it if it is not there (mode 0700).
 *
 * @throws TegataError `UP_ALREADY_RUNNING` if another `tegata up` has it.
 */
export async function takeDataFolder(path: string): Promise<DataFolder> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const lock = join(path, "up.pid");
  await writeLock(lock, path);
  return {
    path,
    kube: join(path, "kube"),
    vault: join(path, "vault"),
    kubeconfig: join(path, "kubeconfig"),
    vaultToken: join(path, "vault-token"),
    release: () => rm(lock, { force: true }),
  };
}

async function writeLock(lock: string, path: string): Promise<void> {
  try {
    const file = await open(lock, "wx", 0o600);
    await file.writeFile(`${process.pid}\n`);
    await file.close();
  } catch (error) {
    if (!isCode(error, "EEXIST")) throw error;
    const holder = Number.parseInt(await readFile(lock, "utf8"), 10);
    if (isAlive(holder)) throw alreadyRunning(path, holder);
    // Left by a process that was killed: its parts keep locks of their own, so taking this one over is safe.
    await rm(lock, { force: true });
    await writeLock(lock, path);
  }
}

function isAlive(pid: number): boolean {
  if (Number.isNaN(pid) || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isCode(error, "EPERM");
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

function alreadyRunning(path: string, pid: number): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "UP_ALREADY_RUNNING",
    message: `tegata up already runs on ${path} (process ${pid})`,
    remedy: `Use it (KUBECONFIG=${join(path, "kubeconfig")}), stop it with \`kill ${pid}\`, or start another with --data-dir.`,
  });
}

/** Reads what the folder keeps; `undefined` on the first start. @throws TegataError `UP_SETTINGS_CORRUPT` */
export async function readSettings({ path }: DataFolder): Promise<FolderSettings | undefined> {
  const file = join(path, "settings.json");
  try {
    const parsed: unknown = JSON.parse(await readFile(file, "utf8"));
    if (isSettings(parsed)) return parsed;
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new TegataError({
    kind: "integrity",
    code: "UP_SETTINGS_CORRUPT",
    message: `${file} cannot be read: it is not what tegata up wrote`,
    remedy: "Delete that one file (the ports are then chosen anew); the data beside it stays.",
  });
}

/** Writes what the folder keeps, atomically. */
export async function writeSettings({ path }: DataFolder, settings: FolderSettings): Promise<void> {
  await writeFileAtomically(join(path, "settings.json"), `${JSON.stringify(settings, undefined, 2)}\n`);
}

/** Writes a file (mode 0600) so that a reader sees the old content or the new one, never half. */
export async function writeFileAtomically(path: string, content: string): Promise<void> {
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, content, { mode: 0o600 });
  await rename(temporary, path);
}

function isSettings(value: unknown): value is FolderSettings {
  if (typeof value !== "object" || value === null) return false;
  return ["kubePort", "vaultPort", "metricsPort"].every(
    (name) => typeof (value as Record<string, unknown>)[name] === "number",
  );
}
