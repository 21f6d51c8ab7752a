// Writes deploy/crds/ from the kinds in the sources. `npm run crds`; a test fails when the files are out of date.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { caMirrorCrds } from "@tegata/ca-mirror";
import { secretSyncCrds } from "@tegata/secret-sync";
import { stringify } from "yaml";

/** File name → content of every CRD. */
export function crdFiles(): ReadonlyMap<string, string> {
  return new Map(
    [...secretSyncCrds(), ...caMirrorCrds()].map((crd) => {
      const { name } = crd["metadata"] as { name: string };
      return [
        `${name}.yaml`,
        `# Written by \`npm run crds\`.\n${stringify(crd, { aliasDuplicateObjects: false, lineWidth: 120 })}`,
      ];
    }),
  );
}

/** Names of files in `folder` that differ from what the sources say. */
export function outdatedCrdFiles(folder: string): string[] {
  return [...crdFiles()].filter(([name, content]) => readOrEmpty(join(folder, name)) !== content).map(([name]) => name);
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

if (import.meta.main) {
  const folder = join("deploy", "crds");
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of crdFiles()) writeFileSync(join(folder, name), content);
}
