// Row F2: `npm test` on a fresh clone installs what it needs and passes. That it passes is this very run; here stands what makes
// it possible on a machine that has any Node.js and npm.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it, type TestContext } from "node:test";

const ROOT = join(import.meta.dirname, "..");

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "tegata-f2-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A command that says what it was called with. */
function fake(folder: string, name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
}

it("the scripts start from the launchers, and CI runs nothing but npm test", () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  assert.equal(scripts["start"], "sh ./tegata up");
  for (const [name, script] of Object.entries(scripts)) assert.match(script, /^sh \.\/(tegata|tools\/run\.sh) /, name);
  const commands = readFileSync(join(ROOT, ".ci/run"), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  assert.deepEqual(commands, ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "npm test"]);
});

it("a launcher installs once per change of the lock file, without scripts, and then runs the Node.js of the npm package", (t) => {
  const clone = folderFor(t);
  mkdirSync(join(clone, "tools"));
  for (const file of ["tegata", "tools/install.sh", "tools/run.sh"]) cpSync(join(ROOT, file), join(clone, file));
  writeFileSync(join(clone, "package-lock.json"), "{}");
  const bin = join(clone, "bin");
  mkdirSync(bin);
  // The stand-in for npm does what `npm ci` does here: it brings a node_modules with the right Node.js.
  fake(
    bin,
    "npm",
    `echo "npm $*" >> "${clone}/calls"; mkdir -p node_modules/.bin; ln -sf "${process.execPath}" node_modules/.bin/node`,
  );
  fake(bin, "node", "echo v20.0.0; exit 1");
  writeFileSync(join(clone, "tools", "probe.ts"), "process.stdout.write(process.version);");
  const run = (): string =>
    execFileSync("sh", ["tools/run.sh", "tools/probe.ts"], {
      cwd: clone,
      env: { PATH: `${bin}:/usr/bin:/bin` },
      encoding: "utf8",
    });
  assert.equal(run(), process.version);
  assert.equal(run(), process.version);
  assert.equal(
    readFileSync(join(clone, "calls"), "utf8"),
    "npm ci --ignore-scripts --no-audit --no-fund --loglevel=error\n",
  );
  writeFileSync(join(clone, "package-lock.json"), '{"changed":true}');
  run();
  assert.equal(readFileSync(join(clone, "calls"), "utf8").trim().split("\n").length, 2);
});

it("a launcher says what to do when there is no npm, or the installation fails", (t) => {
  const clone = folderFor(t);
  mkdirSync(join(clone, "tools"));
  for (const file of ["tools/install.sh", "tools/run.sh"]) cpSync(join(ROOT, file), join(clone, file));
  writeFileSync(join(clone, "package-lock.json"), "{}");
  const bin = join(clone, "bin");
  mkdirSync(bin);
  for (const tool of ["dirname", "cmp", "cp", "cat"]) fake(bin, tool, `exec /usr/bin/${tool} "$@"`);
  const run = () =>
    spawnSync("/bin/sh", ["tools/run.sh", "x.ts"], { cwd: clone, env: { PATH: bin }, encoding: "utf8" });
  assert.match(run().stderr, /npm was not found\. Install Node\.js/);
  fake(bin, "npm", "exit 1");
  const failed = run();
  assert.match(failed.stderr, /npm ci failed/);
  assert.equal(failed.status, 1);
});

it("the lock file is complete and names no registry", () => {
  const lock = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
    packages: Record<
      string,
      { resolved?: string; link?: boolean; version?: string; integrity?: string; inBundle?: boolean }
    >;
  };
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (path.startsWith("node_modules/") && entry.link !== true) {
      assert.equal(entry.resolved, undefined, `${path} names an address`);
      assert.ok(entry.integrity !== undefined, `${path} has no digest`);
    }
  }
  const manifests = execFileSync("git", ["ls-files", "*package.json"], { cwd: ROOT, encoding: "utf8" })
    .trim()
    .split("\n");
  for (const manifest of manifests) {
    const parsed = JSON.parse(readFileSync(join(ROOT, manifest), "utf8")) as {
      dependencies?: object;
      devDependencies?: object;
      optionalDependencies?: object;
    };
    const all = Object.entries({ ...parsed.dependencies, ...parsed.devDependencies, ...parsed.optionalDependencies });
    for (const [name, version] of all)
      assert.match(String(version), /^[0-9]/, `${manifest}: ${name} is not pinned exactly`);
  }
});
