// Checks that imports go down the tiers only (apps → capabilities → platform → kernel), never from one capability to
// another, and never past a package's door. DESIGN section 2.
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative, sep } from "node:path";

const TIERS = ["kernel", "platform", "capabilities", "apps"];
/** Folders that stand outside the tiers and may import from all of them: tests, measurements, tools, and libraries' examples. */
const OUTSIDE = ["e2e", "conformance", "bench", "tools", "examples"];
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^;"']*?from\s*["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)|(?:^|\n)\s*import\s*["']([^"']+)["']/g;

interface Place {
  readonly tier: string;
  readonly packageName: string;
}

/** @returns what is wrong with the imports below `root`, one line each; empty if nothing is. */
export function checkTiers(root: string): string[] {
  const packages = new Map<string, Place>();
  for (const file of globSync("{kernel,platform,capabilities,apps,clients}/*/package.json", { cwd: root })) {
    const [tier = "", packageName = ""] = file.split(sep);
    packages.set(JSON.parse(readFileSync(join(root, file), "utf8")).name, { tier, packageName });
  }
  const problems: string[] = [];
  for (const file of globSync("{kernel,platform,capabilities,apps,clients}/**/*.{ts,tsx}", { cwd: root })) {
    if (file.includes("node_modules") || file.includes("testdata")) continue;
    const [tier = "", packageName = ""] = file.split(sep);
    const isTest = file.endsWith(".test.ts");
    for (const match of readFileSync(join(root, file), "utf8").matchAll(IMPORT)) {
      const specifier = match[1] ?? match[2] ?? match[3] ?? "";
      const problem = judge({ tier, packageName }, file, specifier, { packages, isTest });
      if (problem !== undefined) problems.push(`${file}: imports "${specifier}": ${problem}`);
    }
  }
  return problems;
}

function judge(
  from: Place,
  file: string,
  specifier: string,
  { packages, isTest }: { packages: ReadonlyMap<string, Place>; isTest: boolean },
): string | undefined {
  if (specifier.startsWith("node:")) {
    if (from.tier === "kernel" && !isTest) return "the kernel is pure and has no Node.js modules";
    return undefined;
  }
  if (specifier.startsWith(".")) {
    const target = relative(".", normalize(join(dirname(file), specifier))).split(sep);
    if (target[0] === from.tier && target[1] === from.packageName) return undefined;
    return OUTSIDE.includes(target[0] ?? "") && isTest
      ? undefined
      : "a relative import leaves its package; use the package's name";
  }
  const name = specifier.startsWith("@") ? specifier.split("/", 2).join("/") : (specifier.split("/", 1)[0] ?? "");
  const to = packages.get(name);
  if (to === undefined || to.packageName === from.packageName) return undefined;
  // A test may start anything that stands below or beside it: a real API server, a real store.
  if (isTest && TIERS.indexOf(to.tier) <= TIERS.indexOf(from.tier)) return undefined;
  if (from.tier === "capabilities" && to.tier === "capabilities")
    return "capabilities meet through an API, not through imports";
  if (TIERS.indexOf(to.tier) > TIERS.indexOf(from.tier) && from.tier !== "clients")
    return `${from.tier} stands below ${to.tier}`;
  return undefined;
}

if (import.meta.main) {
  const problems = checkTiers(".");
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
