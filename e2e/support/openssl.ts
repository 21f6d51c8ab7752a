import { spawnSync } from "node:child_process";

/** Whether openssl is on this machine; tests that need it are skipped loudly where it is not. */
export const OPENSSL_MISSING =
  spawnSync("openssl", ["version"], { stdio: "ignore" }).status === 0 ? false : "openssl was not found on this machine";

/** Runs openssl. @returns what it printed on both outputs */
export function openssl(args: readonly string[], input: string): string {
  const { stdout, stderr } = spawnSync("openssl", [...args], { input, encoding: "utf8" });
  return `${stdout}${stderr}`;
}
