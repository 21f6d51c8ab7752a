// Everything that is checked without running the product: tiers, types, lint, format, dead code, generated files.
import { spawnSync } from "node:child_process";
import { checkTiers } from "./check-tiers.ts";

/** Runs every check and reports each by name. @returns the names of those that failed. */
export function runChecks(names: readonly string[] = []): string[] {
  const checks: Record<string, () => boolean> = {
    tiers: () => {
      const problems = checkTiers(".");
      for (const problem of problems) process.stderr.write(`${problem}\n`);
      return problems.length === 0;
    },
    "types (kernel, without Node.js)": () => run("tsc", ["-p", "kernel/tsconfig.json"]),
    types: () => run("tsc", ["-p", "tsconfig.json"]),
    lint: () => run("oxlint", ["--type-aware", "--quiet"]),
    format: () => run("biome", ["format", "."]),
    "unused code and packages": () => run("knip", ["--no-config-hints"]),
  };
  const failed: string[] = [];
  for (const [name, check] of Object.entries(checks)) {
    if (names.length > 0 && !names.some((wanted) => name.startsWith(wanted))) continue;
    const startedAt = performance.now();
    const passed = check();
    process.stderr.write(
      `${passed ? "ok  " : "FAIL"} ${name} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)\n`,
    );
    if (!passed) failed.push(name);
  }
  return failed;
}

function run(tool: string, args: readonly string[]): boolean {
  return spawnSync(`node_modules/.bin/${tool}`, args, { stdio: "inherit" }).status === 0;
}

if (import.meta.main) process.exitCode = runChecks(process.argv.slice(2)).length === 0 ? 0 : 1;
