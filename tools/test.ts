// `npm test`: the static checks, then every test beside the code and every promise row in e2e/.
// `npm test -- PATH ...` runs only the test files below those paths, without the checks.
import { spawnSync } from "node:child_process";
import { globSync, statSync } from "node:fs";
import { runChecks } from "./check.ts";

const DEFAULT_FOLDERS = ["kernel", "platform", "capabilities", "apps", "clients", "tools", "e2e"];

const wanted = process.argv.slice(2);
const failedChecks = wanted.length === 0 ? runChecks() : [];
const files = (wanted.length === 0 ? DEFAULT_FOLDERS : wanted)
  .flatMap((path) => (isFile(path) ? [path] : globSync(`${path}/**/*.test.ts`)))
  .filter((file) => !file.includes("node_modules"))
  .sort();
const tests = spawnSync(
  process.execPath,
  [
    "--test",
    "--test-concurrency=2",
    "--test-timeout=300000",
    `--test-reporter=${process.stdout.isTTY ? "spec" : "./tools/test-reporter.ts"}`,
    ...files,
  ],
  { stdio: "inherit" },
);
for (const name of failedChecks) process.stderr.write(`FAIL check: ${name} (npm run check shows it alone)\n`);
process.exitCode = failedChecks.length > 0 ? 1 : (tests.status ?? 1);

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
