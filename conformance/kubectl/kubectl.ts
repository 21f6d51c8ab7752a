import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/** A kubectl on this machine. */
export interface Kubectl {
  readonly path: string;
  /** e.g. `1.33.1` */
  readonly version: string;
  readonly minor: number;
}

/** What a run of kubectl gave. */
export interface Outcome {
  /** `undefined` if it was ended because what was waited for had been printed. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** How long one command may run, in milliseconds. */
const COMMAND_TIMEOUT_MS = 60_000;

/** Finds every kubectl in PATH, and others beside it such as `kubectl.1.31`, one for each minor version, oldest first. */
export function findKubectls(path = process.env.PATH ?? ""): Kubectl[] {
  const candidates = path.split(delimiter).flatMap((folder) => kubectlsIn(folder));
  const byMinor = new Map<number, Kubectl>();
  for (const candidate of new Set(candidates)) {
    const kubectl = identify(candidate);
    if (kubectl !== undefined) byMinor.set(kubectl.minor, byMinor.get(kubectl.minor) ?? kubectl);
  }
  return [...byMinor.values()].sort((one, other) => one.minor - other.minor);
}

function kubectlsIn(folder: string): string[] {
  const inPath = join(folder, "kubectl");
  if (!existsSync(inPath)) return [];
  const home = dirname(realpathSync(inPath));
  const beside = readdirSync(home).filter((name) => /^kubectl\.1\.\d+$/.test(name));
  // A dispatcher in PATH only starts one of those beside it.
  return beside.length > 0 ? beside.map((name) => join(home, name)) : [realpathSync(inPath)];
}

function identify(path: string): Kubectl | undefined {
  try {
    accessSync(path, constants.X_OK);
  } catch {
    return undefined;
  }
  const { stdout } = spawnSync(path, ["version", "--client", "-o", "json"], { encoding: "utf8", timeout: 20_000 });
  const version = /"gitVersion":\s*"v(1\.(\d+)[^"]*)"/.exec(stdout ?? "");
  return version === null ? undefined : { path, version: version[1] ?? "", minor: Number(version[2]) };
}

/** How to run kubectl once. */
export interface Run {
  readonly args: readonly string[];
  readonly stdin: string;
  readonly env: Readonly<Record<string, string>>;
  readonly until: RegExp | undefined;
}

/** Runs kubectl to its end, or until its output matches. */
export async function runKubectl(kubectl: Kubectl, { args, stdin, env, until }: Run): Promise<Outcome> {
  const child = spawn(kubectl.path, [...args], {
    env: { PATH: process.env.PATH, ...env },
    timeout: COMMAND_TIMEOUT_MS,
  });
  const output = { stdout: "", stderr: "" };
  let isSeen = false;
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
      if (until === undefined || isSeen || !until.test(output.stdout)) return;
      isSeen = true;
      child.kill("SIGTERM");
    });
  }
  // A command that does not read its input may be gone before it is written.
  child.stdin.on("error", () => undefined);
  child.stdin.end(stdin);
  const exitCode = await new Promise<number | undefined>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(isSeen ? undefined : (code ?? -1)));
  });
  return { exitCode, ...output };
}
